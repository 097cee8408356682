"""What a page says about itself: address, title, byline, site, dates, language, and whether its text is whole.

JSON-LD first, then meta elements, then what the page shows. JSON-LD that is broken is read for its plain string values
alone, in linear time. Whether to believe a canonical address is decided later, with other pages at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.foreign_json import read_json
from pipelines.extraction.dates import StatedDate, modified_date, published_date
from pipelines.extraction.decoding import without_controls

__all__ = ["PageMetadata", "page_metadata"]

_MAX_LINKED_DATA_CHARACTERS = 600_000
_MAX_NODES = 2_000
_ARTICLE_TYPES = re.compile(
    r"article$|^blogposting$|^liveblogposting$|^report$|^reportage|^pressrelease$", re.IGNORECASE
)
_BROKEN_STRING = '"{name}"\\s*:\\s*"((?:[^"\\\\\\n]|\\\\.){{1,400}})"'
_BROKEN_FIELDS = {
    name: re.compile(_BROKEN_STRING.format(name=name)) for name in ("headline", "datePublished", "dateModified", "url")
}
_BROKEN_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?([A-Za-z]+)')
_BROKEN_AUTHOR = re.compile(
    r'"author"\s*:[\s\[{]{0,20}(?:"@type"\s*:\s*"\w{1,30}"\s*,\s*)?(?:"name"\s*:\s*)?"([^"\\\n]{2,100})"'
)
_AUTHOR_META = (
    "author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "article:author",
    "citation_author",
)
_TITLE_META = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "citation_title")
_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|by-line|author-?name|authors?)(?:$|[\s_-]|__)", re.IGNORECASE)
_BY = re.compile(r"^\s*(?:(?:words|story|written|posted|reported|published)\s+)?by[:\s]+", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"\s*(?:[|•·]|\bPublished\b|\bUpdated\b|\bPosted\b|\d{1,2}:\d\d|\b(?:19|20)\d\d\b).*$", re.DOTALL
)
_MAX_BYLINE = 160
_MAX_TITLE = 500
_PAYWALL_META = {"locked", "paid", "premium", "subscriber", "subscribers"}
_PAYWALL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:paywall(?:ed)?|regwall|subscriber-only|subscription-required)(?:$|[\s_-])", re.IGNORECASE
)
_TITLE_END = re.compile(r"\s+[|–—-]\s+[^|–—]{2,60}$")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the page states; None where it does not. `says_paywall` is the page's own word that reading costs."""

    canonical_url: str | None
    title: str | None
    byline: str | None
    site: str | None
    published: StatedDate | None
    modified: StatedDate | None
    language: str | None
    says_paywall: bool
    stated_word_count: int | None


def page_metadata(tree: HtmlElement, url: str | None) -> PageMetadata:
    """What the page says about itself. Source of the fields' meaning: schema.org, ogp.me, HTML Living Standard."""
    meta = _meta_elements(tree)
    nodes = [*_linked_data(tree)]
    articles = [node for node in nodes if _is_article(node)] or [node for node in nodes if node.get("datePublished")]
    canonical = _canonical_url(tree, meta, url)
    site = _site(meta, articles, nodes)
    return PageMetadata(
        canonical_url=canonical,
        title=_title(tree, meta, articles, site),
        byline=_byline(tree, meta, articles, nodes),
        site=site,
        published=published_date(tree, _strings(articles, "datePublished"), meta, canonical or url),
        modified=modified_date(tree, _strings(articles, "dateModified"), meta),
        language=_language(tree, meta),
        says_paywall=_says_paywall(tree, meta, articles or nodes),
        stated_word_count=_stated_word_count(articles),
    )


def _meta_elements(tree: HtmlElement) -> dict[str, str]:
    """Content by lower-case name or property, the first of each name."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content[:2000])
    return found


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The nodes of the page's JSON-LD that describe the page itself, in order."""
    left = _MAX_LINKED_DATA_CHARACTERS
    for script in tree.iter("script"):
        if not (script.get("type") or "").strip().lower().startswith("application/ld+json") or not script.text:
            continue
        text, left = script.text[:left], max(0, left - len(script.text))
        try:
            stated = read_json(text.strip().removeprefix("<!--").removesuffix("-->"))
        except (ValueError, RecursionError):
            yield _read_broken(text)
            continue
        yield from _nodes(stated)


