"""From judged words to statements: one for each agency for which their voice speaks, with its time and its evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.records import Agency, Statement, StatementKind
from pipelines.statements.classifier import Head, Judgment
from pipelines.statements.layout import Layout, Sentence
from pipelines.statements.odds import StoryOdds
from pipelines.statements.said_at import SaidAt, read_said_at
from pipelines.statements.stances import evidence_for
from pipelines.statements.voices import Voice

__all__ = ["StatementWriter", "Unit", "stripped"]

_YEAR = re.compile(r"\d{4}|year|month|[Ss]pring|[Ss]ummer|[Ff]all|[Ww]inter")


@dataclass(frozen=True, slots=True)
class Unit:
    """Words that may be a statement, and whose they are."""

    start: int
    end: int
    direct: bool
    voice: Voice
    sentence: Sentence


class StatementWriter:
    """Writes the statements of one story, remembering when each person spoke last."""

    def __init__(self, text: str, layout: Layout, odds: StoryOdds, head: Head, published_at: datetime | None) -> None:
        self._text, self._layout, self._odds, self._head = text, layout, odds, head
        self._published_at = published_at
        self._last_said: dict[str, SaidAt] = {}

    def write(self, unit: Unit, judgment: Judgment, kind: StatementKind) -> Iterator[Statement]:
        """A statement for each agency for which the voice speaks; none where the story leaves no candidate."""
        voice = unit.voice
        start, end = stripped(self._text, unit.start, unit.end)
        # What was said tells when things happened; the words around it tell when it was said.
        quoted = (unit.start, unit.end) if kind is StatementKind.SPEECH else None
        filed = self._layout.filed_from(unit.sentence)
        last = self._layout.sentence_at(max(unit.start, unit.end - 1)) or unit.sentence
        end_of_report = max(unit.sentence.end, last.end)
        said = self._dated(voice, read_said_at(self._text, filed, end_of_report, quoted, self._published_at))
        words = self._odds.wording(start, end)
        evidence = evidence_for(self._text, words, judgment, judgment.stance, self._head)
        for agency, candidates in voice.agencies:
            if agency is None and not candidates:
                continue
            yield Statement(
                start=start,
                end=end,
                quote=self._text[start:end],
                kind=kind,
                direct=unit.direct,
                speaker=voice.person.name if voice.person else None,
                role=voice.role,
                source=voice.source or None,
                agency=agency,
                agency_candidates=candidates,
                stance=judgment.stance,
                claimant=None,
                said_at=said.at,
                said_at_raw=said.raw,
                confidence=_confidence(judgment, agency),
                evidence=evidence,
            )

    def write_claims(self, unit: Unit, judgment: Judgment, claimant: str) -> Iterator[Statement]:
        """The same as what somebody else says of the agencies: half as sure."""
        for statement in self.write(unit, judgment, StatementKind.CLAIM):
            yield replace(statement, claimant=claimant, confidence=round(statement.confidence / 2, 3))

    def note_day(self, voice: Voice, start: int, end: int, contents: tuple[int, int] | None) -> None:
        """Remember the day of a report that may be no statement: "Roe told the press on Monday" dates what follows."""
        if voice.person is not None:
            self._dated(voice, read_said_at(self._text, start, end, contents, self._published_at))

    def _dated(self, voice: Voice, said: SaidAt) -> SaidAt:
        """The time told beside some words, else the day on which the same person spoke last; never a recalled year."""
        if voice.person is None or said.at is not None:
            if voice.person is not None and said.raw is not None and not _YEAR.search(said.raw):
                self._last_said[voice.person.name] = said
            return said
        return self._last_said.get(voice.person.name, said) if said.raw is None else said


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without blanks around it and without the marks and dashes before it."""
    while start < end and (text[start].isspace() or text[start] in ',;:—–-“"'):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _confidence(judgment: Judgment, agency: Agency | None) -> float:
    found = 1 / (1 + math.exp(-judgment.log_odds))
    return round(found * (0.4 + 0.6 * judgment.stances[judgment.stance]) * (1.0 if agency else 0.6), 3)
