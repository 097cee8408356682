"""Addresses of stories: variants are one address, and no claim merges two stories."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from ruamel.yaml import YAML

from pipelines.copies import addresses
from pipelines.copies.addresses import site_of, url_key
from pipelines.copies.comparison import StoryFace, compare_faces
from pipelines.copies.identity import (
    KnownAddress,
    canonical_url,
    identify_story,
    story_id,
)

STORY = "https://www.ledger.example/news/2025/jail-ends-contract/"
PAGES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "pages"

JAIL = StoryFace("Jail ends its contract | The Ledger", " ".join(f"jail{n} contract{n} county" for n in range(60)))
FAIR = StoryFace("County fair opens Friday | The Ledger", " ".join(f"fair{n} pig{n} ribbon" for n in range(60)))


@pytest.mark.parametrize(
    "variant",
    [
        "http://ledger.example/news/2025/jail-ends-contract",
        "https://www.ledger.example/News/2025/Jail-Ends-Contract/",
        "https://www.ledger.example:443//news/2025/jail-ends-contract/index.html",
        "https://m.ledger.example/news/2025/jail-ends-contract/?m=1",
        "https://www.ledger.example/amp/news/2025/jail-ends-contract",
        "https://www.ledger.example/news/2025/jail-ends-contract/amp/",
        "https://www.ledger.example/news/2025/jail-ends-contract/?outputType=amp#comments",
        "https://www.ledger.example/news/2025/jail-ends-contract/print/",
        "https://www.ledger.example/news/2025/jail-ends-contract/?mode=print",
        "https://www.ledger.example/news/2025/jail-ends-contract/?utm_source=rss&fbclid=IwAR0&CMP=share_btn",
        "http://web.archive.org/web/20260119233730/https://www.ledger.example/news/2025/jail-ends-contract/",
        "https://web.archive.org/web/20260119233730id_/http:/www.ledger.example:80/news/2025/jail-ends-contract/",
        "https://web.archive.org/web/2026*/https://www.ledger.example/news/2025/jail-ends-contract/",
        "https://www2.ledger.example/news/2025/jail-ends-contract;jsessionid=0A1B2C?PHPSESSID=9f",
        "https://archive.ph/2025.01.02-030405/https://www.ledger.example/news/2025/jail-ends-contract/",
        "https://www-ledger-example.cdn.ampproject.org/c/s/www.ledger.example/news/2025/jail-ends-contract/",
        "https://www.google.com/amp/s/www.ledger.example/news/2025/jail-ends-contract/",
        "  https://www.ledger.example/news/2025/\n jail-ends-contract/ ",
        "https://www.ledger.example/news/2025/jail-ends-\0contract/",
    ],
)
def test_a_variant_of_an_address_names_the_same_story(variant: str) -> None:
    found = canonical_url(variant)
    assert found is not None
    assert url_key(found.url) == url_key(STORY)
    assert story_id(found.url) == story_id(STORY) == story_id(variant)


def test_blanks_inside_an_address_are_encoded() -> None:
    found = canonical_url("https://ledger.example/2025/jail ends contract.html")
    assert found is not None
    assert found.url == "https://ledger.example/2025/jail%20ends%20contract.html"
    assert url_key(found.url) != url_key("https://ledger.example/2025/jailendscontract.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://city.example/CivicAlerts.aspx?AID=12", "https://city.example/CivicAlerts.aspx?AID=13"),
        ("https://city.example/release.aspx?eid=4&gallery=2", "https://city.example/release.aspx?eid=4&gallery=3"),
        ("https://ledger.example/?p=1201", "https://ledger.example/?p=1202"),
        ("https://ledger.example/v/BGH2Q6QCPRFq", "https://ledger.example/v/BGH2Q6QCPRFQ"),
        ("https://ledger.example/story", "https://ledger.example/story?page=2"),
        ("https://www1.co.uk/story", "https://www2.co.uk/story"),
        ("https://ledger.example/story;part=1", "https://ledger.example/story;part=2"),
        ("https://police.ledger.example/a-b-c", "https://fire.ledger.example/a-b-c"),
        ("https://ledger.example/print/2025/a-b-c", "https://ledger.example/2025/a-b-c"),
    ],
)
def test_addresses_that_may_be_two_stories_stay_two(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ("https://www.ledger.example/", "the home page"),
        ("/", "the home page"),
        ("/es/", "the home page"),
        ("/news/", "not a story's address"),
        ("/news/2025/", "a section above this page"),
        ("/login", "not a story's address"),
        ("/404", "not a story's address"),
        ("/category/jails", "a listing page"),
        ("/opinion", "less specific than this page's own address"),
        ("https://wire.example/news/2025/jail-ends-contract", "another site"),
        ("/news/2025/school-board-elects-chair/", "the address of another story"),
        ("mailto:desk@ledger.example", "not a web address"),
        ("javascript:void(0)", "not a web address"),
        ("http://[broken", "not a web address"),
    ],
)
def test_a_canonical_link_that_cannot_be_this_page_is_not_believed(stated: str, why: str) -> None:
    found = canonical_url(STORY, stated)
    assert found is not None
    assert (found.url, found.reason) == (STORY, "fetched")
    assert found.rejected == f"rel=canonical: {why}"


def test_a_trustworthy_canonical_link_is_taken_and_the_fetched_address_kept_as_alias() -> None:
    fetched = "https://www.ledger.example/?p=48121"
    found = canonical_url(fetched, "/news/2025/jail-ends-contract/", redirected_from=("https://short.example/x1",))
    assert found is not None
    assert (found.url, found.reason) == (STORY, "rel=canonical")
    assert {alias.url: alias.reason for alias in found.aliases} == {
        fetched: "fetched",
        "https://short.example/x1": "redirect",
    }


def test_a_page_that_names_the_address_it_was_asked_at_is_known_by_it_whatever_its_text_becomes() -> None:
    first = canonical_url(STORY, STORY, STORY)
    assert first is not None
    assert (first.url, first.reason) == (STORY, "fetched")
    known = KnownAddress("0123456789abcdef", JAIL, fetched=True)
    rewritten = StoryFace("Storm closes schools", "Snow fell on the valley all night. " * 40)
    assert identify_story(first, rewritten, lambda _: known).story_id == known.story_id


def test_og_url_speaks_where_the_canonical_link_cannot_be_believed() -> None:
    found = canonical_url("https://www.ledger.example/?p=48121", "/", STORY)
    assert found is not None
    assert (found.url, found.reason, found.rejected) == (STORY, "og:url", "rel=canonical: the home page")


def test_a_canonical_link_to_another_site_is_evidence_of_its_origin_only() -> None:
    wire = "https://wire.example/articles/jail-ends-contract-1a2b3c"
    found = canonical_url(STORY, wire)
    assert found is not None
    assert (found.url, found.origin) == (STORY, wire)


def test_a_redirect_to_the_front_page_does_not_make_the_front_page_a_story() -> None:
    found = canonical_url("https://www.ledger.example/", redirected_from=(STORY,))
    assert found is not None
    assert found.aliases == ()


@pytest.mark.parametrize("nothing", [None, "", "about:blank", "ftp://ledger.example/a", "https://", "http://[::1"])
def test_what_is_no_web_address_has_no_canonical_one(nothing: str | None) -> None:
    assert canonical_url(nothing) is None


def test_the_site_of_a_host_knows_shared_hosting_and_reserved_names() -> None:
    assert site_of("news.sfgate.com") == "sfgate.com"
    assert site_of("one.blogspot.com") != site_of("two.blogspot.com")
    assert site_of("www.ledger.example") == "ledger.example"
    assert site_of("127.0.0.1") == "127.0.0.1"


@given(
    st.from_regex(
        r"https?://[a-z]{1,8}\.(com|example|k12\.tx\.us)(/[A-Za-z0-9%_.é-]{0,12}){0,4}(\?[a-zA-Z=&%é0-9]{0,12})?",
        fullmatch=True,
    )
)
def test_the_key_of_an_address_is_the_key_of_its_canonical_form(url: str) -> None:
    found = canonical_url(url)
    assert found is not None
    assert url_key(found.url) == url_key(url)
    again = canonical_url(found.url)
    assert again is not None
    assert again.url == found.url


@given(st.text(max_size=60))
def test_no_string_makes_identity_fail(rubbish: str) -> None:
    canonical_url(rubbish, rubbish, rubbish, (rubbish,))
    canonical_url(STORY, rubbish, rubbish, (rubbish,))
    assert len(story_id(rubbish)) == 16


def test_a_page_fetched_again_is_the_same_story_whatever_its_text() -> None:
    found = canonical_url(STORY)
    assert found is not None
    known = {url_key(STORY): KnownAddress("first", JAIL, fetched=True)}
    assert identify_story(found, FAIR, known.get).story_id == "first"


def test_a_better_canonical_address_keeps_the_story_of_first_sight() -> None:
    old = "https://www.ledger.example/news/2025/jail-may-end-contract/"
    found = canonical_url(old, STORY)
    assert found is not None
    story = identify_story(found, JAIL, {url_key(old): KnownAddress("first", JAIL, fetched=True)}.get)
    assert (story.story_id, story.url, story.known) == ("first", STORY, True)


def test_a_wrong_canonical_link_does_not_merge_two_stories() -> None:
    fair = "https://www.ledger.example/?p=77"
    found = canonical_url(fair, STORY)
    assert found is not None
    story = identify_story(found, FAIR, {url_key(STORY): KnownAddress("first", JAIL, fetched=True)}.get)
    assert (story.story_id, story.url, story.known) == (story_id(fair), fair, False)


def test_a_story_keeps_out_of_one_that_only_claimed_its_address() -> None:
    found = canonical_url(STORY)
    assert found is not None
    story = identify_story(found, JAIL, {url_key(STORY): KnownAddress(story_id(STORY), FAIR, fetched=False)}.get)
    assert not story.known
    assert story.story_id != story_id(STORY)


def test_a_claim_that_title_and_text_support_joins() -> None:
    fuller = StoryFace("Jail ends its contract", JAIL.text + " " + " ".join(f"more{n}" for n in range(90)))
    found = canonical_url("https://www.ledger.example/?p=48121", STORY)
    assert found is not None
    assert identify_story(found, fuller, {url_key(STORY): KnownAddress("first", JAIL, fetched=True)}.get).known


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (StoryFace(None, JAIL.text[:900]), True),
        (StoryFace("Jail ends contract", "Subscribe to read this story."), True),
        (StoryFace("County fair opens Friday", "Subscribe to read this story."), False),
        (StoryFace("Jail ends its contract | The Ledger", FAIR.text), False),
        (FAIR, False),
    ],
)
def test_two_faces_are_one_story_only_where_their_words_agree(other: StoryFace, same: bool) -> None:
    assert compare_faces(JAIL, other).same is same
    assert compare_faces(other, JAIL).same is same


def test_every_rule_matches_its_example_and_not_its_counterexample() -> None:
    rules = YAML(typ="safe").load((Path(addresses.__file__).parent / "url_rules.yml").read_text(encoding="utf-8"))
    site = "https://www.ledger.example"
    for rule in rules["tracking_parameters"]:
        assert url_key(f"{site}/a-b-c?{rule['matches']}=1") == url_key(f"{site}/a-b-c"), rule
        assert url_key(f"{site}/a-b-c?{rule['not']}=1") != url_key(f"{site}/a-b-c"), rule
    for rule in rules["variant_parameters"]:
        assert url_key(f"{site}/a-b-c?{rule['matches']}") == url_key(f"{site}/a-b-c"), rule
        assert url_key(f"{site}/a-b-c?{rule['not']}") != url_key(f"{site}/a-b-c"), rule
    for rule in rules["variant_hosts"]:
        assert url_key(f"https://{rule['matches']}/a-b-c") == "example.com/a-b-c", rule
        assert url_key(f"https://{rule['not']}/a-b-c") != "example.com/a-b-c", rule
    for group in ("variant_paths", "index_files"):
        for rule in rules[group]:
            assert url_key(site + rule["matches"]) != f"ledger.example{rule['matches'].lower().rstrip('/')}", rule
            assert url_key(site + rule["not"]) == f"ledger.example{rule['not']}", rule
    for rule in rules["not_a_story"]:
        for address, refused in ((rule["matches"], True), (rule["not"], False)):
            found = canonical_url(f"{site}/?p=12", site + address)
            assert found is not None
            assert (found.reason == "fetched") is refused, rule


@pytest.mark.skipif(not PAGES.exists(), reason="the real pages (../shared/data/pages) are not here")
def test_no_two_real_pages_become_one_story_but_the_three_captured_twice() -> None:
    stories: dict[str, set[str]] = {}
    for line in (PAGES / "index.jsonl").read_text().splitlines():
        page = json.loads(line)
        if page["url"] is None:
            continue
        tree = html.fromstring(gzip.decompress((PAGES / f"{page['id']}.html.gz").read_bytes()))
        stated = tree.xpath("string(//link[@rel='canonical']/@href)")
        og_url = tree.xpath("string(//meta[@property='og:url']/@content)")
        found = canonical_url(page["url"], stated, og_url)
        assert found is not None
        stories.setdefault(story_id(found.url), set()).add(page["id"])
    assert sorted(len(pages) for pages in stories.values() if len(pages) > 1) == [2, 2, 2]
    assert len(stories) == 263


@pytest.mark.parametrize("stated", ["https://www.ledger.example/?p=48213", "/?p=3", "https://other.example/?p=3"])
@pytest.mark.parametrize("fetched", [STORY, "https://www.ledger.example/?p=1", None])
def test_a_canonical_link_of_a_query_alone_is_never_trusted_blindly(fetched: str | None, stated: str) -> None:
    """WordPress's short links have no path at all."""
    found = canonical_url(fetched, stated)
    assert fetched is None or found.url is None or url_key(found.url) == url_key(fetched)
