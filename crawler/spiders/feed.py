"""Read a feed, RSS 0.9x to 2.0, Atom 0.3 and 1.0, JSON Feed 1.x, as found in the wild.

Entities are never expanded and nothing outside the document is loaded. The XML may be broken: libxml2 goes on behind
most faults. Only addresses, titles and dates are read: what a story says is read from its own page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from crawler.addresses import fetchable_url
from crawler.foreign_json import read_json
from crawler.spiders.links import Link, Reading, read_date

__all__ = ["parse_xml", "read_feed", "read_feed_tree"]

FEEDS: Final = frozenset({"rss", "rdf", "feed", "channel"})
ENTRIES: Final = frozenset({"item", "entry"})
DATES: Final = ("pubdate", "published", "issued", "date", "updated", "modified", "created", "lastbuilddate")
LONGEST_TITLE: Final = 500
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"
# Not in XML 1.0 (2.2): libxml2 stops at them even when told to recover.
_FORBIDDEN: Final = bytes({*range(32)} - {*b"\t\r\n"})


def read_feed(body: bytes, url: str) -> Reading:
    """The stories of a feed; `url` is where it was read. Never raises on what it holds."""
    body = body.lstrip(_BLANK)
    if body[:1] in (b"{", b"["):
        return _read_json(body, url)
    root = parse_xml(body)
    if root is None:
        return Reading("feed", problem="not a feed: neither XML nor JSON")
    return read_feed_tree(root, url)


def parse_xml(body: bytes) -> etree._Element | None:
    """The root element of a document that may be broken, entities left alone; None where there is none."""
    if body[:2] not in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16 is full of zero bytes that mean something
        body = body.translate(None, _FORBIDDEN).lstrip(_BLANK)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def read_feed_tree(root: etree._Element, url: str) -> Reading:
    """The stories of a feed's XML."""
    # Some systems wrap a feed into the page template of the site.
    feed = next((element for element in root.iter(etree.Element) if local_name(element) in FEEDS), None)
    if feed is None:
        return Reading("feed", problem=f"not a feed: the document is <{local_name(root)[:40]}>")
    channel = next((child for child in feed if local_name(child) == "channel"), feed)
    base = fetchable_url(channel.base or "", url) or url
    return _reading([_read_entry(entry, base) for entry in _entries(root)])


def _reading(items: Sequence[Link | None]) -> Reading:
    """The stories of a feed's items, and how many of them name no page."""
    stories = tuple(link for link in items if link is not None)
    lost = len(items) - len(stories)
    return Reading("feed", stories, problem=f"{lost} of {len(items)} items name no page" if lost else None)


def _entries(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter(etree.Element):
        if local_name(element) in ENTRIES:
            yield element


def _read_entry(entry: etree._Element, base: str) -> Link | None:
    texts: dict[str, str] = {}
    links: list[tuple[int, str]] = []
    for child in entry.iterchildren(etree.Element):
        name = local_name(child)
        text = "".join(child.itertext("{*}*")) if len(child) else (child.text or "")
        text = text.strip()
        if name == "link":
            links.extend(_read_link(child, text))
        elif name == "origlink" and text:  # FeedBurner's own links lead through its counter
            links.append((0, text))
        elif name in ("guid", "id") and re.match(r"\s*https?://", text):
            rank = 4 if child.get("isPermaLink", "").lower() == "false" else 3
            links.append((rank, text))
        elif text:
            texts.setdefault(name, text)
    if not links and (about := next((v for k, v in entry.attrib.items() if k.endswith("}about")), None)):
        links.append((5, str(about)))
    for _, link in sorted(links, key=lambda ranked: ranked[0]):
        if address := fetchable_url(html.unescape(link), fetchable_url(entry.base or "", base) or base):
            published = next((texts[name] for name in DATES if name in texts), None)
            title = plain_title(texts.get("title"))
            return Link(address, title, published, read_date(published))
    return None


def _read_link(element: etree._Element, text: str) -> Iterator[tuple[int, str]]:
    """The address of a link element and its rank: an Atom link that is the story's page, or RSS's text."""
    href = (element.get("href") or "").strip()
    if href:
        relation = (element.get("rel") or "alternate").strip().lower()
        is_page = (element.get("type") or "text/html").strip().lower() in ("text/html", "application/xhtml+xml")
        if relation == "alternate":
            yield (1 if is_page else 2), href
    elif text:
        yield 1, text


def _read_json(body: bytes, url: str) -> Reading:
    try:
        document: Any = read_json(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return Reading("feed", problem="not a feed: the JSON is broken")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return Reading("feed", problem="not a feed: JSON without items")
    return _reading([_read_json_item(item, url) for item in items])


def _read_json_item(item: Any, url: str) -> Link | None:
    if not isinstance(item, dict):
        return None
    named = (item.get(key) for key in ("url", "external_url", "id"))
    address = next((found for name in named if isinstance(name, str) and (found := _json_address(name, url))), None)
    if address is None:
        return None
    dates = (item.get(key) for key in ("date_published", "date_modified"))
    published = next((day for day in dates if isinstance(day, str) and day), None)
    title = item.get("title")
    return Link(address, plain_title(title if isinstance(title, str) else None), published, read_date(published))


def _json_address(name: str, base: str) -> str | None:
    """An item's address; an `id` that is no URL must not be taken for a relative one."""
    return fetchable_url(name, base) if "/" in name else None


def plain_title(text: str | None) -> str | None:
    """A title as one line without markup."""
    if not text:
        return None
    bare = html.unescape(re.sub(r"<[^>]{0,200}>", "", html.unescape(text)))
    return " ".join(bare.split())[:LONGEST_TITLE] or None


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
