"""When two wordings are one statement: the same words, or nearly (shortened, with an ellipsis, with [brackets]).

Wordings join where speaker, agency, claimant and time do not speak against it. The groups are the connected
parts of that relation, so that they are the same in whatever order the wordings come. Which id a group bears is
the caller's knowledge: the id of first sight, from the ledger.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Wording", "are_near_equal", "are_one_statement", "join_wordings", "statement_key", "words_of"]

_MARK = re.compile(r"\[[^\]\[]{0,80}\]|\.{2,}|…|[a-z0-9]+(?:['.][a-z0-9]+)*")
_GAP = "…"
SHORTEST_PART = 5  # so many words in a row are seldom said twice by chance
LONGEST_COMPARED = 250
ALIKE = 0.85  # share of words that two whole wordings have in common, in order
SHINGLE = 3
# A shingle that stands in more wordings than this says nothing about two of them.
MOST_SHARED = 400
SAME_OCCASION = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a statement and what is known of it; `key` is its `statement_key`."""

    key: str
    quote: str
    agency_id: str | None = None
    speaker: str | None = None
    claimant: str | None = None
    said_at: datetime | None = None


def statement_key(quote: str, place: int = 0) -> str:
    """The key of a wording: 20 hexadecimal digits from its words alone, so that a better resolver or rule keeps it.

    `place` counts the statements that one story makes of the same words, one for each agency named, from 0.
    """
    words = " ".join(words_of(quote))
    return hashlib.sha256(f"{words}\n{place}".encode()).hexdigest()[:20]


def words_of(quote: str) -> tuple[str, ...]:
    """The words of a quote, lower case; what stands in brackets and what an ellipsis leaves out is one gap each."""
    lowered = quote.lower().replace("’", "'").replace("‘", "'")
    words: list[str] = []
    for mark in _MARK.findall(lowered):
        word = _GAP if mark[0] in "[…" or mark.startswith("..") else mark
        if word != _GAP or (words and words[-1] != _GAP):
            words.append(word)
    while words and words[-1] == _GAP:
        words.pop()
    return tuple(words)


def are_one_statement(one: Wording, other: Wording) -> bool:
    """Whether two wordings are the same statement; the order of the two does not matter."""
    return _are_compatible(one, other) and _are_alike(words_of(one.quote), words_of(other.quote))


def are_near_equal(quote: str, other: str) -> bool:
    """Whether two quotes are the same words, or nearly, whoever spoke them; the order of the two does not matter."""
    return _are_alike(words_of(quote), words_of(other))


def join_wordings(wordings: Iterable[Wording], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The statement's id for each key: that of first sight where the group has one, else the group's smallest key.

    `known` maps keys to ids already given, in the order of first sight: where wordings of two known statements join,
    the earlier id stays and the caller records the merge.
    """
    given = known or {}
    ordered = sorted(set(wordings), key=lambda wording: (wording.key, wording.quote, str(wording)))
    leader = {wording.key: wording.key for wording in ordered}

    def find(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for one, other in _candidate_pairs(ordered):
        if are_one_statement(one, other):
            first, second = sorted((find(one.key), find(other.key)))
            leader[second] = first
    groups: dict[str, list[str]] = {}
    for key in leader:
        groups.setdefault(find(key), []).append(key)
    seen = {key: at for at, key in enumerate(given)}
    joined: dict[str, str] = {}
    for first, keys in groups.items():
        sighted = [key for key in keys if key in seen]
        statement_id = given[min(sighted, key=lambda key: seen[key])] if sighted else first
        joined.update(dict.fromkeys(keys, statement_id))
    return joined


def _candidate_pairs(wordings: list[Wording]) -> Iterable[tuple[Wording, Wording]]:
    """Pairs that share three words in a row, each once."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at, wording in enumerate(wordings):
        words = words_of(wording.quote)
        for shingle in {words[i : i + SHINGLE] for i in range(max(1, len(words) - SHINGLE + 1))}:
            places.setdefault(shingle, []).append(at)
    pairs: set[tuple[int, int]] = set()
    for found in places.values():
        if len(found) <= MOST_SHARED:
            pairs.update((a, b) for i, a in enumerate(found) for b in found[i + 1 :])
    for a, b in sorted(pairs):
        yield wordings[a], wordings[b]


def _are_compatible(one: Wording, other: Wording) -> bool:
    if one.key == other.key:
        return True
    if one.agency_id and other.agency_id and one.agency_id != other.agency_id:
        return False
    if one.speaker and other.speaker and _last(one.speaker) != _last(other.speaker):
        return False
    if (one.claimant or "").casefold() != (other.claimant or "").casefold():
        return False
    known = bool(one.agency_id and other.agency_id) or bool(one.speaker and other.speaker)
    if not known:
        return False
    return not (one.said_at and other.said_at) or abs(one.said_at - other.said_at) <= SAME_OCCASION


def _last(name: str) -> str:
    return name.split()[-1].casefold() if name.split() else ""


def _are_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    one, other = (_expanded(words[:LONGEST_COMPARED]) for words in (one, other))
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=lambda words: (len(words), words))
    if _is_shortened(shorter, longer) or _is_shortened(longer, shorter):
        return True
    plain_one = [word for word in one if word != _GAP]
    plain_other = [word for word in other if word != _GAP]
    if min(len(plain_one), len(plain_other)) < SHORTEST_PART:
        return False
    common = sum((Counter(plain_one) & Counter(plain_other)).values())
    bound = ALIKE * max(len(plain_one), len(plain_other))
    return common >= bound and _common_in_order(plain_one, plain_other) >= bound and not _differ_in_meaning(one, other)


