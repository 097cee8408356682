"""What an alert is made of: the facts of a statement at the moment when it was first heard, and the alert itself.

Both travel as JSON through the ledger, since a message must read the same at its second try, whatever the warehouse has
learned in between.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

__all__ = [
    "Alert",
    "Correction",
    "Edit",
    "Match",
    "Planned",
    "Reading",
    "StatementFacts",
    "content_id",
    "facts_object",
    "read_alert",
    "read_reading",
    "write_alert",
    "write_reading",
]


@dataclass(frozen=True, slots=True)
class Edit:
    """A story was changed under a statement: `change` is `altered` (both wordings) or `removed` (`after` None)."""

    revision_id: str
    change: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a statement is read at some time, and its reach then; `withdrawn` where it is none after all."""

    agency_id: str | None
    agency: str | None
    agency_kind: str | None
    state: str | None
    county_fips: str | None
    county: str | None
    stance: str
    withdrawn: bool
    story_count: int
    outlet_count: int

    @property
    def sense(self) -> tuple[str | None, str, bool]:
        """What a correction is about: whose position it is, which, and whether it is one."""
        return self.agency_id, self.stance, self.withdrawn


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement that alerted reads otherwise since: agency and stance before, and whether it is none after all."""

    agency: str | None
    stance: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """Everything that filters and messages ask of a statement.

    `captured_at` is the first capture of a story that carries it (of the edited text, where only the edit is news:
    `is_new` is then False). `previous_stance` is the agency's last confirmed position before it. `story_count` and
    `outlet_count` are its reach at that moment.
    """

    statement_id: str
    agency_id: str | None
    agency: str | None
    agency_kind: str | None
    state: str | None
    county_fips: str | None
    county: str | None
    kind: str
    stance: str
    direct: bool
    confidence: float
    quote: str
    claimant: str | None
    speaker: str | None
    role: str | None
    said_at: datetime | None
    said_at_raw: str | None
    previous_stance: str | None
    previous_quote: str | None
    position_change: bool
    first_of_agency: bool
    agreement_models: tuple[str, ...]
    story_id: str
    source_id: str
    outlet: str
    title: str | None
    url: str
    published_at: datetime | None
    captured_at: datetime
    story_count: int
    outlet_count: int
    is_new: bool = True
    edit: Edit | None = None
    correction: Correction | None = None

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """What is heard of when this is: the statement if it is new, the edit if there is one, or a correction."""
        if self.correction:
            reading = content_id(self.agency_id or "", self.stance, str(self.correction.withdrawn))
            return (f"{self.statement_id}#{reading}",)
        edit = (f"{self.statement_id}@{self.edit.revision_id}",) if self.edit else ()
        return ((self.statement_id,) if self.is_new else ()) + edit

    @property
    def reading(self) -> Reading:
        """How the statement was read when these facts were gathered."""
        return Reading(
            self.agency_id, self.agency, self.agency_kind, self.state, self.county_fips, self.county, self.stance,
            bool(self.correction and self.correction.withdrawn), self.story_count, self.outlet_count,
        )  # fmt: skip

    def read_as(self, reading: Reading, before: Reading) -> StatementFacts:
        """The facts as read later, with the correction where that differs in sense from the reading before."""
        values = {name: getattr(reading, name) for name in READ if name != "withdrawn"}
        if reading.sense == before.sense:
            return replace(self, **values)
        correction = Correction(before.agency, before.stance, reading.withdrawn)
        return replace(self, **values, correction=correction)

    @property
    def contradicts_agreement(self) -> bool:
        """Whether the agency limits or refuses in its own name what it has signed to do."""
        return bool(self.agreement_models) and self.stance in ("limits", "refuses") and self.kind != "claim"


MOMENTS = ("said_at", "published_at", "captured_at")
FIELDS = tuple(field.name for field in fields(StatementFacts))
READ = tuple(field.name for field in fields(Reading))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that an alert fell under, and why: pairs of the filter's name and what it met."""

    rule: str
    language: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """Where an alert goes: not before `due_at`; `digest_minutes` is 0 for a message of its own."""

    channel: str
    due_at: datetime
    digest_minutes: int
    language: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert a statement (or edit of a known one), whatever the number of rules and channels.

    `late` tells that the statement is older than its discovery makes it look.
    """

    alert_id: str
    facts: StatementFacts
    raised_at: datetime
    late: bool
    matches: tuple[Match, ...]
    planned: tuple[Planned, ...]

    @property
    def subject_id(self) -> str:
        """What the alert is about."""
        return self.facts.subject_ids[0]

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that it fell under, in the order of the file."""
        return tuple(match.rule for match in self.matches)


