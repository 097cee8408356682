"""One HTML response to a Document, or the reason why it holds none. Pure: no clock, no files, no network."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import version

from lxml.etree import LxmlError, SubElement
from lxml.html import HtmlElement, HTMLParser
from lxml.html import fromstring as parse_html
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipelines.extraction.content import main_text
from pipelines.extraction.decoding import decode_page
from pipelines.extraction.metadata import PageMetadata, page_metadata
from pipelines.records import Document

__all__ = ["EXTRACTOR", "ExtractionFailure", "FailureReason", "extract_document", "language_identifier"]

EXTRACTOR = f"badgewire-2/trafilatura-{version('trafilatura')}"
"""Changes whenever the same bytes may give another Document."""

_LONGEST_TEXT = 400_000
# Those in which newsrooms in the United States publish; among all of them English is now and then read as a pidgin.
_LANGUAGES = (
    "am", "ar", "bn", "de", "en", "es", "fa", "fr", "gu", "he", "hi", "ht", "hy", "it", "ja", "km", "ko", "lo", "ne",
    "pa", "pl", "pt", "ru", "so", "sw", "ta", "te", "th", "tl", "uk", "ur", "vi", "yue", "zh",
)  # fmt: skip
_LANGUAGE_SAMPLE = 4_000
_LEAST_LANGUAGE_SAMPLE = 60
_OTHER_TYPES = re.compile(
    r"^\s*(?:image|audio|video|font)/|^\s*application/(?:pdf|zip|octet-stream|json|javascript|x-)|^\s*text/(?:css|javascript|csv|calendar)"
)
_OTHER_STARTS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00\x18ftyp",
)
_HAS_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|title|meta|div|p|article|main|section|span|h1)\b", re.IGNORECASE
)
_CUT_SHORT = re.compile(
    r"(?:\[(?:…|\.\.\.|&hellip;)\]|(?:continue|keep) reading\W*|read (?:more|the full (?:story|article))\W*"
    r"|(?:subscribe|sign in|log in|register) (?:now )?to (?:continue|keep|read)\b[^\n]{0,80}"
    r"|this (?:article|story|content) is (?:only )?(?:for|available to) (?:our )?subscribers[^\n]{0,80})$",
    re.IGNORECASE,
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


class FailureReason(StrEnum):
    """Why a capture gave no document."""

    NOT_HTML = "not html"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NO_TEXT = "no text"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ExtractionFailure:
    """A capture that gave no document; `detail` is one line for the log."""

    reason: FailureReason
    detail: str


def extract_document(body: bytes, *, url: str | None, content_type: str | None) -> Document | ExtractionFailure:
    """The document in the body of an HTML response, transfer and content encodings undone.

    The text holds one paragraph a line. Bodies over MAX_PAGE_BYTES are cut. Never raises for what a page holds.
    """
    if not body.strip(b" \t\r\n\x00"):
        return ExtractionFailure(FailureReason.EMPTY, "the body is empty")
    if body.startswith(_OTHER_STARTS) or _OTHER_TYPES.match(content_type or ""):
        return ExtractionFailure(FailureReason.NOT_HTML, f"content type {content_type or 'not given'}")
    if not _HAS_MARKUP.search(body.replace(b"\x00", b"") if b"\x00" in body[:200] else body):
        return ExtractionFailure(FailureReason.NOT_HTML, "no HTML element in the body")
    tree = _parse(decode_page(body, content_type))
    if tree is None:
        return ExtractionFailure(FailureReason.UNREADABLE, "the parser finds no document")
    metadata = page_metadata(tree, url)
    text = main_text(tree, metadata.title)[:_LONGEST_TEXT]
    if not text:
        return ExtractionFailure(FailureReason.NO_TEXT, "no story text on the page")
    return _document(url, metadata, text)


def _parse(markup: str) -> HtmlElement | None:
    try:
        tree = parse_html(
            markup, parser=HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=False)
        )
    except (LxmlError, ValueError, AssertionError):
        return None
    if not isinstance(tree.tag, str):
        return None
    _give_body(tree)
    return tree


_HEAD_TAGS = frozenset({"base", "link", "meta", "noscript", "script", "style", "template", "title"})


def _give_body(tree: HtmlElement) -> None:
    """Where a page leaves `<body>` out, as HTML allows (4.3.1), the parser leaves it all in the head: move it."""
    head = tree.find("head")
    if tree.tag != "html" or head is None or tree.find("body") is not None:
        return
    body = SubElement(tree, "body")
    first = next((at for at, child in enumerate(head) if child.tag not in _HEAD_TAGS), len(head))
    for child in head[first:]:
        body.append(child)


def _document(url: str | None, metadata: PageMetadata, text: str) -> Document:
    published, modified = metadata.published, metadata.modified
    word_count = len(text.split())
    return Document(
        url=url,
        canonical_url=metadata.canonical_url,
        title=metadata.title,
        byline=metadata.byline,
        site=metadata.site,
        published_at=published.at if published else None,
        published_at_raw=published.raw if published else None,
        published_source=published.source if published else None,
        modified_at=modified.at if modified else None,
        modified_at_raw=modified.raw if modified else None,
        modified_source=modified.source if modified else None,
        language=_language(text, metadata.language),
        text=text,
        word_count=word_count,
        access_hint=_access_hint(metadata, text, word_count),
        extractor=EXTRACTOR,
    )


def _language(text: str, stated: str | None) -> str | None:
    """What the words are in (py3langid, bundled model), since `lang` attributes are often the template's."""
    if len(text) < _LEAST_LANGUAGE_SAMPLE:
        return stated
    found, _ = language_identifier().classify(text[:_LANGUAGE_SAMPLE])
    return str(found)


@cache
def language_identifier() -> LanguageIdentifier:
    """The classifier, unpacked at its first use (0.3 s)."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def _access_hint(metadata: PageMetadata, text: str, word_count: int) -> str | None:
    if metadata.says_paywall:
        return "paywall"
    stated = metadata.stated_word_count
    falls_short = stated is not None and stated > 100 and word_count * 2 < stated
    return "truncated" if falls_short or _CUT_SHORT.search(text[-300:].rstrip()) else None
