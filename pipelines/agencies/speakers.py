"""Maps who speaks to the agency that they speak for: "Sheriff Jane Roe", "Cpl. Roe, a spokesman for the State Police".

A speaker belongs to the agency that their own words of introduction name, wherever in the story they stand; failing that,
to the last agency of the kind that the title asks for. Names are taken as given: pronouns are resolved elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agencies.resolver import straight
from pipelines.records import AgencyKind, AgencyMention

__all__ = ["agency_of_speaker"]

MOST_OCCURRENCES = 40
APPOSITION_CHARACTERS = 140
NEAR_CHARACTERS = 700

_TITLE_WORDS = re.compile(
    r"^[\s,'s]*(?:(?:public information officer|information officer|spokes(?:man|woman|person)|sheriff|undersheriff|chief|deputy|assistant|acting|interim|former|then"
    r"|police|supt|superintendent|commissioner|director|warden|jailer|captain|capt|lieutenant|lt|sergeant|sgt|corporal|cpl|colonel|col|maj|major"
    r"|officer|detective|det|trooper|commander|cmdr|inspector|secretary|administrator|district|attorney|prosecutor|state's|communications|media|public"
    r"|relations|affairs|of|and|the|first|class|senior|executive|special|agent|patrol|general|corrections|operations|services|office|department|jail|pio)\b[.,]?\s*){0,8}$",
    re.IGNORECASE,
)
_APPOSITION = re.compile(r"^(?:\s(?:of|with|from|at|for)\b|,|\s\()")
_SENTENCE_END = re.compile(r"[.!?][\"')]?\s+[A-Z\"]|\n")
_KIND_WORDS: tuple[tuple[re.Pattern[str], tuple[AgencyKind, ...]], ...] = (
    (
        re.compile(r"\b(?:district|state'?s|county|commonwealth'?s|prosecuting) attorney|\bprosecutor|\bDA\b", re.I),
        (AgencyKind.PROSECUTOR,),
    ),
    (re.compile(r"\bpolice\b|\bchief of police\b|\bPD\b", re.I), (AgencyKind.POLICE, AgencyKind.STATE_POLICE)),
    (
        re.compile(
            r"\bchief deputy\b|\b(?:under)?sher{1,2}if|\bdeput(?:y|ies)\b(?! (?:chief|commissioner|director|warden))",
            re.I,
        ),
        (AgencyKind.SHERIFF,),
    ),
    (re.compile(r"\btroopers?\b|\bstate police\b|\bpatrol\b", re.I), (AgencyKind.STATE_POLICE,)),
    (re.compile(r"\bwarden\b|\bjail|\bprison|\bcorrections?\b", re.I), (AgencyKind.CORRECTIONS, AgencyKind.SHERIFF)),
    (re.compile(r"\bchief\b", re.I), (AgencyKind.POLICE, AgencyKind.STATE_POLICE)),
)


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

    `speaker` is a name ("Jane Roe", "Roe") or None, `role` a title or the words of a body ("police chief", "spokesman for
    the department"), `at` where the words spoken stand, `source` the span of the source's mention. The mention may be a
    federal body's, or undecided.
    """
    plain = straight(text)
    if source:
        inside = [m for m in mentions if m.start < source[1] and source[0] < m.end]
        if inside:
            local = [m for m in inside if m.agency is None or m.agency.kind is not AgencyKind.FEDERAL]
            return (local or inside)[0]
    if speaker:
        introduced = _introduced(speaker, plain, mentions)
        if introduced:
            return introduced
    if role or speaker:
        return _by_role(role or "", speaker, plain, mentions, at)
    return None


def _introduced(speaker: str, plain: str, mentions: Sequence[AgencyMention]) -> AgencyMention | None:
    """Return the agency beside the speaker's name where the story introduces them."""
    words = [re.escape(word) for word in straight(speaker).split()]
    if not words:
        return None
    best: tuple[int, int, AgencyMention] | None = None
    last_name = words[-1]
    full = r"\s".join(words)
    for pattern in dict.fromkeys((full, last_name)):
        occurrences = 0
        for match in re.finditer(rf"\b{pattern}\b", plain, re.IGNORECASE):
            occurrences += 1
            if occurrences > MOST_OCCURRENCES:
                break
            found = _beside(match.start(), match.end(), plain, mentions, first_names=pattern is last_name)
            if found and (best is None or found[0] < best[0]):
                best = (found[0], match.start(), found[1])
                if found[0] == 0:
                    return found[1]
    return best[2] if best else None


