"""How a story is laid out: paragraphs, sentences, quotations and the turns of a transcript, each with its offsets.

One pass over the characters; a quotation that its paragraph leaves open is taken to end with the paragraph, and one that
the next paragraph reopens is known to continue. Nothing here knows who speaks or what about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Layout", "Quotation", "Sentence", "read_layout"]

_OPENING, _CLOSING = "“", "”"
_QUOTES = re.compile("[“”\"]")
# A reference of an encyclopedia's ("[12][13]") belongs to the sentence it follows.
_ENDS = re.compile(r"[.!?…][\"”’')\]]{0,3}(?:\[\d{1,4}\]){0,6}(?=\s)")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr st gov sen rep reps sens lt sgt capt col cmdr cpl det dep supt maj gen pvt ofc jr sr u.s u.k d.c n.y n.j "
    "n.h n.c s.c n.d s.d n.m r.i w.va no jan feb aug sept oct nov dec calif ariz colo conn del fla ga ill ind kan ky la "
    "mass md mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo co inc corp vs etc a.m p.m i.c.e ave "
    "blvd rd ste asst assoc prof rev hon atty dist".split()
)
_MAY_END = frozenset({"u.s", "n.y", "d.c", "inc", "co", "jr", "etc", "corp", "ave", "blvd"})
_OPENERS = frozenset("The A An In On At He She It They We But And His Her Their Its This That These Those As When After For From".split())
_TURN = re.compile(r"(?:[A-Z][A-Z.'’-]{0,24} ){0,4}[A-Z][A-Z.'’-]{1,24}(?:, [A-Z][A-Z &'’.-]{1,30})?:(?=\s)")
_QUESTION_TURN = re.compile(r"(?:Q|A|Question|Answer)[.:] ")
_LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its paragraph's number."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words inside one pair of marks. `continues` where the marks were left open by the paragraph before."""

    start: int
    end: int
    paragraph: int
    continues: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph that a transcript or an interview gives to one speaker; the label stands at `start` to `label_end`."""

    start: int
    label_end: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything above for one text, in order."""

    paragraphs: tuple[tuple[int, int], ...]
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]
    turns: tuple[Turn, ...]

    def paragraph_at(self, offset: int) -> int:
        """Number of the paragraph in which an offset lies."""
        return max(0, bisect_right(self.paragraphs, (offset, 1 << 60)) - 1)

    def quotations_in(self, start: int, end: int) -> tuple[Quotation, ...]:
        """The quotations that overlap a span."""
        low = bisect_right(self.quotations, start, key=lambda quotation: quotation.end)
        high = bisect_right(self.quotations, end, key=lambda quotation: quotation.start)
        return self.quotations[low:high]

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence in which an offset lies, or the last one before it."""
        at = bisect_right(self.sentences, offset, key=lambda sentence: sentence.start) - 1
        return self.sentences[at] if at >= 0 else None


def read_layout(text: str) -> Layout:
    """Lay out a text whose paragraphs are its lines."""
    paragraphs = tuple(_paragraphs(text))
    sentences: list[Sentence] = []
    quotations: list[Quotation] = []
    turns: list[Turn] = []
    left_open = False
    for number, (start, end) in enumerate(paragraphs):
        left_open = _read_quotations(text, start, end, number, left_open, quotations)
        sentences.extend(Sentence(a, b, number) for a, b in _sentences(text, start, end))
        label = _TURN.match(text, start, min(end, start + 120)) or _QUESTION_TURN.match(text, start, end)
        if label:
            turns.append(Turn(start, label.end(), end, number))
    return Layout(paragraphs, tuple(sentences), tuple(quotations), tuple(turns))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    found = []
    start = 0
    for line in text.split("\n"):
        inner = line.strip()
        if inner:
            begin = start + len(line) - len(line.lstrip())
            found.append((begin, begin + len(inner)))
        start += len(line) + 1
    return found


def _read_quotations(text: str, start: int, end: int, number: int, left_open: bool, found: list[Quotation]) -> bool:
    """Add the paragraph's quotations; True where the last is left open, so that the next paragraph may go on with it."""
    opened: int | None = None
    continues = False
    for mark in _QUOTES.finditer(text, start, end):
        at = mark.start()
        sign = mark.group()
        if sign == '"':
            opens = opened is None and (at == start or text[at - 1] in " ([—–-:;\t\xa0‘'")
            sign = _OPENING if opens else _CLOSING
        if sign == _OPENING and (opened is None or mark.group() == _OPENING):
            # A second opening mark means that the first was never closed: quotations within one bear single marks.
            opened, continues = at + 1, left_open and at == start
        elif sign == _CLOSING and opened is not None:
            if at > opened:
                found.append(Quotation(opened, at, number, continues))
            opened = None
    if opened is not None and end > opened:
        found.append(Quotation(opened, end, number, continues))
    return opened is not None


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    begin = start
    for stop in _ENDS.finditer(text, start, end):
        at = stop.end()
        if at - begin < _LONGEST_SENTENCE and not _ends_sentence(text, begin, stop.start(), at, end):
            continue
        found.append((begin, at))
        begin = at
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        found.append((begin, end))
    return found


def _ends_sentence(text: str, begin: int, stop: int, after: int, end: int) -> bool:
    following = text[after : min(after + 3, end)].lstrip()
    if following and (following[0].islower() or following[0] in ",;"):
        return False
    if text[stop] != ".":
        return True
    word_start = max(text.rfind(" ", max(begin, stop - 20), stop) + 1, begin, stop - 20)
    word = text[word_start:stop].lstrip("(“\"‘'—").lower()
    if word in _MAY_END and following and _next_word(text, after) in _OPENERS:
        return True
    if word in ("a.m", "p.m"):
        return not following or following[0].isupper()
    if len(word) == 1 and word.isalpha():
        return False
    if word in _ABBREVIATIONS:
        # "on Aug. 8" and "Sgt. Roe" go on; "in the U.S. The sheriff" cannot be told from "U.S. Attorney": keep together.
        return False
    return True


def _next_word(text: str, after: int) -> str:
    return text[after : after + 16].lstrip(" “\"‘").split(" ")[0]
