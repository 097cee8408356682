"""What an alert is made of: the facts of a statement at the moment when it was first heard, and the alert itself.

Both travel as JSON through the ledger, since a message must read the same at its second try, whatever the warehouse has
learned in between.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

__all__ = [
    "Alert",
    "Edit",
    "Match",
    "Planned",
    "StatementFacts",
    "content_id",
    "facts_object",
    "read_alert",
    "write_alert",
]


@dataclass(frozen=True, slots=True)
class Edit:
    """A story's text was changed under a statement: `change` is `altered` (both wordings) or `removed` (`after` None)."""

    revision_id: str
    change: str
    before: str
    after: str | None


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

    @property
    def subject_ids(self) -> tuple[str, ...]:
        """What is heard of when this is: the statement where it is new, and the edit where there is one."""
        edit = (f"{self.statement_id}@{self.edit.revision_id}",) if self.edit else ()
        return ((self.statement_id,) if self.is_new else ()) + edit

    @property
    def contradicts_agreement(self) -> bool:
        """Whether the agency limits or refuses in its own name what it has signed to do."""
        return bool(self.agreement_models) and self.stance in ("limits", "refuses") and self.kind != "claim"


MOMENTS = ("said_at", "published_at", "captured_at")
FIELDS = tuple(field.name for field in fields(StatementFacts))


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
        return self.facts.subject_ids[0]

    @property
    def rules(self) -> tuple[str, ...]:
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
    return data


def read_alert(text: str) -> Alert:
    """The alert that JSON of any earlier release describes; keys that this release does not know are left out."""
    data = json.loads(text)
    facts = known(StatementFacts, data["facts"])
    for name in MOMENTS:
        facts[name] = datetime.fromisoformat(facts[name]) if facts.get(name) else None
    facts["agreement_models"] = tuple(facts["agreement_models"])
    facts["edit"] = Edit(**known(Edit, facts["edit"])) if facts.get("edit") else None
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
