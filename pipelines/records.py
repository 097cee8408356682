"""The plain records that pass between the steps: no logic, no I/O, nothing of Dagster, Scrapy or DuckDB.

Every offset pair is a half-open range of characters in the document's text: `text[start:end]` is the words meant.
Times are aware datetimes in UTC. A field that the story does not tell is None, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Agency",
    "AgencyKind",
    "AgencyMention",
    "Attribution",
    "Document",
    "Evidence",
    "Relevance",
    "Stance",
    "Statement",
    "StatementKind",
]


class Stance(StrEnum):
    """An agency's position in one statement."""

    COOPERATES = "cooperates"
    LIMITS = "limits"
    REFUSES = "refuses"
    UNCLEAR = "unclear"


class AgencyKind(StrEnum):
    """What sort of law-enforcement body an agency is. FEDERAL bodies make no local statement."""

    POLICE = "police"
    SHERIFF = "sheriff"
    STATE_POLICE = "state police"
    CORRECTIONS = "corrections"
    PROSECUTOR = "prosecutor"
    FEDERAL = "federal"
    OTHER = "other"


class StatementKind(StrEnum):
    """What a statement rests on: words of the agency's own, its acts, its policy, or what somebody else claims of it."""

    SPEECH = "speech"
    ACTION = "action"
    POLICY = "policy"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Document:
    """What extraction makes of one HTML capture.

    `published_source` and `modified_source` name where the date stood (`json-ld`, `meta`, `time`, `url`, `text`).
    `access_hint` is `paywall` or `truncated` where the page says, or its capture shows, that the text is not whole.
    """

    url: str | None
    canonical_url: str | None
    title: str | None
    byline: str | None
    site: str | None
    published_at: datetime | None
    published_at_raw: str | None
    published_source: str | None
    modified_at: datetime | None
    modified_at_raw: str | None
    modified_source: str | None
    language: str | None
    text: str
    word_count: int
    access_hint: str | None
    extractor: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a decision fell: the rule or model that decided, the words that it read, and its score where it has one."""

    rule: str
    words: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a story is substantially about local cooperation with immigration enforcement; score in 0 to 1."""

    relevant: bool
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody is reported to have said something: content, cue and source, as they stand in the text.

    `direct` is True only where the whole content stands inside quotation marks. `confidence` in 0 to 1.
    """

    start: int
    end: int
    cue_start: int | None
    cue_end: int | None
    source_start: int | None
    source_end: int | None
    direct: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Agency:
    """A law-enforcement body. `agency_id` never changes; `state` is two letters, `county_fips` five digits."""

    agency_id: str
    name: str
    kind: AgencyKind
    state: str | None
    county_fips: str | None
    ori: str | None


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """A name in the text read as an agency. `agency` is None where the story leaves it undecided among `candidates`."""

    start: int
    end: int
    agency: Agency | None
    candidates: tuple[Agency, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Something an agency is reported to have said or done about cooperation. `quote` is `text[start:end]`.

    `speaker` is the person's name as the story gives it in full, `role` the title as printed. `claimant` is who says it
    where the claim is somebody else's (`kind` is then CLAIM). `said_at_raw` is the wording of the time ("Monday").
    """

    start: int
    end: int
    quote: str
    kind: StatementKind
    direct: bool
    speaker: str | None
    role: str | None
    source: str | None
    agency: Agency | None
    agency_candidates: tuple[Agency, ...]
    stance: Stance
    claimant: str | None
    said_at: datetime | None
    said_at_raw: str | None
    confidence: float
    evidence: tuple[Evidence, ...]
