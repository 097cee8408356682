"""The real pages of ../shared served under their own addresses, as the sites that they come from would serve them.

Each host gets a robots.txt and one way of naming its pages, in the shapes that real sites give them: WordPress with
Yoast's sitemaps, an outlet with a news sitemap, Arc's RSS, Drupal's paged listing, an Atom feed, a JSON feed, or a
homepage that declares its feed. The server is a proxy: https addresses are asked of it in plain http.
"""

from __future__ import annotations

import gzip
import html
import json
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from crawler.registry import Endpoint, ListingSelectors, Source
from tests.site import Site

__all__ = ["Newspapers", "RealPage", "real_pages"]

SITEMAP = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
NEWS = "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
ROWS_ON_A_PAGE = 10
ROBOTS = "User-agent: *\nDisallow: /wp-admin/\nDisallow: /search\nAllow: /wp-admin/admin-ajax.php\n\n"


@dataclass(frozen=True, slots=True)
class RealPage:
    """One page of the index; two have no address."""

    id: str
    url: str | None
    title: str
    date: str
    body: bytes


def real_pages(shared: Path) -> list[RealPage]:
    """All of them, in the order of the index."""
    folder = shared / "data" / "pages"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        RealPage(row["id"], row["url"], row["title"] or "", row["date"] or "", gzip.decompress(
            (folder / f"{row['id']}.html.gz").read_bytes()
        ))
        for row in rows
    ]  # fmt: skip


class Newspapers:
    """The sites behind a proxy. An address that stands twice has its second text from `second_edition` on."""

    def __init__(self, pages: list[RealPage]) -> None:
        self.site = Site()
        self.proxy = self.site.root
        self._later: dict[str, bytes] = {}
        hosts: dict[str, list[RealPage]] = {}
        for page in pages:
            if page.url is None:
                continue
            if page.url in self.site.pages:
                self._later[page.url] = page.body
                continue
            parts = urlsplit(page.url)
            self.site.put(page.url if parts.path else f"{page.url}/", page.body)
            hosts.setdefault(f"{parts.scheme}://{parts.netloc}", []).append(page)
        shapes = (_yoast, _news_sitemap, _arc, _drupal, _atom, _json_feed, _declared)
        self.sources = tuple(
            # One page is a homepage itself: its site must not put another there.
            (_news_sitemap if any(not urlsplit(page.url or "").path.strip("/") for page in pages) else shape)(
                self.site, root, pages
            )
            for (root, pages), shape in zip(hosts.items(), cycle(shapes), strict=False)
        )

    def second_edition(self) -> None:
        """From now on the address that stands twice has its other text."""
        for url, body in self._later.items():
            self.site.put(url, body)

    def close(self) -> None:
        """Stop serving."""
        self.site.close()


def _source(root: str, *endpoints: Endpoint) -> Source:
    host = urlsplit(root).netloc
    return Source(host.replace(".", "-"), host, "outlet", f"{root}/", endpoints=endpoints)


def _robots(site: Site, root: str, *sitemaps: str) -> None:
    lines = ROBOTS + "".join(f"Sitemap: {sitemap}\n" for sitemap in sitemaps)
    site.put(f"{root}/robots.txt", lines.encode(), content_type="text/plain")


def _yoast(site: Site, root: str, pages: list[RealPage]) -> Source:
    """WordPress: the index that the plug-in writes, two post sitemaps, one of them gzipped; found from robots.txt."""
    index = "".join(f"<sitemap><loc>{root}/post-sitemap{n}.xml{z}</loc></sitemap>" for n, z in ((1, ""), (2, ".gz")))
    style = "<?xml-stylesheet type='text/xsl' href='//x/main-sitemap.xsl'?>"
    site.put(
        f"{root}/sitemap_index.xml",
        f"<?xml version='1.0' encoding='UTF-8'?>{style}<sitemapindex {SITEMAP}>{index}</sitemapindex>".encode(),
        content_type="text/xml; charset=UTF-8",
    )
    half = len(pages) // 2
    for number, part in ((1, pages[:half]), (2, pages[half:])):
        urls = "".join(f"<url><loc>{_xml(page.url)}</loc><lastmod>{page.date}</lastmod></url>" for page in part)
        body = f"<?xml version='1.0'?>{style}<urlset {SITEMAP}>\n{urls}</urlset>".encode()
        site.put(f"{root}/post-sitemap{number}.xml", body, content_type="text/xml")
        site.put(f"{root}/post-sitemap{number}.xml.gz", gzip.compress(body), content_type="application/x-gzip")
    site.put(f"{root}/", b"<html><head><title>Home</title></head><body></body></html>")
    _robots(site, root, f"{root}/sitemap_index.xml")
    return _source(root)


