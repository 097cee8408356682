"""Quotation marks: which open, which close, which are apostrophes, and the stretches of text that they enclose.

Reads curly, straight, single, angled and nested marks a paragraph at a time in one pass, so that a mark left unclosed
harms its own paragraph only. It knows nothing of speech: a slogan or a title in marks is a quotation here as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Quotation", "Reading", "in_double_marks", "paragraphs", "read_marks"]

OPENING = "“„«‟"
CLOSING = "”»"
MARK = re.compile("[“”„‟«»\"‘’‚‛'`]")
BEFORE_OPENING = "([{—–-/…“‘\"'„«¿¡>*:"
LOWER_FOLLOWS = re.compile(r" [a-z]")
CLOSES_LATER = re.compile(r"[^‘“”\"\n]{1,400}?[.,!?][’']")
AFTER_CLOSING = ".,;:!?)]}—–-/…”’\"'»<*"
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch in quotation marks, marks included: `text[start]` opens it.

    `depth` is 0 outside all other quotations. `closed` is False where the paragraph ends without a closing mark.
    `single` tells marks of one stroke: ‘X’, 'X'.
    """

    start: int
    end: int
    depth: int
    closed: bool
    single: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the marks of a text mean: `plain` is as long as the text and writes every mark in one style."""

    plain: str
    quotations: tuple[Quotation, ...]


def read_marks(text: str) -> Reading:
    """The quotations of a text in order of their opening, and the text with its marks in one style.

    In `plain`, an outermost quotation stands in “ ”, a single-quoted one inside another in ‘ ’, an apostrophe is '.
    Takes time and memory linear in the length of the text.
    """
    written: dict[int, str] = {}
    found: list[Quotation] = []
    for start, end in paragraphs(text):
        found += read_paragraph(text, start, end, written)
    found.sort(key=lambda quotation: quotation.start)
    characters = list(text)
    for at, mark in written.items():
        characters[at] = mark
    return Reading("".join(characters), tuple(found))


def in_double_marks(text: str) -> str:
    """A text that quotes in single marks alone (British style) with “ ” around its quotations, any other as it is.

    As long as the text, so that every place in it stays the same.
    """
    outermost = [quotation for quotation in read_marks(text).quotations if not quotation.depth]
    if not all(quotation.single for quotation in outermost):
        return text
    characters = list(text)
    for quotation in outermost:
        characters[quotation.start], characters[quotation.end - 1] = "“", "”"
    return "".join(characters)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The non-empty lines of a text as (start, end)."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            yield start, end
        start = end + 1


@dataclass(slots=True)
class Opened:
    """A mark that waits for its partner."""

    at: int
    single: bool


def read_paragraph(text: str, start: int, end: int, written: dict[int, str]) -> list[Quotation]:
    """The quotations of one paragraph; notes in `written` how each mark is to be written."""
    waiting: list[Opened] = []
    found: list[Quotation] = []
    for match in MARK.finditer(text, start, end):
        at, mark = match.start(), match[0]
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        left_free = before.isspace() or before in BEFORE_OPENING
        right_free = after.isspace() or after in AFTER_CLOSING
        single = mark in "‘’‚‛'`"
        written[at] = "'" if single else "“"
        if single:
            if before.isalnum() and after.isalnum():
                continue
            closes = mark in "’'" and right_free and not before.isspace() and waiting and waiting[-1].single
            # "The agents’ paperwork comes by fax.’": the plural's apostrophe, where a mark that closes is yet to come.
            if (
                closes
                and before == "s"
                and not waiting[:-1]
                and LOWER_FOLLOWS.match(text, at + 1)
                and CLOSES_LATER.match(text, at + 1, end)
            ):
                continue
            if closes:
                found.append(close_last(waiting, at, written))
            elif mark != "’" and left_free and not after.isspace() and len(waiting) < DEEPEST:
                waiting.append(Opened(at, single=True))
            continue
        inside = any(not opened.single for opened in waiting)
        if mark in OPENING:
            closes = inside and right_free and not left_free
        elif mark in CLOSING:
            closes = inside or not left_free or right_free
        else:
            closes = (inside and not (left_free and not right_free)) or (not inside and right_free and not left_free)
        if not closes and mark == '"' and not inside and before.isdigit():
            closes = True
        if not closes:
            if len(waiting) < DEEPEST:
                waiting.append(Opened(at, single=False))
            continue
        written[at] = "”"
        if inside:
            while waiting[-1].single:
                waiting.pop()
            found.append(close_last(waiting, at, written))
    for depth, opened in enumerate(waiting):
        if not opened.single:
            found.append(Quotation(opened.at, end, depth, closed=False, single=False))
    return found


def close_last(waiting: list[Opened], at: int, written: dict[int, str]) -> Quotation:
    """The quotation from the last waiting mark to the mark at `at`."""
    opened = waiting.pop()
    depth = len(waiting)
    inner = opened.single and depth > 0
    written[opened.at], written[at] = ("‘", "’") if inner else ("“", "”")
    return Quotation(opened.at, at + 1, depth, closed=True, single=opened.single)
