"""Finding a source's feeds and sitemaps when its entry names a homepage alone.

Pure functions over what was fetched: which addresses a homepage and its robots.txt declare, which are worth a try
where they declare none, and whether what came back is a feed or a sitemap at all. Fetching, remembering and finding
again when an endpoint dies are the crawler's. Only addresses of the same site are ever returned.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from lxml import etree
from tldextract import TLDExtract

from crawler.addresses import address_key, fetchable_url
from crawler.registry import Endpoint, EndpointKind

__all__ = ["find_endpoints", "is_same_site", "recognize_endpoint", "well_known_addresses"]

MOST_FEEDS: Final = 4
MOST_SITEMAPS: Final = 4
LONGEST_HTML_BYTES: Final = 4 * 1024 * 1024
LONGEST_ROBOTS_CHARACTERS: Final = 512 * 1024  # RFC 9309 lets a crawler stop after 500 KiB
RECOGNIZED_WITHIN_BYTES: Final = 64 * 1024

FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/rss+xml"}
)
# An address that looks like a feed's; used for links that declare no type.
FEED_ADDRESS: Final = re.compile(
    r"/(?:feed|rss)/?$|\.rss$|/(?:rss|feed|atom)\.xml$|/feed\.json$|/rssfeed\.aspx\?", re.I
)
COMMENTS: Final = re.compile(r"comments?(?:\b|_)|\bcomentarios\b", re.I)
OFF_TOPIC: Final = re.compile(
    r"\b(?:sports?|weather|traffic|entertainment|podcasts?|contests?|obituar\w+|jobs|careers|lifestyle|food|recipes?|arts"
    r"|music|movies|shows?|calendar|events|horoscopes?|comics|classifieds|advertising|video|photos?|galler\w+)\b",
    re.I,
)
NARROW: Final = re.compile(r"/(?:tags?|topics?|author|people|series)/|[?&](?:tag|author)=", re.I)
NEWS_SITEMAP: Final = re.compile(r"news|latest|recent|\b48\b", re.I)
OTHER_SITEMAP: Final = re.compile(
    r"image|video|photo|galler|categor|\btags?\b|author|taxonom|event|obituar|classified|product|podcast|archive", re.I
)
ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed|urlset|sitemapindex|html|body|div)[\s/>]", re.I)
# A feed that a template has put into a page all the same; seen in the wild, and feed readers read it.
WRAPPED_FEED: Final = re.compile(
    r"""<feed\s[^>]*xmlns=["']http://www\.w3\.org/2005/Atom|<rss\s[^>]*>\s*<channel\b""", re.I
)

# In the order in which they are worth a try; after each group the platforms that answer there.
FEED_PATHS: Final = (
    "feed/",  # WordPress, Ghost's rss/ below
    "rss/",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.rss",  # Brightspot, public radio's Grove
    "index.xml",
    "arc/outboundfeeds/rss/?outputType=xml",  # Arc XP
    "search/?f=rss&t=article&l=50&s=start_time&sd=desc",  # BLOX
    "feeds/syndication/rss/news",  # Tegna
    "topstories-rss",  # Hearst Television
    "latest.xml",  # Fox's stations
    "?rss=y",  # NBC's stations
    "RSSFeed.aspx?ModID=1&CID=All-newsflash.xml",  # CivicPlus, common among counties and cities
)
SITEMAP_PATHS: Final = (
    "news-sitemap.xml",
    "sitemap-news.xml",
    "sitemap_news.xml",
    "arc/outboundfeeds/news-sitemap/?outputType=xml",
    "sitemap_index.xml",
    "sitemap.xml",
    "wp-sitemap.xml",
)


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    title: str
    is_declared: bool


def find_endpoints(html: bytes, base_url: str, robots_txt: str | None) -> tuple[Endpoint, ...]:
    """The feeds and sitemaps that a homepage and its robots.txt declare, the most useful first.

    `base_url` is where the page was found, redirects followed. Feeds come first, those of the whole site before those
    of a section, at most four; then news sitemaps. A sitemap of everything is returned only where there is neither
    (a link that merely looks like a feed's does not count), since it repeats years of addresses on every visit.
    Damaged markup yields what can be read of it.
    """
    feeds = _main_feeds(_feed_links(html, base_url))
    has_declared_feed = any(feed.is_declared for feed in feeds)
    sitemaps = [url for url in _sitemap_lines(robots_txt or "", base_url) if is_same_site(url, base_url)]
    news = [url for url in sitemaps if NEWS_SITEMAP.search(urlsplit(url).path)]
    general = [url for url in sitemaps if not OTHER_SITEMAP.search(urlsplit(url).path)]
    chosen = news or ([] if has_declared_feed else general or sitemaps)
    return tuple(
        [Endpoint("feed", feed.url) for feed in feeds] + [Endpoint("sitemap", url) for url in chosen[:MOST_SITEMAPS]]
    )


def well_known_addresses(homepage: str) -> tuple[str, ...]:
    """Where feeds and sitemaps lie on the platforms that newsrooms and governments use, likeliest first.

    For a homepage below the root (a newsroom's section) the addresses beside it come before the site's. What answers
    there is to be judged by `recognize_endpoint`: many sites answer everything with a page.
    """
    parts = urlsplit(homepage)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = re.sub(r"/(?:index|default)\.\w{2,5}$", "", parts.path).strip("/")
    beside = (f"{root}{folder}/feed/", f"{root}{folder}.rss", f"{root}{folder}/rss.xml") if folder else ()
    return (*beside, *(root + path for path in FEED_PATHS), *(root + path for path in SITEMAP_PATHS))


