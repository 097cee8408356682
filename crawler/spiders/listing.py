"""Read a newsroom's listing page with the CSS selectors that its entry in the registry names."""

from __future__ import annotations

from lxml import etree
from parsel import Selector
from w3lib.encoding import html_to_unicode

from crawler.addresses import fetchable_url
from crawler.registry import ListingSelectors
from crawler.spiders.links import Link, Reading, read_date

__all__ = ["read_listing"]

LONGEST_TEXT = 500


def read_listing(body: bytes, url: str, content_type: str | None, selectors: ListingSelectors) -> Reading:
    """The stories on one listing page and the address of the next. Never raises on what it holds.

    A link that is picked as an element gives its `href`, another element its text.
    """
    _, text = html_to_unicode(content_type, body.replace(b"\x00", b""), default_encoding="utf-8")
    try:
        page = Selector(text=text, type="html", huge_tree=False)
        base = fetchable_url(page.css("base::attr(href)").get() or "", url) or url
        stories = []
        for item in page.css(selectors.item):
            address = fetchable_url(_pick(item, selectors.link) or "", base)
            if address and address != url:
                published = _pick(item, selectors.date)
                stories.append(Link(address, _pick(item, selectors.title), published, read_date(published)))
        next_page = fetchable_url(_pick(page, selectors.next_page) or "", base) if selectors.next_page else None
    except (ValueError, etree.LxmlError) as error:
        return Reading("listing", problem=f"not a listing: {' '.join(str(error).split())[:160]}")
    if not stories:
        return Reading("listing", problem=f"no item on the page fits the selector {selectors.item!r}")
    return Reading("listing", tuple(stories), next_page=next_page if next_page != url else None)


def _pick(node: Selector, selector: str | None) -> str | None:
    """What a selector picks first, as one line of text; an element's `href` or `datetime` before its text."""
    if selector is None:
        return None
    for found in node.css(selector):
        root = found.root
        is_text = isinstance(root, str)
        text = root if is_text else root.get("href") or root.get("datetime") or " ".join(root.itertext())
        if text.strip():
            return " ".join(text.split())[:LONGEST_TEXT] if "://" not in text else text.strip()
    return None