def _news_sitemap(site: Site, root: str, pages: list[RealPage]) -> Source:
    urls = "".join(
        f"<url><loc>{_xml(page.url)}</loc><news:news><news:publication><news:name>X</news:name><news:language>en"
        f"</news:language></news:publication><news:publication_date>{page.date}T12:00:00-05:00</news:publication_date>"
        f"<news:title><![CDATA[{page.title}]]></news:title></news:news></url>"
        for page in pages
    )
    body = f"<?xml version='1.0'?><urlset {SITEMAP} {NEWS}>{urls}</urlset>".encode()
    site.put(f"{root}/news-sitemap.xml", body, content_type="application/xml", headers={"Vary": "Accept-Encoding"})
    _robots(site, root, f"{root}/news-sitemap.xml")
    return _source(root, Endpoint("sitemap", f"{root}/news-sitemap.xml"))


def _arc(site: Site, root: str, pages: list[RealPage]) -> Source:
    items = "".join(
        f"<item><title><![CDATA[{page.title}]]></title><link>{_xml(page.url)}?utm_source=rss</link>"
        f"<guid isPermaLink='true'>{_xml(page.url)}</guid><pubDate>{page.date}</pubDate>"
        f"<description><![CDATA[<p>{page.title}&nbsp;</p>]]></description></item>"
        for page in pages
    )
    body = f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>X</title>{items}</channel></rss>"
    path = f"{root}/arc/outboundfeeds/rss/?outputType=xml"
    site.put(path, gzip.compress(body.encode()), content_type="text/xml", headers={"Content-Encoding": "gzip"})
    for page in pages:
        site.pages[f"{page.url}?utm_source=rss"] = site.pages[page.url or ""]
    _robots(site, root)
    return _source(root, Endpoint("feed", path))


def _drupal(site: Site, root: str, pages: list[RealPage]) -> Source:
    """A government newsroom: rows of a view, ten to a page, the pager's link relative."""
    for number in range(0, len(pages), ROWS_ON_A_PAGE):
        rows = "".join(
            f"<div class='views-row'><h2><a href='{_xml(_path(page))}'><span>{_xml(page.title)}</span></a></h2>"
            f"<time datetime='{page.date}T12:00:00Z'>{page.date}</time></div>"
            for page in pages[number : number + ROWS_ON_A_PAGE]
        )
        at = number // ROWS_ON_A_PAGE
        has_more = number + ROWS_ON_A_PAGE < len(pages)
        pager = f"<li class='pager__item--next'><a href='?page={at + 1}' rel='next'>Next</a></li>" if has_more else ""
        body = f"<!DOCTYPE html><html><body><div class='view-content'>{rows}</div><ul>{pager}</ul></body></html>"
        site.put(f"{root}/newsroom{f'?page={at}' if at else ''}", body.encode())
    _robots(site, root)
    selectors = ListingSelectors(
        "div.views-row", "h2 a", "h2 a span::text", "time::attr(datetime)", ".pager__item--next a", 10
    )
    return _source(root, Endpoint("listing", f"{root}/newsroom", selectors))


def _atom(site: Site, root: str, pages: list[RealPage]) -> Source:
    entries = "".join(
        f"<entry><title type='html'>{_xml(page.title)}</title><id>tag:x,{page.id}</id><updated>{page.date}T12:00:00Z"
        f"</updated><link rel='alternate' type='text/html' href='{_xml(page.url)}'/></entry>"
        for page in pages
    )
    body = f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>X</title>{entries}</feed>"
    site.put(f"{root}/atom.xml", body.encode(), content_type="application/atom+xml", etag=f'"{len(body)}"')
    return _source(root, Endpoint("feed", f"{root}/atom.xml"))


def _json_feed(site: Site, root: str, pages: list[RealPage]) -> Source:
    items = [{"id": page.id, "url": page.url, "title": page.title, "date_published": page.date} for page in pages]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "X", "items": items})
    site.put(f"{root}/feed.json", body.encode(), content_type="application/feed+json")
    return _source(root, Endpoint("feed", f"{root}/feed.json"))


def _declared(site: Site, root: str, pages: list[RealPage]) -> Source:
    """A homepage that moved to another path and declares a feed by a relative address."""
    items = "".join(
        f"<item><title>{_xml(page.title)}</title><link>\n{_xml(page.url)}\n</link></item>" for page in pages
    )
    site.put(f"{root}/", status="301 Moved Permanently", headers={"Location": "/home/"})
    site.put(
        f"{root}/home/",
        b"<html><head><link href='../rss' rel='alternate' title='News &raquo; Feed' type='application/rss+xml'></head>",
    )
    site.put(f"{root}/rss", f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), content_type="text/html")
    return _source(root)


def _path(page: RealPage) -> str:
    parts = urlsplit(page.url or "")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _xml(text: str | None) -> str:
    return html.escape(text or "", quote=True)
