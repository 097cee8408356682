"""Discovery: from a homepage, its robots.txt and what answers at well-known places to feeds and sitemaps."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import find_endpoints, is_same_site, recognize_endpoint, well_known_addresses

HOME = "https://www.gazette.example/"


def urls(head: str, robots: str | None = None, base: str = HOME) -> list[str]:
    return [endpoint.url for endpoint in find_endpoints(f"<html><head>{head}</head></html>".encode(), base, robots)]


def feed(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize(
    "kind",
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "APPLICATION/RSS+XML; charset=utf-8"],
)
def test_a_declared_feed_is_found(kind: str) -> None:
    (endpoint,) = find_endpoints(feed("/feed/", kind=kind).encode(), HOME, None)
    assert (endpoint.kind, endpoint.url, endpoint.verified) == ("feed", "https://www.gazette.example/feed/", None)


def test_the_attributes_may_come_in_any_order_case_and_quoting() -> None:
    assert urls("<LINK HREF='//gazette.example/f.xml' Data-x=1 TYPE='application/rss+xml' REL='home Alternate'/>") == [
        "https://gazette.example/f.xml"
    ]


def test_a_base_address_and_entities_are_heeded() -> None:
    head = '<base href="https://www.gazette.example/news/">' + feed("rss?a=1&amp;b=2")
    assert urls(head) == ["https://www.gazette.example/news/rss?a=1&b=2"]


@pytest.mark.parametrize(
    "link",
    [
        feed("/comments/feed/", "The Gazette &raquo; Comments Feed"),
        feed("/2026/a-story/feed/", "The Gazette &raquo; A story Comments Feed"),
        feed("/2026/a-story/feed/?withoutcomments=1", "RSS 2.0"),
        feed("/wp-json/oembed/1.0/embed?url=x", "oEmbed (JSON)", "application/json+oembed"),
        feed("/wp-json/wp/v2/posts/1", "JSON", "application/json"),
        feed("https://feeds.elsewhere.example.net/gazette"),
        feed("javascript:alert(1)"),
        feed("http://[broken/"),
        feed(""),
        '<link rel="alternate" hreflang="es" href="/es/">',
        '<link rel="alternate stylesheet" type="text/css" href="/rss.css">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->',
    ],
)
def test_what_is_no_feed_of_the_site_s_news_is_left_out(link: str) -> None:
    assert urls(link) == []


def test_the_site_s_feed_comes_before_a_section_s_and_sport_is_left_out() -> None:
    head = feed("/news/local/feed/", "Local") + feed("/sports/feed/", "Sports") + feed("/feed/", "All")
    assert urls(head) == ["https://www.gazette.example/feed/", "https://www.gazette.example/news/local/feed/"]


def test_of_dozens_of_declared_feeds_a_few_broad_ones_are_kept() -> None:
    head = "".join(feed(f"/rss/tags/t{n}", f"Tag {n}") for n in range(50))
    head += "".join(feed(f"/rss/category/c{n}") for n in range(50)) + feed("/latest.xml")
    found = urls(head)
    assert found[0] == "https://www.gazette.example/latest.xml"
    assert len(found) == 4
    assert all("/tags/" not in url for url in found)


def test_a_feed_declared_in_two_forms_is_taken_once() -> None:
    head = feed("/feed/") + feed("/feed/atom/", kind="application/atom+xml")
    head += feed("/feed/json/", kind="application/feed+json")
    assert urls(head) == ["https://www.gazette.example/feed/"]


def test_a_feed_declared_by_http_on_a_secure_page_is_asked_for_securely() -> None:
    assert urls(feed("http://gazette.example/feed/")) == ["https://gazette.example/feed/"]


def test_a_plain_link_to_a_feed_serves_where_none_is_declared() -> None:
    assert urls('<a href="/RSSFeed.aspx?ModID=1&amp;CID=All-newsflash.xml">RSS</a>') == [
        "https://www.gazette.example/RSSFeed.aspx?ModID=1&CID=All-newsflash.xml"
    ]
    assert urls('<a href="/rss.xml">RSS</a>' + feed("/feed/")) == ["https://www.gazette.example/feed/"]


def test_news_sitemaps_are_preferred_to_a_sitemap_of_everything() -> None:
    robots = "User-agent: *\nDisallow: /x\nSitemap: /sitemap_index.xml\nsitemap:https://www.gazette.example/news-sitemap.xml\n"
    (endpoint,) = find_endpoints(b"", HOME, robots)
    assert (endpoint.kind, endpoint.url) == ("sitemap", "https://www.gazette.example/news-sitemap.xml")


def test_a_sitemap_of_everything_serves_only_where_there_is_nothing_else() -> None:
    robots = (
        "Sitemap: https://www.gazette.example/image-sitemap.xml\r\nSitemap: https://www.gazette.example/sitemap.xml\r\n"
    )
    assert urls("", robots) == ["https://www.gazette.example/sitemap.xml"]
    assert urls(feed("/feed/"), robots) == ["https://www.gazette.example/feed/"]
    assert len(urls('<a href="/rss">RSS feeds</a>', robots)) == 2


def test_a_sitemap_on_another_site_is_left_out_and_one_on_a_sister_host_is_not() -> None:
    robots = "Sitemap: https://cdn.elsewhere.net/news.xml\nSitemap: https://maps.gazette.example/news.xml"
    assert urls("", robots) == ["https://maps.gazette.example/news.xml"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("https://feeds.npr.org/1", "https://www.npr.org/", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://police.blogspot.com/", "https://other.blogspot.com/", False),
        ("https://www.lasd.org/", "https://local.lasd.org/", True),
        ("https://dhs.gov/", "https://ice.gov/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://a.gazette.example/", "http://gazette.example/", True),
        ("http://gazette.example/", "http://herald.example/", False),
    ],
)
def test_a_site_is_its_registered_domain(one: str, other: str, expected: bool) -> None:
    assert is_same_site(one, other) is expected


def test_well_known_addresses_stay_on_the_host_and_start_beside_a_section() -> None:
    addresses = well_known_addresses("https://www.nyc.example/site/police/news/index.page")
    assert addresses[0] == "https://www.nyc.example/site/police/news/feed/"
    assert {"https://www.nyc.example/rss.xml", "https://www.nyc.example/news-sitemap.xml"} <= set(addresses)
    assert {urlsplit(address).netloc for address in addresses} == {"www.nyc.example"}
    assert len(set(addresses)) == len(addresses) <= 30
    assert well_known_addresses("http://127.0.0.1:8080")[0] == "http://127.0.0.1:8080/feed/"


RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RSS, "feed"),
        (b"\n\n  <br />\n" + RSS, "feed"),
        (b"\xef\xbb\xbf<!-- made by --><!DOCTYPE rss>" + RSS[21:], "feed"),
        (RSS.decode().encode("utf-16"), "feed"),
        (gzip.compress(RSS, mtime=0), "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "feed"),
        (b'<atom:feed xmlns:atom="http://www.w3.org/2005/Atom"/>', "feed"),
        (b'<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/">', "feed"),
        (b'{"title": "x", "version": "https:\\/\\/jsonfeed.org\\/version\\/1.1", "items": []}', "feed"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>', "sitemap"),
        (gzip.compress(b'<?xml version="1.0"?><sitemapindex xmlns="x"></sitemapindex>', mtime=0)[:-8], "sitemap"),
        (b'<ns0:urlset xmlns:ns0="x"><ns0:url/></ns0:urlset>', "sitemap"),
        (b"<!DOCTYPE html><html><body><rss>no</rss></body></html>", None),
        (b"<!-- <rss> --><html>", None),
        (b'{"version": 3, "posts": []}', None),
        (b"<feedback>", None),
        (b"Not found", None),
        (b"\x1f\x8bnot gzip", None),
        (b"", None),
    ],
)
def test_a_body_is_recognized_by_what_it_is(body: bytes, kind: str | None) -> None:
    assert recognize_endpoint(body, "text/html; charset=utf-8") == kind


def test_a_picture_is_no_feed_whatever_it_holds() -> None:
    assert recognize_endpoint(RSS, "image/svg+xml") is None


@given(st.binary(max_size=400), st.text(max_size=100))
def test_rubbish_yields_nothing_and_raises_nothing(body: bytes, robots: str) -> None:
    find_endpoints(body, HOME, robots)
    recognize_endpoint(body, None)


def test_nested_and_endless_markup_is_bounded() -> None:
    started = time.monotonic()
    find_endpoints(b"<div>" * 400_000 + feed("/feed/").encode(), HOME, "Sitemap: x" * 200_000)
    recognize_endpoint(gzip.compress(b" " * 50_000_000), None)
    recognize_endpoint(b"<!--" * 1_000_000, None)
    assert time.monotonic() - started < 5


def test_a_nul_byte_does_not_hide_what_follows() -> None:
    assert urls("\0" + feed("/fe\0ed/")) == ["https://www.gazette.example/feed/"]


def test_every_real_feed_is_recognized_but_the_four_files_that_are_pieces_of_html(shared: Path) -> None:
    feeds = [path for path in sorted((shared / "data" / "feeds").iterdir()) if "FirstEntry" not in path.name]
    missed = [path.name for path in feeds if recognize_endpoint(path.read_bytes(), None) != "feed"]
    assert len(feeds) >= 18
    assert missed == []


def test_real_pages_yield_the_feeds_that_their_sites_declare(shared: Path) -> None:
    found: dict[str, set[str]] = {}
    for line in (shared / "data" / "pages" / "index.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        if not page["url"] or "web.archive.org" in page["url"]:
            continue
        body = gzip.decompress((shared / "data" / "pages" / f"{page['id']}.html.gz").read_bytes())
        for endpoint in find_endpoints(body, page["url"], None):
            assert is_same_site(endpoint.url, page["url"])
            assert "comment" not in endpoint.url
            found.setdefault(urlsplit(page["url"]).netloc, set()).add(endpoint.url)
        assert recognize_endpoint(body, None) is None, page["id"]
    assert len(found) >= 60
    assert found["www.texastribune.org"] == {"https://www.texastribune.org/feed/"}
    assert found["www.king5.com"] == {"https://www.king5.com/feeds/syndication/rss/news"}
    assert "https://www.foxla.com/latest.xml" in found["www.foxla.com"]
    assert "https://abc7.com/feed/" in found["abc7.com"]
