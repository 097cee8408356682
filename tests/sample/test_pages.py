"""What stands at the newsstand: counts, links that answer, escaping, and the mark of sample data."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html
from protego import Protego

from sample.answer import Answer
from sample.newsstand import VISITS
from sample.pages import SAMPLE_LINE, Library, ListedStory
from sample.sites import Feed, Site

ANCHOR = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
LIBRARY = Library(ANCHOR)
SITES = list(LIBRARY.sites.values())
STORIES = Path(__file__).parents[2] / "sample" / "stories"
REDIRECTS = (301, 302)


def get(url: str, now: datetime = ANCHOR) -> Answer:
    parts = urlsplit(url)
    return LIBRARY.answer(parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), {}, now)


def entries(now: datetime = ANCHOR) -> list[tuple[Site, ListedStory]]:
    return [(site, entry) for site in SITES for entry in LIBRARY.listed(site, now)]


def pages() -> list[tuple[Site, ListedStory, Answer]]:
    found = [(site, entry, get(entry.url)) for site, entry in entries()]
    return [
        (site, entry, answer)
        for site, entry, answer in found
        if answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")
    ]


def listing_links(site: Site) -> set[str]:
    """The links of every listing page, from the first through the pager."""
    links: set[str] = set()
    for page in range(30):
        answer = get(site.url(site.listing.page_path(page)))
        if answer.status == 404:
            break
        tree = html.fromstring(answer.body)
        tree.make_links_absolute(site.url(site.listing.page_path(page)))
        links |= {link for _, _, link, _ in tree.iterlinks() if urlsplit(link).netloc == site.host}
    return links


def sitemap_links(url: str, seen: set[str]) -> set[str]:
    if url in seen:
        return set()
    seen.add(url)
    body = get(url).body
    tree = etree.fromstring(gzip.decompress(body) if url.endswith(".gz") else body)
    located = [node.text for node in tree.iter("{*}loc")]
    if etree.QName(tree).localname == "urlset":
        return set(located)
    return set().union(*(sitemap_links(child, seen) for child in located))


def test_there_are_six_outlets_and_three_newsrooms() -> None:
    kinds = [site.kind for site in SITES]
    assert (kinds.count("outlet"), kinds.count("agency")) == (6, 3)
    assert len({site.style for site in SITES}) == 9


def test_there_are_at_least_sixty_pages_to_read() -> None:
    assert len(pages()) >= 80


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_every_story_stands_in_some_feed_sitemap_or_listing(site: Site) -> None:
    found = {link.split("?ref=")[0] for link in listing_links(site)}
    assert {entry.url for entry in LIBRARY.listed(site, ANCHOR)} <= found


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_every_link_of_a_listing_answers(site: Site) -> None:
    dead = {link for link in listing_links(site) if get(link).status not in (200, *REDIRECTS)}
    assert {urlsplit(link).path for link in dead} <= {
        urlsplit(entry.url).path
        for _, entry in entries()
        if entry.story.answer == "missing" or entry.story.until is not None
    }


@pytest.mark.parametrize(("site", "feed"), [(s, f) for s in SITES for f in s.feeds], ids=lambda x: getattr(x, "id", x))
def test_every_feed_parses_and_its_links_answer(site: Site, feed: Feed) -> None:
    answer = get(site.url(feed.path))
    if "json" in answer.headers["Content-Type"]:
        links = [item["url"] for item in json.loads(answer.body)["items"]]
    else:
        parsed = feedparser.parse(answer.body)
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert all(entry.title for entry in parsed.entries)
        links = [entry.link.strip() for entry in parsed.entries]
    assert links
    assert {get(link).status for link in links} <= {200, 301, 302, 404, 410}


def test_sitemaps_lead_to_every_story_and_survive_an_index_that_names_itself() -> None:
    for site in SITES:
        for sitemap in site.sitemaps:
            found = sitemap_links(site.url(sitemap.path), set())
            wanted = {entry.url for entry in LIBRARY.listed(site, ANCHOR)}
            assert found <= wanted if sitemap.kind == "news" else found == wanted


def test_the_news_sitemap_has_something_at_every_visit() -> None:
    for visit in VISITS:
        body = get("http://www.mesaledger.example/arc/outboundfeeds/news-sitemap.xml", ANCHOR + visit).body
        assert etree.fromstring(body) is not None
    assert b"<news:title>" in get("http://www.mesaledger.example/arc/outboundfeeds/news-sitemap.xml").body


def test_every_page_says_that_it_is_sample_data() -> None:
    for site in SITES:
        for url in (site.url("/"), site.url("/about/"), site.url("/no-such-page")):
            assert SAMPLE_LINE.encode() in get(url).body
    for _, entry, answer in pages():
        if entry.story.damage not in ("empty", "cut-gzip"):
            assert SAMPLE_LINE.encode() in answer.body, entry.url
            assert re.search(rb'<meta name="generator" content="Badgewire sample', answer.body, re.IGNORECASE)


def test_markup_in_a_headline_stays_text() -> None:
    entry = next(entry for _, entry in entries() if entry.story.slug == "what-287g-means")
    assert "<em>" in entry.version.title
    site = next(site for site in SITES if site.id == "mesaledger")
    for url in (entry.url, site.url("/latest/2/"), site.url("/arc/outboundfeeds/sitemap-index.xml")):
        assert b"<em>" not in get(url).body


def test_stories_are_told_by_their_day_of_publication() -> None:
    """A weekday in the text is the day that it names, whatever the anchor."""
    for anchor in (ANCHOR, ANCHOR + timedelta(days=3)):
        library = Library(anchor)
        story = next(s for s in library.stories if s.slug == "council-budget-police-cars")
        assert f"voted 4-1 on {story.published - timedelta(hours=6):%A}" in story.version(anchor).text


def test_no_placeholder_is_left_in_any_text() -> None:
    for story in LIBRARY.stories:
        for version in story.versions:
            assert not re.search(r"\{\w+( [+-]\d+)?\}", version.text + version.title), story.slug


def test_the_wire_story_stands_in_four_outlets_under_four_headlines() -> None:
    copies = [story for story in LIBRARY.stories if story.credit == "Plains Wire"]
    assert len({story.site for story in copies}) == len({s.versions[0].title for s in copies}) == 4
    lengths = sorted(len(story.versions[0].text) for story in copies)
    assert lengths[0] < 0.7 * lengths[-1]


def test_published_dates_spread_over_five_months_before_the_anchor() -> None:
    months = {f"{entry.story.published:%Y-%m}" for _, entry in entries()}
    assert len(months) >= 6
    assert all(entry.story.published <= ANCHOR for _, entry in entries())


def test_disallowed_pages_are_linked_and_stand_behind_robots() -> None:
    disallowed = 0
    for site, entry in entries():
        if site.robots and not Protego.parse(site.robots).can_fetch(entry.url, "Badgewire"):
            disallowed += 1
    assert disallowed >= 4


def test_each_kind_of_damage_is_served() -> None:
    damages = {entry.story.damage for _, entry in entries()} - {None}
    assert damages == {"tag-soup", "wrong-charset", "nul-bytes", "cut-gzip", "broken-json-ld", "empty"}
    by_damage = {entry.story.damage: answer for _, entry, answer in pages() if entry.story.damage}
    assert b"\x00" in by_damage["nul-bytes"].body
    assert by_damage["empty"].body == b""
    with pytest.raises(UnicodeDecodeError):
        by_damage["wrong-charset"].body.decode("utf-8")
    with pytest.raises(EOFError):
        gzip.decompress(by_damage["cut-gzip"].body)
    data = re.search(rb'ld\+json">(.*?)</script>', by_damage["broken-json-ld"].body, re.DOTALL)
    assert data is not None
    with pytest.raises(json.JSONDecodeError):
        json.loads(data[1])


def test_every_story_file_belongs_to_a_site_or_to_the_wire() -> None:
    assert {path.name for path in STORIES.iterdir()} == {site.id for site in SITES} | {"plainswire"}


def test_no_two_stories_share_an_address() -> None:
    urls = [entry.url for _, entry in entries()]
    assert len(urls) == len(set(urls))
