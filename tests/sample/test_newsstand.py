"""The newsstand over real sockets: hosts, validators, compression, slow and huge answers, and the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import httpx
import pytest

from sample.newsstand import VISITS, Newsstand
from sample.pages import SAMPLE_HEADER

ANCHOR = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
SENTINEL = "http://valleysentinel.example"
QUOTE_BEFORE = "glad to be asked"
QUOTE_AFTER = "We were there for traffic safety"


@pytest.fixture(scope="module")
def newsstand() -> Iterator[Newsstand]:
    with Newsstand(ANCHOR) as stand:
        yield stand


@pytest.fixture
def client(newsstand: Newsstand) -> Iterator[httpx.Client]:
    newsstand.now = ANCHOR
    with httpx.Client(proxy=newsstand.proxy, timeout=10, trust_env=False) as client:
        yield client


def edited_story(newsstand: Newsstand) -> str:
    return next(url for url in story_urls(newsstand) if url.endswith("sheriff-ostrander-answers-questions/"))


def story_urls(newsstand: Newsstand) -> list[str]:
    library = newsstand.library
    return [entry.url for site in library.sites.values() for entry in library.listed(site, ANCHOR)]


def test_listens_on_loopback_alone(newsstand: Newsstand) -> None:
    assert newsstand.proxy == f"http://127.0.0.1:{newsstand.port}"


def test_a_host_header_and_a_proxy_request_get_the_same_page(newsstand: Newsstand, client: httpx.Client) -> None:
    by_proxy = client.get(f"{SENTINEL}/about/")
    by_host = httpx.get(f"{newsstand.proxy}/about/", headers={"Host": "valleysentinel.example"}, trust_env=False)
    assert by_proxy.status_code == by_host.status_code == 200
    assert by_proxy.content == by_host.content


def test_an_unknown_host_is_not_found(client: httpx.Client) -> None:
    assert client.get("http://nowhere.example/").status_code == 404


def test_every_answer_carries_the_sample_header(client: httpx.Client) -> None:
    name, value = SAMPLE_HEADER
    for path in ("/", "/robots.txt", "/feed/", "/no-such-page"):
        assert client.get(SENTINEL + path).headers[name] == value


@pytest.mark.parametrize(
    ("url", "validator", "question"),
    [
        (f"{SENTINEL}/feed/", "ETag", "If-None-Match"),
        (f"{SENTINEL}/feed/", "Last-Modified", "If-Modified-Since"),
        ("http://cascadedocket.example/port-ansley-bars-officers", "ETag", "If-None-Match"),
        ("http://tamarackcountysheriff.example/press/k9-retirement.html", "Last-Modified", "If-Modified-Since"),
    ],
)
def test_an_unchanged_page_answers_304(client: httpx.Client, url: str, validator: str, question: str) -> None:
    first = client.get(url)
    again = client.get(url, headers={question: first.headers[validator]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.content == b""


def test_a_site_without_validators_sends_none_and_never_answers_304(client: httpx.Client) -> None:
    answer = client.get("http://www.wqzt8.example/", headers={"If-Modified-Since": "Tue, 10 Mar 2099 00:00:00 GMT"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers


def test_a_changed_page_has_another_etag(newsstand: Newsstand, client: httpx.Client) -> None:
    newsstand.now = ANCHOR + VISITS[0]
    first = client.get(edited_story(newsstand))
    newsstand.now = ANCHOR
    assert client.get(edited_story(newsstand), headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_compresses_only_for_clients_that_accept_it(client: httpx.Client) -> None:
    plain = client.get(f"{SENTINEL}/", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"{SENTINEL}/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == plain.text


def test_a_sheriffs_quote_changes_between_two_visits(newsstand: Newsstand, client: httpx.Client) -> None:
    texts = []
    for visit in VISITS:
        newsstand.now = ANCHOR + visit
        texts.append(client.get(edited_story(newsstand)).text)
    assert QUOTE_BEFORE in texts[0]
    assert QUOTE_AFTER not in texts[0]
    assert QUOTE_AFTER in texts[-1]
    assert QUOTE_BEFORE not in texts[-1]


def test_visits_are_far_enough_apart_for_each_age_of_fetching_again() -> None:
    since_first = [visit - VISITS[0] for visit in VISITS]
    for age in (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3)):
        assert any(age <= gap for gap in since_first)
    assert VISITS[-1] == timedelta(0)
    assert list(VISITS) == sorted(VISITS)
    assert all(
        any(low <= gap < high for gap in since_first)
        for low, high in (
            (timedelta(hours=1), timedelta(hours=6)),
            (timedelta(hours=6), timedelta(days=1)),
            (timedelta(days=1), timedelta(days=3)),
            (timedelta(days=3), timedelta(days=7)),
        )
    )


def test_each_visit_finds_new_stories(newsstand: Newsstand) -> None:
    counts = [
        sum(len(newsstand.library.listed(site, ANCHOR + visit)) for site in newsstand.library.sites.values())
        for visit in (VISITS[0], VISITS[-2], VISITS[-1])
    ]
    assert counts[0] < counts[1] < counts[2]


def test_a_story_is_gone_after_its_time(newsstand: Newsstand, client: httpx.Client) -> None:
    url = "http://pinehollowcourier.example/article.php?id=2088"
    newsstand.now = ANCHOR + VISITS[0]
    assert client.get(url).status_code == 200
    newsstand.now = ANCHOR
    assert client.get(url).status_code == 410


def test_a_story_is_not_there_before_it_is_published(newsstand: Newsstand, client: httpx.Client) -> None:
    url = next(url for url in story_urls(newsstand) if url.endswith("neighbors-disagree-who-answers-ice/"))
    newsstand.now = ANCHOR + VISITS[0]
    assert client.get(url).status_code == 404
    newsstand.now = ANCHOR
    assert client.get(url).status_code == 200


def test_redirects_lead_to_stories_and_one_pair_leads_in_a_circle(client: httpx.Client) -> None:
    moved = client.get(f"{SENTINEL}/?p=10417")
    assert moved.status_code == 301
    assert client.get(urljoin(SENTINEL, moved.headers["Location"])).status_code == 200
    assert client.get("http://www.mesaledger.example/s/8812", follow_redirects=True).status_code == 200
    with pytest.raises(httpx.TooManyRedirects):
        client.get("http://www.wqzt8.example/weather/closings", follow_redirects=True)


def test_the_slow_page_takes_its_time_and_the_others_do_not(newsstand: Newsstand, client: httpx.Client) -> None:
    slow = next(url for url in story_urls(newsstand) if "orchard-ditch" in url)
    started = time.monotonic()
    assert client.get(slow).status_code == 200
    assert time.monotonic() - started >= 1
    started = time.monotonic()
    for _ in range(20):
        client.get(f"{SENTINEL}/about/")
    assert time.monotonic() - started < 1


def test_the_huge_page_can_be_left_in_the_middle(newsstand: Newsstand, client: httpx.Client) -> None:
    huge = next(url for url in story_urls(newsstand) if "full-text-of-county-code" in url)
    with client.stream("GET", huge) as answer:
        assert "Content-Length" not in answer.headers
        size = 0
        for chunk in answer.iter_raw():
            size += len(chunk)
            if size > 5_000_000:
                break
    assert size > 5_000_000
    assert client.get(f"{SENTINEL}/about/").status_code == 200


def test_counts_what_it_was_asked_for(newsstand: Newsstand, client: httpx.Client) -> None:
    before = newsstand.requests.get(f"{SENTINEL}/about/", 0)
    client.get(f"{SENTINEL}/about/")
    assert newsstand.requests[f"{SENTINEL}/about/"] == before + 1


def test_head_sends_no_body(client: httpx.Client) -> None:
    answer = client.head(f"{SENTINEL}/about/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 0


def test_an_anchor_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Newsstand(ANCHOR.replace(tzinfo=None))
