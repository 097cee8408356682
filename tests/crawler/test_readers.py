"""Feeds, sitemaps and listings as they come: what is read of them, and that nothing makes a reader raise."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.registry import ListingSelectors
from crawler.spiders.feed import read_feed
from crawler.spiders.links import date_in_url, read_date
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap

HERE = "https://gazette.example/rss"

RSS = "<rss><channel><item><title>T</title><link>/a</link></item></channel></rss>"

FEEDS = {
    "RSS 0.91": b"<rss version='0.91'><channel><item><title>T</title><link>/a</link></item></channel></rss>",
    "RSS 1.0": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    b"<channel/><item rdf:about='https://gazette.example/a'><title>T</title></item></rdf:RDF>",
    "RSS 2.0, only a guid": b"<rss><channel><item><title>T</title><guid>https://gazette.example/a</guid></item>"
    b"</channel></rss>",
    "RSS 2.0, link in CDATA between blanks": b"<rss><channel><item><title>T</title><link>\n <![CDATA[ /a ]]> </link>"
    b"</item></channel></rss>",
    "Atom 1.0": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><link rel='replies' href='/r'/>"
    b"<link rel='alternate' type='application/json' href='/j'/><link href='/a'/></entry></feed>",
    "Atom with a base": b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://gazette.example/'><entry>"
    b"<title>T</title><link href='a'/></entry></feed>",
    "JSON Feed": json.dumps({"version": "1", "items": [{"id": 7, "url": "/a", "title": "T"}]}).encode(),
    "FeedBurner": b"<rss xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'><channel><item><title>T</title>"
    b"<link>https://feedproxy.example/x</link><f:origLink>https://gazette.example/a</f:origLink></item></channel></rss>",
    "bare ampersands, entities of HTML, a BOM": b"\xef\xbb\xbf\n<rss><channel><title>A & B&nbsp;</title><item>"
    b"<title>T</title><link>https://gazette.example/a</link><p>&bogus; <br></item></channel></rss>",
    "control characters": b"<rss><channel><item><title>\x00T\x0b</title><link>/a\x00</link></item></channel></rss>",
    "UTF-16": ("<?xml version='1.0' encoding='utf-16'?>" + RSS).encode("utf-16"),
    "blanks before the prolog": b"\r\n \n<?xml version='1.0'?>" + RSS.encode(),
}  # fmt: skip


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=20))
def test_whatever_a_json_feed_escapes_its_links_can_be_written_down(text: str) -> None:
    item = {"url": f"/a?{text}", "title": f"T {text}", "date_published": f"2025-01-01 {text}"}
    for link in read_feed(json.dumps({"version": "1", "items": [item]}).encode(), HERE).stories:
        assert (link.url + (link.title or "") + (link.published or "")).encode("utf-8")


@pytest.mark.parametrize("body", FEEDS.values(), ids=FEEDS.keys())
def test_feeds_of_every_kind_give_title_and_address(body: bytes) -> None:
    reading = read_feed(body, HERE)
    assert reading.problem is None
    assert [(link.url, link.title) for link in reading.stories] == [("https://gazette.example/a", "T")]


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item><link>/a</link></item><item><title>T</title></item><item><link>mailto:x@y.example</link>"
        b"</item></channel></rss>",
        json.dumps({"version": "1", "items": [{"id": 7, "url": "/a"}, 3, {"id": "tag:7"}]}).encode(),
    ],
    ids=["RSS", "JSON Feed"],
)
def test_items_that_name_no_page_are_counted(body: bytes) -> None:
    reading = read_feed(body, HERE)
    assert [link.url for link in reading.stories] == ["https://gazette.example/a"]
    assert reading.problem == "2 of 3 items name no page"


def test_markup_and_entities_in_titles_become_plain_words() -> None:
    body = RSS.replace(">T<", ">Jail &amp;amp; &lt;b&gt;ICE&lt;/b&gt;&#8217;s<")
    assert read_feed(body.encode(), HERE).stories[0].title == "Jail & ICE’s"


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"not a feed", b"<html><p>404</html>", b"{", b"[1, 2]", b'{"items": 3}', b"\x89PNG\r\n", b"<"],
)
def test_what_is_no_feed_is_a_problem_in_one_line(body: bytes) -> None:
    for reading in (read_feed(body, HERE), read_sitemap(body, HERE)):
        assert reading.stories == ()
        assert reading.problem
        assert "\n" not in reading.problem


def test_the_real_feeds_are_all_read(shared: Path) -> None:
    found = {path.name: read_feed(path.read_bytes(), HERE) for path in (shared / "data" / "feeds").iterdir()}
    assert len(found) == 23
    # Four files are the content of one entry each, not feeds; one feed has an entry without any address.
    assert found["AtomEscapedHTMLInPreTag.xml"].problem == "1 of 1 items name no page"
    fragments = {name for name, reading in found.items() if (reading.problem or "").startswith("not a feed")}
    assert fragments == {
        "PaulDixExplainsNothingFirstEntryContent.xml", "TechCrunchFirstEntry.xml",
        "TechCrunchFirstEntryDescription.xml", "TenderLovemakingFirstEntry.xml",
    }  # fmt: skip
    read = {name: len(reading.stories) for name, reading in found.items() if name not in fragments}
    assert [name for name, stories in read.items() if not stories] == ["AtomEscapedHTMLInPreTag.xml"]
    assert sum(read.values()) == 199
    dated = [link.published_at for reading in found.values() for link in reading.stories]
    assert sum(day is not None for day in dated) / len(dated) > 0.98


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    body = (
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/"
        b"sitemap-news/0.9'><url><loc> https://gazette.example/a </loc><lastmod>2026-05-01</lastmod><news:news>"
        b"<news:publication_date>2026-05-03T10:00:00-05:00</news:publication_date><news:title>T</news:title>"
        b"</news:news></url></urlset>"
    )
    (link,) = read_sitemap(gzip.compress(body), HERE).stories
    assert (link.url, link.title) == ("https://gazette.example/a", "T")
    assert link.published_at == datetime(2026, 5, 3, 15, tzinfo=UTC)


def test_a_sitemap_may_be_lines_of_text_or_a_feed() -> None:
    lines = b"\xef\xbb\xbfhttps://gazette.example/a\r\nhttps://gazette.example/b\n"
    assert [link.url[-1] for link in read_sitemap(lines, HERE).stories] == ["a", "b"]
    assert len(read_sitemap(FEEDS["RSS 0.91"], HERE).stories) == 1


def test_a_truncated_gzip_sitemap_gives_what_it_holds_and_the_problem() -> None:
    urls = b"".join(b"<url><loc>https://gazette.example/%d</loc></url>" % number for number in range(3000))
    body = gzip.compress(b"<urlset>" + urls + b"</urlset>")
    reading = read_sitemap(body[: len(body) // 2], HERE)
    assert len(reading.stories) > 100
    assert reading.problem == "gzip stream ends early"


def test_a_listing_gives_its_rows_and_the_next_page() -> None:
    page = (
        b"<base href='https://police.example/news/'><div class=row><h3><a href='one'> Sheriff <b>says</b></a></h3>"
        b"<span class=d>May 4, 2026</span></div><div class=row>no link</div><a rel=next href='?page=2'>Older</a>"
    )
    selectors = ListingSelectors("div.row", "h3 a", "h3 a::text", ".d", "a[rel=next]", 2)
    reading = read_listing(page, "https://police.example/news/", "text/html", selectors)
    (link,) = reading.stories
    assert (link.url, link.title, link.published) == ("https://police.example/news/one", "Sheriff", "May 4, 2026")
    assert reading.next_page == "https://police.example/news/?page=2"
    assert read_listing(b"", HERE, None, selectors).problem == "no item on the page fits the selector 'div.row'"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 06 May 2026 21:07:47 +0000", datetime(2026, 5, 6, 21, 7, 47, tzinfo=UTC)),
        ("Wed, 06 May 2026 17:07:47 EDT", datetime(2026, 5, 6, 21, 7, 47, tzinfo=UTC)),
        ("2026-05-06T21:07:47Z", datetime(2026, 5, 6, 21, 7, 47, tzinfo=UTC)),
        ("2026-05-06 21:07:47 UTC", datetime(2026, 5, 6, 21, 7, 47, tzinfo=UTC)),
        ("2026-05-06", datetime(2026, 5, 6, tzinfo=UTC)),
        ("2026-05", datetime(2026, 6, 1, tzinfo=UTC)),
        ("May 4, 2026", datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC)),
        ("Posted on Sept. 14th 2026 by admin", datetime(2026, 9, 14, 23, 59, 59, tzinfo=UTC)),
        ("5/4/2026", datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC)),
        ("13/45/2026", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_as_they_are_met(text: str | None, moment: datetime | None) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/05/04/x", (2026, 5, 4)),
        ("https://a.example/sitemap-2026-04.xml", (2026, 5, 1)),
        ("https://a.example/20260504x", (2026, 5, 4)),
        ("https://a.example/2026-13-45/x", None),
        ("https://a.example/story-20261234567", None),
        ("https://a.example/x", None),
    ],
)
def test_dates_in_addresses_are_seen(url: str, day: tuple[int, int, int] | None) -> None:
    found = date_in_url(url)
    assert (found and (found.year, found.month, found.day)) == day


@given(
    st.binary(max_size=300), st.sampled_from([*FEEDS.values(), b"<urlset><url><loc>/a</loc></url></urlset>"]), st.data()
)
def test_no_damage_makes_a_reader_raise(noise: bytes, body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body)))
    for damaged in (noise, body[:at] + noise + body[at:], body[:at]):
        read_feed(damaged, HERE)
        read_sitemap(damaged, HERE)
        read_listing(damaged, HERE, None, ListingSelectors("item", "link", "title", None, "loc"))


@given(st.text(max_size=40))
def test_no_text_makes_the_reading_of_dates_raise(text: str) -> None:
    read_date(text)
    date_in_url(text)
