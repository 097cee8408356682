"""How a story is laid out: paragraphs, sentences, quotations and the turns of a transcript, each with its offsets.

One pass over the characters; a quotation that its paragraph leaves open is taken to end with the paragraph, and
one that the next paragraph reopens is known to continue. Nothing here knows who speaks or what about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Layout", "Quotation", "Sentence", "behind_dateline", "read_layout"]

_OPENING, _CLOSING = "“", "”"
_QUOTES = re.compile('[“”"]')
# A reference of an encyclopedia's ("[12][13]") belongs to the sentence it follows.
_ENDS = re.compile(r"[.!?…][\"”’')\]]{0,3}(?:\[\d{1,4}\]){0,6}(?=\s)")
_ABBREVIATIONS = frozenset(
    [
        "a.m", "ariz", "assoc", "asst", "atty", "aug", "ave", "blvd", "calif",
        "capt", "cmdr", "co", "col", "colo", "conn", "corp", "cpl", "d.c",
        "dec", "del", "dep", "det", "dist", "dr", "etc", "feb", "fla",
        "ga", "gen", "gov", "hon", "i.c.e", "ill", "inc", "ind", "jan",
        "jr", "kan", "ky", "la", "lt", "maj", "mass", "md", "mich",
        "minn", "miss", "mo", "mont", "mr", "mrs", "ms", "n.c", "n.d",
        "n.h", "n.j", "n.m", "n.y", "neb", "nev", "no", "nov", "oct",
        "ofc", "okla", "ore", "p.m", "pa", "prof", "pvt", "r.i", "rd",
        "rep", "reps", "rev", "s.c", "s.d", "sen", "sens", "sept", "sgt",
        "sr", "st", "ste", "supt", "tenn", "tex", "u.k", "u.s", "va",
        "vs", "vt", "w.va", "wash", "wis", "wyo",
    ]
)  # fmt: skip
_MAY_END = frozenset({"u.s", "n.y", "d.c", "inc", "co", "jr", "etc", "corp", "ave", "blvd"})
_OPENERS = frozenset(
    [
        "A", "After", "An", "And", "As", "At", "But", "For", "From",
        "He", "Her", "His", "In", "It", "Its", "On", "She", "That",
        "The", "Their", "These", "They", "This", "Those", "We", "When",
    ]
)  # fmt: skip
_TURN = re.compile(
    r"(?:[A-Z][A-Z.'’-]{0,24} ){0,4}[A-Z][A-Z.'’-]{1,24}(?:, (?:[A-Z][A-Z &'’.-]{1,30}|[A-Z][\w &'’.-]{1,40}))?:(?=\s)"
)
_NAME_TURN = re.compile(r"(?P<name>[A-Z][\w.'’-]{1,20}(?: [A-Z][\w.'’-]{1,20}){1,3}):(?=\s)")
FEWEST_TURNS = 4
_QUESTION_TURN = re.compile(r"(?:Q|A|Question|Answer)[.:] ")
# "FORT WORTH, Texas (AP) — ", "YAKIMA -- ": where a story was filed stands before its first sentence.
_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{1,24} ){0,3}[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{2,24}"
    r"(?:, [A-Z][\w.]{0,14}(?: [A-Z\d][\w.]{0,14}){0,2}){0,2},?(?: \([^()\n]{2,40}\))? ?(?:—|–|--|(?<= )-) ?"
    r"(?=[A-ZÀ-Þ\d“\"‘'])"
)
# What heads a release, on a line of its own or before its dateline, is no part of its first sentence.
_RELEASE = re.compile(r"(?:FOR IMMEDIATE RELEASE|(?:NEWS|PRESS|MEDIA) RELEASE)\b[ :—–-]*")
_NO_PLACES = re.compile(r"(?:ICE|DHS|CBP|HSI|ERO|FBI)\b")
_LONGEST_SENTENCE = 2_000
FEWEST_QUESTIONS, LONGEST_QUESTION = 4, 300
_INTERVIEWED = re.compile(
    r"\b(?:[Ww]e asked|asked (?:him|her|them|the chief|the sheriff)|talk(?:ed|s) (?:with|to)|spoke (?:with|to)|sat down|"
    r"met (?:him|her|with)|interview(?:ed)?|conversation|answers (?:have been|were|are) (?:edited|shortened|trimmed|cut))\b"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its paragraph's number. A dateline before the first is no part of it."""

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
    """A paragraph that a transcript or an interview gives to one speaker; the label stands at `start` to `label_end`.

    `answers` where the label is an interview's "A:", or where there is none after a question of its own paragraph.
    """

    start: int
    label_end: int
    end: int
    paragraph: int
    answers: bool


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

    def filed_from(self, sentence: Sentence) -> int:
        """Where a sentence starts with the dateline that may stand before it, since that may tell the day."""
        start, _ = self.paragraphs[sentence.paragraph]
        first = bisect_right(self.sentences, start - 1, key=lambda other: other.start)
        return start if self.sentences[first].start == sentence.start else sentence.start

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
            turns.append(Turn(start, label.end(), end, number, text[start : start + 2] in ("A:", "A.", "An")))
    turns = turns or _turns_by_full_names(text, paragraphs) or _unlabeled_answers(text, paragraphs)
    return Layout(paragraphs, tuple(sentences), tuple(quotations), tuple(turns))