def _expanded(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "Don't" as "do not": newsrooms write one for the other."""
    expanded: list[str] = []
    for word in words:
        expanded += _CONTRACTED.get(word, (word.removesuffix("n't"), "not") if word.endswith("n't") else (word,))
    return tuple(expanded)


_CONTRACTED = {"won't": ("will", "not"), "can't": ("can", "not"), "cannot": ("can", "not"), "shan't": ("shall", "not")}


def _is_shortened(cut: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether the pieces of `cut` between its gaps stand in `whole` in that order, enough of them to be no chance."""
    pieces: list[list[str]] = [[]]
    for word in cut:
        if word == _GAP:
            pieces.append([])
        else:
            pieces[-1].append(word)
    pieces = [piece for piece in pieces if piece]
    count = sum(map(len, pieces))
    if not pieces or count < SHORTEST_PART or max(map(len, pieces)) < SHINGLE:
        return False
    text = [word for word in whole if word != _GAP]
    at = 0
    for piece in pieces:
        at = _place_of(piece, text, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _place_of(piece: list[str], text: list[str], start: int) -> int:
    for at in range(start, len(text) - len(piece) + 1):
        if text[at] == piece[0] and text[at : at + len(piece)] == piece:
            return at
    return -1


def _common_in_order(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence (Hunt and Szymanski's problem, by rows; both lists are bounded)."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, second in enumerate(other, 1):
            above = row[at]
            row[at] = before + 1 if word == second else max(row[at], row[at - 1])
            before = above
    return row[-1]


# Words that turn a sentence round, or tell another fact, where one stands in another's place.
_TELLING = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "started",
        "stopped",
        "start",
        "stop",
        "begin",
        "end",
        "began",
        "ended",
        "before",
        "after",
        "with",
        "without",
        "all",
        "some",
        "none",
        "always",
        "never",
        "more",
        "less",
        "fewer",
        "join",
        "leave",
        "joined",
        "left",
    ]
)
_NEGATIONS = frozenset({"not", "no", "never", "nobody", "none", "only", "unless", "cannot", "nothing"})


def _differ_in_meaning(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """One word is little of a sentence: a negation turns it round all the same, and another number is another fact."""

    def negations(words: tuple[str, ...]) -> Counter[str]:
        return Counter(
            "not" if word.endswith("n't") else word for word in words if word in _NEGATIONS or word.endswith("n't")
        )

    told, others = ({word for word in words if word[0].isdigit() or word in _TELLING} for words in (one, other))
    return negations(one) != negations(other) or bool(told - others and others - told)
