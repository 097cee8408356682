"""Whether two pages can be the same story, from their titles and texts alone.

It guards what addresses claim: a wrong canonical link, or an address used again for another story, shows in the words.
It compares two pages at a time and knows nothing of clusters: two outlets' copies of one wire text are "the same" here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["FaceVerdict", "StoryFace", "compare_faces", "normalized_words"]

_WORDS = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")
_SHINGLE = 4
# Below this many words a text tells too little to contradict anything.
_TOO_SHORT = 40
# Words that two titles share by chance.
_EMPTY_WORDS = frozenset(
    "a an and are as at by for from has have in is it its of on or that the to was were will with".split()  # noqa: SIM905 (a word list reads better so)
)


@dataclass(frozen=True, slots=True)
class StoryFace:
    """What a page shows of itself: its title and its text."""

    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class FaceVerdict:
    """Whether two faces can be one story, the share of the shorter text found in the other (0 to 1), and why."""

    same: bool
    containment: float
    reason: str


def compare_faces(known: StoryFace, new: StoryFace) -> FaceVerdict:
    """Say whether two pages that claim one address can be one story. Symmetric.

    Half of the shorter text standing in the other is enough; a tenth is where the titles agree too, since a developing
    story is rewritten under its title. Texts too short to tell leave it to the titles.
    """
    first, second = _shingles(known.text), _shingles(new.text)
    shorter = min(len(first), len(second))
    shared = len(first & second) / shorter if shorter else 0.0
    titles = _title_agreement(known.title, new.title)
    if shared >= 0.5:
        return FaceVerdict(True, shared, f"{shared:.0%} of the shorter text is shared")
    if shorter < _TOO_SHORT:
        if titles is None or titles >= 0.5:
            return FaceVerdict(True, shared, "too little text to tell apart, and the titles do not contradict")
        return FaceVerdict(False, shared, "too little text to compare, and the titles differ")
    if shared >= 0.1 and titles is not None and titles >= 0.5:
        return FaceVerdict(True, shared, f"{shared:.0%} of the shorter text is shared, and the titles agree")
    return FaceVerdict(False, shared, f"only {shared:.0%} of the shorter text is shared")


def normalized_words(text: str) -> list[str]:
    """Split a text into lower-case words; punctuation, spacing, and the dress of letters (NFKC) do not count."""
    return _WORDS.findall(unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = normalized_words(text)
    return set(zip(*(words[offset:] for offset in range(_SHINGLE)), strict=False))


def _title_agreement(first: str | None, second: str | None) -> float | None:
    """The share of the shorter title's telling words that stand in the other; None where a title is missing."""
    words = [set(normalized_words(_bare_title(title))) - _EMPTY_WORDS for title in (first or "", second or "")]
    shorter = min(map(len, words))
    return len(words[0] & words[1]) / shorter if shorter else None


def _bare_title(title: str) -> str:
    """A title without the site's name at its end ("Jail ends contract | The Ledger")."""
    head, separator, tail = title.rpartition(" | ") if " | " in title else title.rpartition(" - ")
    return head if separator and len(tail.split()) <= 4 else title