def _beside(
    start: int, end: int, plain: str, mentions: Sequence[AgencyMention], *, first_names: bool
) -> tuple[int, AgencyMention] | None:
    """Return the mention that introduces the name at a place, with how closely (0 is a title just before it)."""
    sentence = 0
    for stop in _SENTENCE_END.finditer(plain, max(0, start - 300), start):
        if not re.search(
            r"\b(?:Lt|Sgt|Capt|Col|Cpl|Maj|Supt|Det|Dr|Mr|Ms|St|[A-Z])\.\s[A-Z]$",
            plain[max(0, stop.start() - 5) : stop.end()],
        ):
            sentence = stop.end() - 1
    left_start = start
    if first_names:
        given = re.search(r"(?:[A-Z][\w'.\-]*\s){1,3}$", plain[max(0, start - 50) : start])
        left_start = start - len(given[0]) if given else start
    for mention in reversed(mentions):
        if mention.end <= start and mention.start >= sentence and start - mention.end < 120:
            between = plain[mention.end : start]
            if _TITLE_WORDS.match(between) or (
                first_names and mention.end <= left_start and _TITLE_WORDS.match(plain[mention.end : left_start])
            ):
                return (0 if mention.agency else 1), mention
            if re.fullmatch(r"[\w\s.,'\-]{0,70}?,?\s(?:[A-Z][\w'.\-]*\s?){0,3}", between) and re.search(
                r"(?:spokes\w+|sheriff|chief|captain|lieutenant)[^,;]{0,30}(?:for|of|at)\s(?:the\s)?$",
                plain[max(sentence, mention.start - 60) : mention.start],
                re.I,
            ):
                return 1, mention
    tail = plain[end : end + APPOSITION_CHARACTERS]
    if _APPOSITION.match(tail):
        stop = _SENTENCE_END.search(tail)
        limit = end + (stop.start() if stop else len(tail))
        for mention in mentions:
            if end <= mention.start < limit:
                between = plain[end : mention.start]
                if not re.search(
                    r"\b(?:said|says|told|called|asked|added|who was arrested|arrested|accus\w+|by)\b|[\"“”]", between
                ):
                    return 1, mention
                break
    return None


def _by_role(
    role: str, speaker: str | None, plain: str, mentions: Sequence[AgencyMention], at: int
) -> AgencyMention | None:
    """Return the last agency before the words spoken of the kind that a title asks for, or the nearest local one."""
    plain_role = straight(role)
    kinds = next((kinds for pattern, kinds in _KIND_WORDS if pattern.search(plain_role)), None)
    where = at
    if speaker:
        name = straight(speaker).split()[-1:]
        first = re.search(rf"\b{re.escape(name[0])}\b", plain, re.IGNORECASE) if name else None
        where = first.start() if first else at
    before = [m for m in mentions if m.start < where]
    if kinds:
        fitting = [m for m in before if m.agency is not None and m.agency.kind in kinds]
        if fitting:
            return fitting[-1]
        after = [m for m in mentions if m.agency is not None and m.agency.kind in kinds]
        return after[0] if after else None
    near = [m for m in before if where - m.end <= NEAR_CHARACTERS]
    local = [m for m in near if m.agency is not None and m.agency.kind is not AgencyKind.FEDERAL]
    if not re.search(
        r"\b(?:spokes|lt|lieut|sgt|serg|capt|cpl|corporal|col|maj|officer|commander|deputy|director|superintendent|commissioner|major|department|office|agency|they|detective)",
        plain_role,
        re.I,
    ):
        return None
    if re.search(r"\bfederal|\bICE\b|\bDHS\b|\bborder patrol\b", plain_role):
        return next((m for m in reversed(near) if m.agency and m.agency.kind is AgencyKind.FEDERAL), None)
    return local[-1] if local else None
