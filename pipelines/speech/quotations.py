"""The quotations of a story as evidence: which are full, which run on over paragraphs, what stands inside.

Built once for a text on `read_marks`; every question is answered by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.speech.marks import Quotation, Reading

__all__ = ["Quoted", "gather_quotations"]

ENDING = ",.?!…—–-;"
LONGEST_INTERRUPTION = 200


@dataclass(frozen=True, slots=True)
class Quoted:
    """The outermost quotations of a text in order, none overlapping another."""

    text: str
    outermost: tuple[Quotation, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    letters_before: npt.NDArray[np.int32]
    single_style: bool

    def letters(self, start: int, end: int) -> int:
        """The number of letters and digits in text[start:end]."""
        return int(self.letters_before[end] - self.letters_before[start]) if end > start else 0

    def touching(self, start: int, end: int) -> tuple[Quotation, ...]:
        """The quotations that share a character with text[start:end]."""
        return self.outermost[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def encloses(self, start: int, end: int) -> bool:
        """Whether every letter and digit of text[start:end] stands in quotation marks that count."""
        at = start
        for quotation in (*(q for q in self.touching(start, end) if self.counts(q)), None):
            stop = quotation.start if quotation else end
            if self.letters(at, stop):
                return False
            at = quotation.end if quotation else at
        return True

    def counts(self, quotation: Quotation) -> bool:
        """Whether words in these marks are a direct quote.

        Single marks are where the story has no others (British style). Among double ones they are a headline's, and
        doubled apostrophes (''X'') are how databases of clippings write them; PolNeAR counts neither as direct.
        """
        return not quotation.single or (self.single_style and not self.text.startswith("''", quotation.start))

    def fills_line(self, start: int, end: int) -> bool:
        """Whether nothing but marks and space stands beside text[start:end] in its lines."""
        before, after = self.text.rfind("\n", 0, start) + 1, self.text.find("\n", end)
        return not self.letters(before, start) and not self.letters(end, len(self.text) if after < 0 else after)

    def is_full(self, quotation: Quotation) -> bool:
        """Whether a quotation is whole speech by its own punctuation, and not some words inside a sentence.

        It ends in a mark of its own and begins with a capital, or takes up a full one that its source interrupted.
        """
        if not quotation.closed:
            return True
        if self.text[quotation.end - 2] not in ENDING:
            return False
        return not self.text[quotation.start + 1 : quotation.start + 2].islower() or self.resumes(quotation)

    def resumes(self, quotation: Quotation) -> bool:
        """Whether the quotation before, in the same paragraph, broke off for its source: “X,” she said, “y.”"""
        at = bisect_left(self.starts, quotation.start)
        if not at:
            return False
        before = self.outermost[at - 1]
        gap = self.text[before.end : quotation.start]
        return (
            before.closed
            and self.text[before.end - 2] in ",—–-?!"
            and len(gap) < LONGEST_INTERRUPTION
            and "\n" not in gap
        )


def gather_quotations(text: str, reading: Reading) -> Quoted:
    """The outermost quotations; one left unclosed counts only where it opens its paragraph or runs on in the next."""
    kept: list[Quotation] = []
    for quotation in reading.quotations:
        if kept and quotation.start < kept[-1].end:
            continue
        if (
            not quotation.closed
            and not opens_paragraph(text, quotation.start)
            and not runs_on(reading.plain, quotation.end)
        ):
            continue
        kept.append(quotation)
    letters = np.zeros(len(text) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(str.isalnum, text), dtype=np.int32, count=len(text)), out=letters[1:])
    single_style = all(quotation.single for quotation in kept)
    return Quoted(text, tuple(kept), tuple(q.start for q in kept), tuple(q.end for q in kept), letters, single_style)


def opens_paragraph(text: str, at: int) -> bool:
    """Whether nothing but space stands before a place in its line."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def runs_on(plain: str, end: int) -> bool:
    """Whether the paragraph after one that ends at `end` begins with an opening mark."""
    following = plain[end : end + 40].lstrip()
    return following[:1] == "“"
