"""When two wordings are one statement: the same words, or nearly, from nobody else.

Stories shorten a quote, leave words out behind an ellipsis, put their own in brackets, and fold "we will not" into "they
will not". What was said is then still one thing. Nothing here knows of agencies, ids or stories.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Wording", "closest_wording", "is_same_wording", "read_statement_wording"]

# The share of the shorter wording's words that must stand in the longer.
LEAST_SHARE = 0.8
# The share of its pairs of neighboring words: the same words in another order say another thing.
LEAST_PAIR_SHARE = 0.6
# A wording of fewer words is said of anything: it must be the same word for word.
SHORTEST_WORDS = 6
# A short piece of a long quotation is that quotation; a much longer text that happens to hold the words is not.
LONGEST_RATIO = 8
_BRACKETS = re.compile(r"\[[^\[\]]{0,80}\]")
_WORDS = re.compile(r"[^\W_]+(?:\(\w\))?")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a statement, bare of case and punctuation, and the last name of whoever spoke them, if anybody is named."""

    text: str
    speaker: str | None

    @property
    def words(self) -> list[str]:
        return self.text.split(" ")


def read_statement_wording(quote: str, speaker: str | None) -> Wording:
    """The wording of a quote: NFKC, lower case, bracketed insertions and ellipses left out."""
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", quote)).lower().translate(_APOSTROPHES)
    names = _WORDS.findall((speaker or "").lower())
    return Wording(" ".join(_WORDS.findall(plain)), names[-1] if names else None)


def is_same_wording(one: Wording, other: Wording) -> bool:
    """Whether two wordings are one statement. Symmetric; linear in the words."""
    return likeness(one, other) > 0


def closest_wording(wording: Wording, known: Iterable[tuple[Wording, str]]) -> str | None:
    """The id of the known wording that is the same statement, the most alike first, then the smallest id; else None."""
    best: tuple[float, str] | None = None
    for other, identity in known:
        share = likeness(wording, other)
        if share > 0 and (best is None or (-share, identity) < (-best[0], best[1])):
            best = (share, identity)
    return best[1] if best else None


def likeness(one: Wording, other: Wording) -> float:
    """How much two wordings share, 0 where they are two statements; 1 where they are the same word for word."""
    if one.speaker and other.speaker and one.speaker != other.speaker:
        return 0.0
    if one.text == other.text:
        return 1.0
    shorter, longer = sorted((one.words, other.words), key=len)
    if len(shorter) < SHORTEST_WORDS or len(longer) > LONGEST_RATIO * len(shorter):
        return 0.0
    share = _shared(shorter, longer)
    pairs = _shared([*zip(shorter, shorter[1:], strict=False)], [*zip(longer, longer[1:], strict=False)])
    if share < LEAST_SHARE or pairs < LEAST_PAIR_SHARE or _is_denied(shorter, longer):
        return 0.0
    return share * len(shorter) / len(longer)


def _shared(shorter: list, longer: list) -> float:  # type: ignore[type-arg]  # words or pairs of words
    return (Counter(shorter) & Counter(longer)).total() / len(shorter)


def _is_denied(shorter: list[str], longer: list[str]) -> bool:
    """Whether one wording denies what the other says: wordings of one length that differ in a negation."""
    if len(longer) - len(shorter) > 2:
        return False
    negations = {"not", "no", "never", "dont", "wont", "doesnt", "cannot", "cant", "didnt", "isnt", "arent"}
    return bool(negations & set(shorter)) != bool(negations & set(longer))
