"""A page's raw bytes to the question whether it may be about local police and immigration enforcement at all.

Run on every capture, so that only a few reach the parser: a scan for the topic's terms over the whole body and, where
one stands, a look at whether it stands in running text. It must miss no story; what it lets through too much costs 20
ms a page. It decides nothing else: a page that passes may still be about something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
from ruamel.yaml import YAML

from crawler.errors import RuleError

__all__ = ["Terms", "load_terms", "may_concern"]

_TERMS_FILE = Path(__file__).with_name("prefilter.yml")
_NUL = b"\x00"
_MAX_BYTES = 5_000_000
_MAX_HITS = 400
_HINTS_NEEDED = 2
_LONGEST_TAG = 20_000
_TAGS_IN_LINK = 8
_LINE_OF_TEXT = re.compile(rb"<(?:p|br)[\s/>]", re.IGNORECASE)
_APART = ((b"<script", b"</script"), (b"<style", b"</style"))


@dataclass(frozen=True, slots=True)
class Terms:
    """The compiled terms of prefilter.yml; `topic` finds whatever `telling` or `hinting` would."""

    topic: Any
    telling: Any
    hinting: Any
    local: Any


def may_concern(body: bytes) -> bool:
    """Whether the page with this body, content encodings undone, is worth extracting.

    Any charset that extends ASCII, or UTF-16. Time grows linearly with the body (RE2; Cox 2007), whatever stands in it.
    """
    terms = load_terms()
    if _NUL in body[:200]:
        body = body.replace(_NUL, b"")  # UTF-16 of mostly ASCII becomes ASCII
    body = body[:_MAX_BYTES]
    first = terms.topic.search(body)
    if first is None:
        return False
    if not _has_running_text(body):
        return terms.telling.search(body, first.start()) is not None and terms.local.search(body) is not None
    hints = 0
    for at in _hits(terms.topic, body, first.start()):
        hints += 2 if terms.telling.match(body, at) else 1
        if hints >= _HINTS_NEEDED:
            return any(True for _ in _hits(terms.local, body, 0))
    return False


def _has_running_text(body: bytes) -> bool:
    """Whether the page's words stand in its markup and not only in a script that would draw them."""
    at = -1
    for _ in range(3):
        at = body.find(b"</p>", at + 1)
        if at < 0:
            return len(_LINE_OF_TEXT.findall(body)) > 2
    return True


def _hits(pattern: Any, body: bytes, start: int) -> Iterator[int]:
    """Where the pattern stands in running text: outside scripts, styles, tags and the words of links."""
    apart_until = 0
    seen = start
    for number, match in enumerate(pattern.finditer(body, start)):
        at = match.start()
        if number == _MAX_HITS:
            return
        if at < apart_until:
            continue
        apart_until = max(_end_of_element(body, opening, closing, seen, at) for opening, closing in _APART)
        if at < apart_until:
            continue
        seen = at
        if not _is_in_tag_or_link(body, at):
            yield at


def _end_of_element(body: bytes, opening: bytes, closing: bytes, start: int, at: int) -> int:
    """Where the element that holds `at` ends; 0 where none opened since `start` does."""
    opened = body.rfind(opening, max(0, start - _LONGEST_TAG) if start else 0, at)
    if opened < 0:
        return 0
    closed = body.find(closing, opened)
    return len(body) if closed < 0 else closed if closed > at else 0


def _is_in_tag_or_link(body: bytes, at: int) -> bool:
    far = max(0, at - _LONGEST_TAG)
    opened, closed = body.rfind(b"<", far, at + 1), body.rfind(b">", far, at)
    if opened > closed:
        return True
    for _ in range(_TAGS_IN_LINK):
        # From tag to tag backwards, as long as they open and nothing but blanks stands between.
        if opened < 0 or body[opened : opened + 2] == b"</":
            return False
        if body[opened : opened + 2] in (b"<a", b"<A") and body[opened + 2 : opened + 3].isspace():
            return True
        closed = body.rfind(b">", far, opened)
        if closed < 0 or (not body[closed + 1 : opened].isspace() and closed + 1 < opened):
            return False
        opened = body.rfind(b"<", far, closed)
    return False


@cache
def load_terms() -> Terms:
    """The terms of prefilter.yml. Raises RuleError where the file is wrong."""
    try:
        stated = YAML(typ="safe").load(_TERMS_FILE.read_text("utf-8"))
        telling, hinting, local = (
            "|".join(f"(?:{term['pattern']})" for term in stated[group]) for group in ("telling", "hinting", "local")
        )
        return Terms(_compiled(f"{telling}|{hinting}"), _compiled(telling), _compiled(hinting), _compiled(local))
    except (KeyError, TypeError, re2.error) as error:
        raise RuleError(f"{_TERMS_FILE}: {error}") from error


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    options.log_errors = False
    return re2.compile(pattern.encode("latin-1"), options)
