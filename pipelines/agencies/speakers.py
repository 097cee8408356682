"""Maps who speaks to the agency that they speak for: "Sheriff Jane Roe", "Cpl. Roe, a spokesman for the State Police".

A speaker belongs to the agency that the words of their introduction name, wherever in the story they stand; failing
that, to the last agency of the kind that the title asks for. Names are taken as given: pronouns are resolved elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipelines.agencies.register import load_data
from pipelines.agencies.resolver import straight
from pipelines.records import AgencyKind, AgencyMention

__all__ = ["agency_of_speaker"]

MOST_OCCURRENCES = 40
INTRODUCTION_CHARACTERS = 120
APPOSITION_CHARACTERS = 140
NEAR_CHARACTERS = 700
MENTIONS_NEAR = 12

_APPOSITION = re.compile(r"(?:\s(?:of|with|from|at|for)\b|,|\s\()")
_SENTENCE_END = re.compile(r"[.!?][\"')]?\s+[A-Z\"]|\n")
_ABBREVIATED = re.compile(r"\b(?:Lt|Sgt|Capt|Col|Cpl|Maj|Supt|Det|Dr|Mr|Ms|St|[A-Z])\.\s[A-Z]$")
_GIVEN_NAMES = re.compile(r"(?:[A-Z][\w'.\-]{0,20}\s){1,3}$")
_SPEAKS_FOR = re.compile(r"(?:spokes\w+|sheriff|chief|captain|lieutenant)[^,;]{0,30}(?:for|of|at)\s(?:the\s)?$", re.I)
_NAME_FOLLOWS = re.compile(r",?\s(?:[A-Z][\w'.\-]{0,20}\s){0,4}")
_NOT_APPOSITION = re.compile(r"\b(?:said|says|told|called|asked|added|arrested|accus\w+|by)\b|[\"“”]")


@dataclass(frozen=True, slots=True)
class _Titles:
    words: frozenset[str]
    kinds: tuple[tuple[re.Pattern[str], tuple[AgencyKind, ...]], ...]
    ranks: re.Pattern[str]
    federal: re.Pattern[str]


@cache
def _titles() -> _Titles:
    data = load_data("speakers.yml")
    kinds = tuple(
        (re.compile(rule["pattern"], re.IGNORECASE), tuple(AgencyKind(kind) for kind in rule["kinds"]))
        for rule in data["kinds"]
    )
    ranks, federal = re.compile(data["ranks"], re.IGNORECASE), re.compile(data["federal"])
    return _Titles(frozenset(map(str, data["titles"])), kinds, ranks, federal)


def agency_of_speaker(
    speaker: str | None,
    role: str | None,
    text: str,
    mentions: Sequence[AgencyMention],
    *,
    at: int,
    source: tuple[int, int] | None = None,
) -> AgencyMention | None:
    """Return the mention of the agency that somebody speaks for, or None where the story does not tell.

    `speaker` is a name ("Jane Roe", "Roe") or None, `role` a title or the words of a body ("police chief", "spokesman
    for the department"), `at` where the words spoken stand, `source` the span of the source's mention; `mentions` are
    those of the text in order. The mention may be a federal body's, or undecided.
    """
    if source:
        inside = [m for m in mentions if m.start < source[1] and source[0] < m.end]
        local = [m for m in inside if m.agency is None or m.agency.kind is not AgencyKind.FEDERAL]
        if inside:
            return (local or inside)[0]
    if not speaker and not role:
        return None
    plain = straight(text)
    introduced = _introduced(speaker, plain, mentions) if speaker else None
    return introduced or _by_role(straight(role or ""), speaker, plain, mentions, at)


def _introduced(speaker: str, plain: str, mentions: Sequence[AgencyMention]) -> AgencyMention | None:
    """Return the agency beside the speaker's name where the story introduces them."""
    words = [re.escape(word) for word in straight(speaker).split()]
    if not words:
        return None
    starts = [m.start for m in mentions]
    second_best: AgencyMention | None = None
    for pattern in dict.fromkeys((r"\s".join(words), words[-1])):
        occurrences = re.finditer(rf"\b{pattern}\b", plain, re.IGNORECASE)
        for match in islice(occurrences, MOST_OCCURRENCES):
            start, end = match.span()
            titled = _before_name(start, plain, mentions, starts, last_name_only=pattern is words[-1])
            if titled and titled.agency:
                return titled
            second_best = second_best or titled or _after_name(end, plain, mentions, starts)
    return second_best


def _before_name(
    start: int, plain: str, mentions: Sequence[AgencyMention], starts: list[int], *, last_name_only: bool
) -> AgencyMention | None:
    """Return the agency whose name leads up to a person's with nothing but titles between."""
    name_start = start
    if last_name_only:
        given = _GIVEN_NAMES.search(plain, max(0, start - 60), start)
        name_start = given.start() if given else start
    sentence = _sentence_start(plain, start)
    at = bisect_left(starts, start)
    for mention in reversed(mentions[max(0, at - MENTIONS_NEAR) : at]):
        if mention.end > start or mention.start < sentence or start - mention.end > INTRODUCTION_CHARACTERS:
            continue
        for until in dict.fromkeys((start, max(name_start, mention.end))):
            if _only_titles(plain[mention.end : until]):
                return mention
        lead = plain[max(sentence, mention.start - 60) : mention.start]
        if _SPEAKS_FOR.search(lead) and _NAME_FOLLOWS.fullmatch(plain[mention.end : start]):
            return mention
    return None


def _only_titles(between: str) -> bool:
    return all(word in _titles().words for word in re.findall(r"[a-z][a-z']*|[^\s.,']", between.lower()))


def _after_name(end: int, plain: str, mentions: Sequence[AgencyMention], starts: list[int]) -> AgencyMention | None:
    """Return the agency that an apposition gives to a name: ", a spokesman for the State Police"."""
    tail = plain[end : end + APPOSITION_CHARACTERS]
    at = bisect_left(starts, end)
    if not _APPOSITION.match(tail) or at >= len(mentions):
        return None
    stop = _SENTENCE_END.search(tail)
    mention = mentions[at]
    if mention.start >= end + (stop.start() if stop else len(tail)):
        return None
    return None if _NOT_APPOSITION.search(plain[end : mention.start]) else mention


def _sentence_start(plain: str, position: int) -> int:
    start = 0
    for stop in _SENTENCE_END.finditer(plain, max(0, position - 300), position):
        if not _ABBREVIATED.search(plain, max(0, stop.start() - 5), stop.end()):
            start = stop.end() - 1
    return start


def _by_role(
    role: str, speaker: str | None, plain: str, mentions: Sequence[AgencyMention], at: int
) -> AgencyMention | None:
    """Return the last agency before the words spoken of the kind that a title asks for, or the nearest local one."""
    kinds = next((kinds for pattern, kinds in _titles().kinds if pattern.search(role)), None)
    where = at
    if speaker:
        first = re.search(rf"\b{re.escape(straight(speaker).split()[-1])}\b", plain, re.IGNORECASE)
        where = first.start() if first else at
    before = [m for m in mentions if m.start < where]
    if kinds:
        fitting = [m for m in before if m.agency is not None and m.agency.kind in kinds]
        after = (m for m in mentions if m.agency is not None and m.agency.kind in kinds)
        return fitting[-1] if fitting else next(after, None)
    if not _titles().ranks.search(role):
        return None
    federal = bool(_titles().federal.search(role))
    near = [m for m in before if m.agency is not None and where - m.end <= NEAR_CHARACTERS]
    fitting = [m for m in near if m.agency and (m.agency.kind is AgencyKind.FEDERAL) == federal]
    return fitting[-1] if fitting else None