def recognize_endpoint(body: bytes, content_type: str | None) -> EndpointKind | None:
    """Whether a body is a feed (RSS, Atom, RDF, JSON Feed) or a sitemap (urlset or index), gzip included; else None.

    The body decides: feeds labelled text/html are common, and so are pages labelled as feeds. Text before the XML
    prolog, as plug-ins leave it there, does not matter.
    """
    if re.match(r"\s*(?:image|audio|video|font)/", content_type or "", re.I):
        return None
    text = _without_comments(_beginning(body))
    if text.startswith("{"):
        return "feed" if re.search(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', text) else None
    root = ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in ("urlset", "sitemapindex"):
        return "sitemap"
    return "feed" if name in ("rss", "rdf", "feed") or (name and WRAPPED_FEED.search(text)) else None


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses belong to one registered domain (Public Suffix List, the copy that tldextract carries).

    Blogs on a shared host are sites of their own: the list's private part counts.
    """
    return _site(url) == _site(other)


def _main_feeds(links: Iterable[_Link]) -> list[_Link]:
    """The feeds worth following: no comments, no sport unless there is nothing else, each in one form only."""
    kept = [link for link in links if not COMMENTS.search(f"{link.url} {link.title}")]
    on_topic = [link for link in kept if not OFF_TOPIC.search(_words(link))] or kept
    broad = [link for link in on_topic if not NARROW.search(link.url)] or on_topic
    declared = [link for link in broad if link.is_declared] or broad
    by_breadth = sorted(declared, key=lambda link: _depth(link.url))  # stable: the page's own order decides ties
    forms: dict[str, _Link] = {}
    for link in by_breadth:
        forms.setdefault(_form(link.url), link)
    return list(forms.values())[:MOST_FEEDS]


def _feed_links(html: bytes, base_url: str) -> Iterator[_Link]:
    """Every link of a page that leads to a feed of its site: declared in the head, or plainly one by its address."""
    tree = _parse(html)
    if tree is None:
        return
    base = base_url
    for element in tree.iter("base"):
        base = fetchable_url(element.get("href") or "", base_url) or base_url
        break
    for element in tree.iter("link", "a"):
        href = element.get("href")
        if not href:
            continue
        is_declared = element.tag == "link" and _declares_feed(element)
        if not is_declared and not (element.tag == "a" and FEED_ADDRESS.search(href)):
            continue
        url = fetchable_url(href, base)
        if url and is_same_site(url, base_url):
            yield _Link(_as_secure_as(base_url, url), element.get("title") or "", is_declared)


def _as_secure_as(base_url: str, url: str) -> str:
    """The address in https where the page came by https: old templates still declare http."""
    return (
        f"https:{url[5:]}"
        if base_url.startswith("https:") and url.startswith("http:") and not urlsplit(url).port
        else url
    )


def _declares_feed(link: etree._Element) -> bool:
    relations = (link.get("rel") or "").lower().split()
    kind = (link.get("type") or "").split(";")[0].strip().lower()
    if "alternate" not in relations and "feed" not in relations:
        return False
    return kind in FEED_TYPES or (
        kind in ("", "text/xml", "application/xml") and bool(FEED_ADDRESS.search(link.get("href") or ""))
    )


def _sitemap_lines(robots_txt: str, base_url: str) -> Iterator[str]:
    """The addresses of robots.txt's Sitemap lines (RFC 9309 leaves them to sitemaps.org), each once."""
    seen: set[str] = set()
    for line in re.finditer(
        r"^[ \t\ufeff]*sitemap[ \t]*:[ \t]*(\S+)", robots_txt[:LONGEST_ROBOTS_CHARACTERS], re.I | re.M
    ):
        url = fetchable_url(line[1], base_url)
        if url and url not in seen:
            seen.add(url)
            yield url


def _parse(html: bytes) -> etree._Element | None:
    """The page as a tree, or None where there is nothing to be read."""
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html[:LONGEST_HTML_BYTES].replace(b"\0", b""), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _beginning(body: bytes) -> str:
    """The first characters of a body, decompressed and decoded for looking at its markup only."""
    start = body[:RECOGNIZED_WITHIN_BYTES]
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(wbits=31).decompress(start, RECOGNIZED_WITHIN_BYTES)
        except zlib.error:
            return ""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace").lstrip("\ufeff \t\r\n")
    return start.decode("utf-8-sig", "replace").lstrip()


def _without_comments(text: str) -> str:
    """The text outside `<!-- -->`; an unfinished comment hides the rest. In linear time, which a pattern is not."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        position = text.find("-->", start) + 3
        if position < 3:
            return "".join(kept)
    return "".join([*kept, text[position:]])


def _words(link: _Link) -> str:
    return re.sub(r"[/_.,=&?-]+", " ", f"{urlsplit(link.url).path} {urlsplit(link.url).query}") + " " + link.title


def _depth(url: str) -> int:
    """How narrow a feed is, by its address: the more folders and parameters, the narrower."""
    parts = urlsplit(url)
    return len([name for name in parts.path.split("/") if name]) + len([p for p in parts.query.split("&") if p])


def _form(url: str) -> str:
    """What the RSS, Atom and JSON forms of one feed have in common."""
    return re.sub(
        r"/(?:json|atom|rdf|rss2)/?(?=$|\?)|(?:\.(?:json|xml|rss|atom))?(?=$|\?)", "", address_key(url), count=1
    )


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return _suffixes()(host).top_domain_under_public_suffix or ".".join(host.split(".")[-2:])