def _turns_by_full_names(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Turn]:
    """The turns of a transcript whose labels are names as usual: "Jane Roe: We do not." """
    found = [
        (number, start, end, label)
        for number, (start, end) in enumerate(paragraphs)
        if (label := _NAME_TURN.match(text, start, end))
    ]
    names = {label["name"] for _, _, _, label in found}
    if len(found) < FEWEST_TURNS or len(names) * 2 > len(found):
        return []
    return [Turn(start, label.end(), end, number, answers=False) for number, start, end, label in found]


def _unlabeled_answers(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Turn]:
    """The answers of an interview whose questions stand as paragraphs of their own, without "Q:" and "A:"."""
    asked = [
        number
        for number, (start, end) in enumerate(paragraphs)
        if text[end - 1] == "?" and end - start <= LONGEST_QUESTION and not _QUOTES.search(text, start, end)
    ]
    if len(asked) < FEWEST_QUESTIONS or any(b - a == 1 for a, b in pairwise(asked)):
        return []
    if _INTERVIEWED.search(text, 0, paragraphs[asked[0]][0]) is None:
        return []  # an agency's own page asks and answers too
    questions = set(asked)
    answers = [
        Turn(start, start, end, number, answers=True)
        for number, (start, end) in enumerate(paragraphs)
        if number > asked[0] and number not in questions
    ]
    # Where answers stand in quotation marks, the reporter tells them.
    quoted = sum(_QUOTES.search(text, turn.start, turn.end) is not None for turn in answers)
    return answers if 2 * quoted < len(answers) else []


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
    """Add the paragraph's quotations; True where the last is left open, so that the next may go on with it."""
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


def behind_dateline(text: str, start: int, end: int) -> int:
    """Where the first sentence begins behind a dateline ("FARGO, N.D. (AP) — "); `start` where there is none."""
    dateline = None if _NO_PLACES.match(text, start, end) else _DATELINE.match(text, start, end)
    return dateline.end() if dateline else start


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    if (release := _RELEASE.match(text, start, end)) is not None:
        start = release.end()
    begin = behind_dateline(text, start, end)
    for stop in _ENDS.finditer(text, begin, end):
        at = stop.end()
        if at - begin < _LONGEST_SENTENCE and not _ends_sentence(text, begin, stop.start(), at, end):
            continue
        found.append((begin, at))
        begin = at
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        found.append((begin, end))
    return [part for a, b in found for part in _cut(a, b)]


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence longer than any is cut, so that what is done sentence by sentence stays bounded."""
    while end - start > 2 * _LONGEST_SENTENCE:
        yield start, start + _LONGEST_SENTENCE
        start += _LONGEST_SENTENCE
    yield start, end


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
    # "on Aug. 8" and "Sgt. Roe" go on.
    return word not in _ABBREVIATIONS


def _next_word(text: str, after: int) -> str:
    return text[after : after + 16].lstrip(' “"‘').split(" ")[0]
