"""Read a sitemap (sitemaps.org 0.9): urlset, index, text, gzip, news extension; or a feed that is named as one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crawler.addresses import fetchable_url
from crawler.content import undo_gzip
from crawler.spiders.feed import local_name, parse_xml, plain_title, read_feed, read_feed_tree
from crawler.spiders.links import Link, Reading, read_date

__all__ = ["read_sitemap"]

MOST_LINKS = 50_000  # the standard's own limit for one file


def read_sitemap(body: bytes, url: str) -> Reading:
    """The stories and further sitemaps that a sitemap names. Never raises on what it holds."""
    cut_off = None
    if body[:2] == b"\x1f\x8b":
        content = undo_gzip(body)
        body, cut_off = content.body, content.problem
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower()
    if start.startswith((b"http://", b"https://")):
        return Reading("sitemap", tuple(_read_lines(body, url)), problem=cut_off)
    if start[:1] == b"{":
        return read_feed(body, url)
    root = parse_xml(body)
    if root is None:
        return Reading("sitemap", problem=cut_off or "not a sitemap: no XML")
    name = local_name(root)
    if name == "sitemapindex":
        return Reading("sitemap", sitemaps=tuple(_read_entries(root, "sitemap", url)), problem=cut_off)
    if name == "urlset":
        return Reading("sitemap", tuple(_read_entries(root, "url", url)), problem=cut_off)
    if name in ("rss", "rdf", "feed"):
        return read_feed_tree(root, url)
    return Reading("sitemap", problem=f"not a sitemap: the document is <{name[:40]}>")


def _read_lines(body: bytes, url: str) -> Iterator[Link]:
    for line in body.decode("utf-8", "replace").split()[:MOST_LINKS]:
        if address := fetchable_url(line, url):
            yield Link(address)


def _read_entries(root: etree._Element, wanted: str, url: str) -> Iterator[Link]:
    count = 0
    for element in root.iterchildren(etree.Element):
        if local_name(element) != wanted or count >= MOST_LINKS:
            continue
        texts: dict[str, str] = {}
        for child in element.iter(etree.Element):
            if child.text and child.text.strip():
                texts.setdefault(local_name(child), child.text.strip())
        # Relative addresses break the standard and are met all the same.
        if address := fetchable_url(texts.get("loc", ""), url if texts.get("loc") else None):
            count += 1
            published = texts.get("publication_date") or texts.get("lastmod")
            is_news = "publication_date" in texts
            yield Link(address, plain_title(texts.get("title")) if is_news else None, published, read_date(published))