def content_id(*parts: str) -> str:
    """An id that follows from its parts: 24 hexadecimal digits of SHA-256."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def write_alert(alert: Alert) -> str:
    """An alert as JSON; `read_alert` gives it back whole."""
    data = {
        "alert_id": alert.alert_id,
        "facts": facts_object(alert.facts),
        "raised_at": alert.raised_at.isoformat(),
        "late": alert.late,
        "matches": [{"rule": each.rule, "language": each.language, "reasons": each.reasons} for each in alert.matches],
        "planned": [
            {
                "channel": each.channel, "due_at": each.due_at.isoformat(), "digest_minutes": each.digest_minutes,
                "language": each.language,
            }
            for each in alert.planned
        ],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def facts_object(facts: StatementFacts) -> dict[str, Any]:
    """Facts as JSON-ready data. Written out by hand: `dataclasses.asdict` takes ten times as long."""
    data = {name: getattr(facts, name) for name in FIELDS}
    for name in MOMENTS:
        data[name] = data[name].isoformat() if data[name] else None
    edit = facts.edit
    data["edit"] = edit and {
        "revision_id": edit.revision_id, "change": edit.change, "before": edit.before, "after": edit.after,
    }  # fmt: skip
    correction = facts.correction
    data["correction"] = correction and {
        "agency": correction.agency, "stance": correction.stance, "withdrawn": correction.withdrawn,
    }  # fmt: skip
    return data


def write_reading(reading: Reading) -> str:
    """A reading as JSON; `read_reading` gives it back whole."""
    return json.dumps({name: getattr(reading, name) for name in READ}, ensure_ascii=False, separators=(",", ":"))


def read_reading(text: str) -> Reading:
    """The reading that JSON describes; keys that this release does not know are left out."""
    return Reading(**known(Reading, json.loads(text)))


def read_alert(text: str) -> Alert:
    """The alert that JSON of any earlier release describes; keys that this release does not know are left out."""
    data = json.loads(text)
    facts = known(StatementFacts, data["facts"])
    for name in MOMENTS:
        facts[name] = datetime.fromisoformat(facts[name]) if facts.get(name) else None
    facts["agreement_models"] = tuple(facts["agreement_models"])
    facts["edit"] = Edit(**known(Edit, facts["edit"])) if facts.get("edit") else None
    facts["correction"] = Correction(**known(Correction, facts["correction"])) if facts.get("correction") else None
    return Alert(
        alert_id=data["alert_id"],
        facts=StatementFacts(**facts),
        raised_at=datetime.fromisoformat(data["raised_at"]),
        late=data["late"],
        matches=tuple(
            Match(each["rule"], each["language"], tuple((name, met) for name, met in each["reasons"]))
            for each in data["matches"]
        ),
        planned=tuple(
            Planned(each["channel"], datetime.fromisoformat(each["due_at"]), each["digest_minutes"], each["language"])
            for each in data["planned"]
        ),
    )


def known(record: type, data: dict[str, Any]) -> dict[str, Any]:
    """What a mapping holds for the fields of a dataclass."""
    names = {field.name for field in fields(record)}
    return {name: value for name, value in data.items() if name in names}
