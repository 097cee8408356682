"""Which agencies a sentence of plain narration is about, and whether it tells an act or a policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.records import AgencyMention, StatementKind
from pipelines.statements.cast import Cast
from pipelines.statements.layout import Layout, Sentence
from pipelines.statements.mentions import Mentions
from pipelines.statements.odds import StoryOdds
from pipelines.statements.sides import Side
from pipelines.statements.voices import VoiceReader
from pipelines.statements.wording import Word

__all__ = ["contrasted", "is_told", "kind_of_narration", "subjects_of", "tells_them_apart"]

SUBJECT_CHARACTERS = 60  # where a sentence's subject is looked for
CARRIED_CHARACTERS = 700  # how far back "the jail" may lie
_PRONOUNS = frozenset({"It", "They", "Its", "Their", "Both"})
_AGENCY_NOTIONS = frozenset({"FORCE", "JAIL", "BODY"})
_IN_GENERAL = frozenset(
    {
        "local law enforcement",
        "local police",
        "local officers",
        "jails",
        "prisons",
        "sheriffs",
        "departments",
        "agencies",
        "police departments",
        "cops",
    }
)
_APART = re.compile(
    r"\b(?:opposite|opposing|contrasting|divided|split|at odds|differ(?:s|ed|ent(?:ly)?|ing)?|disagree(?:s|d|ment)?|diverg(?:e|ed|es|ing))\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"(?:,|;| —) (?:while|but|whereas|although|though) |(?:,|;) and (?=(?:to the \w+, )?(?:over )?in [A-Z])|; (?=the |[A-Z])"
)
# "Stricter than the sheriff's": whom others are measured by is not whom a sentence is about.
_COMPARED = re.compile(r"\b(?:than|unlike|against|[Ll]ike) (?:the |its |that of )?(?:[A-Z][\w'’]+ )?$")
_HABITUAL = re.compile(
    r"\b(?:polic(?:y|ies)|rules?|do(?:es)? not|do(?:es)?n[’']t|will|may|only|cannot|honors|never)\b", re.IGNORECASE
)


def subjects_of(
    text: str,
    sentence: Sentence,
    layout: Layout,
    mentions: Mentions,
    cast: Cast,
    voices: VoiceReader,
    odds: StoryOdds,
) -> list[AgencyMention]:
    """The agencies that a sentence names, else those it means by a person, by "it", "the jail" or "staff"."""
    named = mentions.local(sentence.start, sentence.end)
    about = [m for m in named if not _COMPARED.search(text, max(0, m.start - 24), m.start)]
    if named:
        return about or named
    opening = sentence.start, min(sentence.end, sentence.start + SUBJECT_CHARACTERS)
    person = cast.named(text[slice(*opening)])
    if person is not None and person.side is Side.LOCAL:
        return list(voices.of_person(person).mentions)
    paragraph = layout.paragraphs[sentence.paragraph]
    last, following = mentions.last_before(sentence.start), mentions.first_after(sentence.end)
    before = [last] if last is not None and last.end > paragraph[0] else []
    if before and _names_definitely(text, odds.wording(sentence.start, sentence.end)):
        return before
    if text[slice(*opening)].split(" ")[0] not in _PRONOUNS and not _opens_with_agency(text, odds.wording(*opening)):
        return []
    after = [following] if following is not None and following.start < paragraph[1] else []
    near = [last] if last is not None and sentence.start - last.start < CARRIED_CHARACTERS else []
    return before or after or near


def is_told(sentence: str) -> bool:
    """Whether a sentence states something: it ends like one, and not as a question."""
    return sentence.rstrip("”\"’')] 0123456789[")[-1:] in (".", "!", "…")


def tells_them_apart(sentence: str, about: Sequence[AgencyMention]) -> bool:
    """Whether a sentence says of several agencies that they differ, and thus of none where it stands."""
    return len(about) > 1 and _APART.search(sentence) is not None


def contrasted(
    text: str, sentence: Sentence, about: Sequence[AgencyMention]
) -> list[tuple[Sentence, list[AgencyMention]]]:
    """The clauses of a sentence that sets agencies against each other, each with its own; else the sentence as it is.

    "Austin police do not work with ICE, while the Travis County sheriff does."
    """
    ordered = sorted(about, key=lambda mention: mention.start)
    for one, other in pairwise(ordered):
        turn = _TURN.search(text, one.end, other.start)
        if turn is not None:
            halves = (
                replace(sentence, end=turn.start()),
                replace(sentence, start=turn.end()),
            )
            return [
                (half, [m for m in ordered if half.start <= m.start < half.end])
                for half in halves
                if any(half.start <= m.start < half.end for m in ordered)
            ]
    return [(sentence, list(about))]


def kind_of_narration(sentence: str) -> StatementKind:
    """POLICY where a sentence tells what an agency does as a rule, else ACTION."""
    return StatementKind.POLICY if _HABITUAL.search(sentence) else StatementKind.ACTION


def _opens_with_agency(text: str, words: Sequence[Word]) -> bool:
    """Whether a sentence's first words are of one agency in particular, before any other body."""
    for word in words[:6]:
        if word.name in _AGENCY_NOTIONS:
            return text[word.start : word.end].casefold() not in _IN_GENERAL
        if word.name in ("FED", "WE"):
            return False
    return False


def _names_definitely(text: str, words: Sequence[Word]) -> bool:
    """Whether a sentence speaks of "the jail" or "the deputies": those that the lines before it named."""
    return any(
        word.name in ("JAIL", "FORCE") and text[max(0, word.start - 4) : word.end].casefold().startswith("the ")
        for word in words
    )
