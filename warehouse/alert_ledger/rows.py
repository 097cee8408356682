"""The rows of the alerts' ledger, and how it writes time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = [
    "Carried",
    "DeliveryRow",
    "HeardRow",
    "MessageRow",
    "MuteRow",
    "NoticeRow",
    "PlannedRow",
    "RaisedRow",
    "ReadingRow",
    "Waiting",
    "moment",
    "stamp",
]


@dataclass(frozen=True, slots=True)
class RaisedRow:
    """An alert as raised; `record` is its JSON, which this file does not read."""

    alert_id: str
    subject_id: str
    raised_at: datetime
    record: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How an alert's statement is read since a time, where that has changed; `record` is JSON."""

    alert_id: str
    at: datetime
    record: str


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A subject (a statement, or an edit of one) that was considered, and what came of it."""

    subject_id: str
    outcome: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """An alert is to go to a channel, not before `due_at`; `digest_minutes` is 0 for a message of its own."""

    alert_id: str
    channel: str
    due_at: datetime
    digest_minutes: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that stands in no message of a channel yet. `copy` counts the times it was asked for again."""

    alert_id: str
    copy: int
    due_at: datetime
    digest_minutes: int
    record: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """An alert that a message carries. `copy` counts the times it was asked for again; `record` is its JSON."""

    alert_id: str
    copy: int
    record: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message to one channel: fixed once written, so that a second try sends the same. `body` is JSON."""

    message_id: str
    channel: str
    kind: str
    created_at: datetime
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One try at a message. `retry_at` is when it may be tried again, `hold_until` when its channel may."""

    message_id: str
    channel: str
    attempt: int
    at: datetime
    outcome: str
    detail: str
    retry_at: datetime | None = None
    hold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MuteRow:
    """Something (`rule`, `agency` or `channel`) is muted until a time."""

    what: str
    name: str
    at: datetime
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """Something that the operator should know."""

    notice_id: str
    at: datetime
    heading: str
    text: str


def stamp(at: datetime) -> str:
    """A time as the ledger keeps it: UTC, of one length, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The time that the ledger keeps."""
    return datetime.fromisoformat(text)