def _nodes(stated: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = [stated], 0
    while waiting and seen < _MAX_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting = [*node[:_MAX_NODES], *waiting]
        elif isinstance(node, dict):
            yield node
            waiting = [*(node[key] for key in ("@graph", "mainEntity") if key in node), *waiting]


def _read_broken(text: str) -> dict[str, Any]:
    node: dict[str, Any] = {"@type": "Article"}
    for name, pattern in _BROKEN_FIELDS.items():
        if (match := pattern.search(text)) is not None:
            try:
                node[name] = read_json(f'"{match[1]}"')
            except ValueError:
                node[name] = match[1]
    if (match := _BROKEN_FREE.search(text)) is not None:
        node["isAccessibleForFree"] = match[1]
    if (match := _BROKEN_AUTHOR.search(text)) is not None:
        node["author"] = match[1]
    return node


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _strings(nodes: Iterable[dict[str, Any]], key: str) -> list[str]:
    return [value for node in nodes if isinstance(value := node.get(key), str) and value.strip()]


def _canonical_url(tree: HtmlElement, meta: dict[str, str], url: str | None) -> str | None:
    stated = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for candidate in [*stated, meta.get("og:url")]:
        try:
            absolute = urljoin(url or "", (candidate or "").strip())
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if candidate and parts.scheme in ("http", "https") and parts.netloc:
            return str(absolute)
    return None


def _title(tree: HtmlElement, meta: dict[str, str], articles: list[dict[str, Any]], site: str | None) -> str | None:
    """The heading that readers see where there is exactly one, else what the page states for others to show."""
    headings = [text for heading in tree.iter("h1") if (text := _plain(heading.text_content()))]
    shown = [_plain(element.text_content()) for element in tree.iter("title") if element.getparent().tag == "head"]
    stated = [
        *(meta[name] for name in _TITLE_META if name in meta),
        *_strings(articles, "headline"),
        *filter(None, shown),
    ]
    stated = [_without_site(_plain(_unescaped(other)), site) for other in stated]
    for heading in dict.fromkeys(headings):
        if any(_share_words(heading, other) for other in stated) or (not stated and len(headings) == 1):
            return heading[:_MAX_TITLE]
    return next(iter([*stated, *headings]), "")[:_MAX_TITLE] or None


def _share_words(one: str, other: str) -> bool:
    ours, theirs = (set(re.findall(r"\w{3,}", text.lower())) for text in (one, other))
    return len(ours & theirs) * 2 > min(len(ours), len(theirs)) and len(ours) > 1


def _without_site(title: str, site: str | None) -> str:
    ending = _TITLE_END.search(title)
    if ending is not None and (
        ending[0].lstrip()[0] == "|" or (site is not None and _share_words(ending[0], f"{site} {site}"))
    ):
        return title[: ending.start()]
    return title


def _site(meta: dict[str, str], articles: list[dict[str, Any]], nodes: list[dict[str, Any]]) -> str | None:
    for name in _SITE_META:
        if name in meta:
            return _plain(_unescaped(meta[name]))[:_MAX_TITLE]
    for node in [*articles, *nodes]:
        for name in _names(node.get("publisher")):
            return name[:_MAX_TITLE]
    return None


def _byline(
    tree: HtmlElement, meta: dict[str, str], articles: list[dict[str, Any]], nodes: list[dict[str, Any]]
) -> str | None:
    """The names as the page gives them, joined by `; `."""
    people = {node.get("@id"): node for node in nodes if node.get("@id") and node.get("name")}
    names = [name for node in articles[:1] for name in _names(node.get("author"), people)]
    names = names or [meta[name] for name in _AUTHOR_META if name in meta][:1]
    names = [name for name in map(_name, names) if name] or [name for name in map(_name, _shown_bylines(tree)) if name][
        :1
    ]
    return "; ".join(dict.fromkeys(names))[:_MAX_BYLINE] or None


def _names(stated: Any, people: dict[Any, dict[str, Any]] | None = None) -> Iterator[str]:
    for one in stated[:20] if isinstance(stated, list) else [stated]:
        if isinstance(one, dict) and "name" not in one and people:
            one = people.get(one.get("@id"), one)
        name = one.get("name") if isinstance(one, dict) else one
        for said in name if isinstance(name, list) else [name]:
            if isinstance(said, str) and said.strip():
                yield _plain(_unescaped(said))


def _name(said: str) -> str | None:
    said = _AFTER_NAME.sub("", _BY.sub("", _plain(_unescaped(said)))).strip(" ,;-–—")
    is_name = (
        2 < len(said) <= _MAX_BYLINE and not said.lower().startswith(("http", "@", "/")) and any(map(str.isalpha, said))
    )
    return said if is_name else None


def _shown_bylines(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("a", "span", "div", "p", "address"):
        relation = f"{element.get('rel') or ''} {element.get('itemprop') or ''}".lower().split()
        if "author" in relation or _BYLINE_CLASS.search(element.get("class") or ""):
            text = _plain(element.text_content())
            if 2 < len(text) <= _MAX_BYLINE:
                yield text


def _language(tree: HtmlElement, meta: dict[str, str]) -> str | None:
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or meta.get("og:locale")
    stated = stated or meta.get("content-language") or ""
    match = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", stated.strip())
    return match[0].lower() if match else None


def _says_paywall(tree: HtmlElement, meta: dict[str, str], nodes: list[dict[str, Any]]) -> bool:
    free = [node["isAccessibleForFree"] for node in nodes if "isAccessibleForFree" in node]
    if free:
        return str(free[0]).strip().lower().rsplit("/", 1)[-1] in ("false", "no", "0")
    if meta.get("article:content_tier", "").lower() in _PAYWALL_META:
        return True
    return any(_PAYWALL_CLASS.search(element.get("class") or "") for element in tree.iter("article", "section", "div"))


def _stated_word_count(articles: list[dict[str, Any]]) -> int | None:
    for node in articles:
        stated = str(node.get("wordCount", "")).strip()
        if stated.isdecimal() and 0 < int(stated[:7]) < 100_000:
            return int(stated[:7])
    return None


def _unescaped(text: str) -> str:
    return unescape(text) if "&" in text else text


def _plain(text: str) -> str:
    return " ".join(without_controls(text).split())
