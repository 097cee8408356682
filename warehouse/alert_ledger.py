"""The alerts' part of the ledger: what was raised, what was sent, what people said about it.

It lies in the ledger's SQLite file, append-only as the rest, because an archive cannot give it back: whoever rebuilds
the warehouse must not hear everything again. Sensor and delivery read nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import WarehouseError

__all__ = [
    "AlertLedger",
    "DeliveryRow",
    "HeardRow",
    "MessageRow",
    "MuteRow",
    "NoticeRow",
    "PlannedRow",
    "RaisedRow",
    "Waiting",
    "open_alert_ledger",
]

TABLES = """
create table if not exists alerts (
    seq integer primary key, alert_id text not null unique, subject_id text not null, raised_at text not null,
    record text not null
);
create table if not exists heard (
    seq integer primary key, subject_id text not null unique, outcome text not null, heard_at text not null
);
create table if not exists alert_channels (
    alert_id text not null, channel text not null, due_at text not null, digest_minutes integer not null,
    primary key (channel, alert_id)
) without rowid;
create table if not exists messages (
    seq integer primary key, message_id text not null unique, channel text not null, kind text not null,
    created_at text not null, language text not null, body text not null
);
create index if not exists messages_of_channel on messages (channel, kind);
create table if not exists message_alerts (
    channel text not null, alert_id text not null, copy integer not null, message_id text not null,
    primary key (channel, alert_id, copy)
) without rowid;
create index if not exists alerts_of_message on message_alerts (message_id);
create table if not exists deliveries (
    seq integer primary key, message_id text not null, channel text not null, attempt integer not null,
    at text not null, outcome text not null check (outcome in ('sent', 'failed', 'parked', 'withheld')),
    detail text not null, retry_at text, hold_until text
);
create index if not exists deliveries_of_message on deliveries (message_id);
create index if not exists deliveries_of_channel on deliveries (channel);
create table if not exists resends (
    seq integer primary key, alert_id text not null, channel text not null, copy integer not null, at text not null,
    unique (channel, alert_id, copy)
);
create table if not exists acks (
    seq integer primary key, alert_id text not null, at text not null, by text not null, note text not null
);
create index if not exists acks_of_alert on acks (alert_id);
create table if not exists mutes (
    seq integer primary key, what text not null, name text not null, at text not null, until text not null,
    by text not null
);
create table if not exists notices (
    seq integer primary key, notice_id text not null unique, at text not null, heading text not null, text text not null
);
"""
APPEND_ONLY = """
create trigger if not exists {table}_stay before update on {table}
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists {table}_last before delete on {table}
    begin select raise(abort, 'the ledger is append-only'); end;
"""
NAMES = (
    "alerts", "heard", "alert_channels", "messages", "message_alerts", "deliveries", "resends", "acks", "mutes", "notices",
)  # fmt: skip
WAIT_SECONDS = 60.0
# What has come to an end is looked for by index, message by message: the open ones are few.
OPEN_MESSAGES = """
select m.message_id, m.channel, m.kind, m.created_at, m.language, m.body
from messages as m
where m.channel = ?
    and not exists (
        select 1 from deliveries as d where d.message_id = m.message_id and d.outcome in ('sent', 'parked', 'withheld')
    )
order by m.seq
"""
WAITING = """
select c.alert_id, 0 as copy, c.due_at, c.digest_minutes, a.record, exists (select 1 from acks where alert_id = c.alert_id)
from alert_channels as c
join alerts as a on a.alert_id = c.alert_id
left join message_alerts as m on m.channel = c.channel and m.alert_id = c.alert_id and m.copy = 0
where c.channel = ? and m.alert_id is null
union all
select r.alert_id, r.copy, r.at, 0, a.record, 0
from resends as r
join alerts as a on a.alert_id = r.alert_id
left join message_alerts as m on m.channel = r.channel and m.alert_id = r.alert_id and m.copy = r.copy
where r.channel = ? and m.alert_id is null
order by 3, 1
"""


@dataclass(frozen=True, slots=True)
class RaisedRow:
    """An alert as raised; `record` is its JSON, which this file does not read."""

    alert_id: str
    subject_id: str
    raised_at: datetime
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


class AlertLedger:
    """The alerts' tables of the ledger. Every method that writes commits before it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_raised(self, raised: Iterable[RaisedRow], planned: Iterable[PlannedRow], heard: Iterable[HeardRow]) -> None:
        """Keep alerts, where they are to go, and what was considered; rows that are known stay as they are."""
        with self._connection as connection:
            connection.executemany(
                "insert or ignore into alerts (alert_id, subject_id, raised_at, record) values (?, ?, ?, ?)",
                [(row.alert_id, row.subject_id, stamp(row.raised_at), row.record) for row in raised],
            )
            connection.executemany(
                "insert or ignore into alert_channels values (?, ?, ?, ?)",
                [(row.alert_id, row.channel, stamp(row.due_at), row.digest_minutes) for row in planned],
            )
            connection.executemany(
                "insert or ignore into heard (subject_id, outcome, heard_at) values (?, ?, ?)",
                [(row.subject_id, row.outcome, stamp(row.heard_at)) for row in heard],
            )

    def heard_count(self) -> int:
        """How many subjects have been considered."""
        return int(self._one("select count(*) from heard"))

    def heard(self) -> list[HeardRow]:
        """Every subject that has been considered."""
        rows = self._connection.execute("select subject_id, outcome, heard_at from heard order by seq")
        return [HeardRow(subject, outcome, moment(at)) for subject, outcome, at in rows]

    def raised(
        self, since: datetime | None = None, limit: int | None = None, newest_first: bool = False
    ) -> list[RaisedRow]:
        """Alerts in the order in which they were raised, or the newest first."""
        order = "desc" if newest_first else "asc"
        rows = self._connection.execute(
            "select alert_id, subject_id, raised_at, record from alerts where raised_at >= ? "
            f"order by raised_at {order}, seq {order} limit ?",  # the order is one of two words
            [stamp(since) if since else "", -1 if limit is None else limit],
        )
        return [RaisedRow(alert, subject, moment(at), record) for alert, subject, at, record in rows]

    def alert(self, alert_id: str) -> RaisedRow | None:
        """The alert of an id, or of the beginning of one where only one alert's id begins so."""
        escaped = alert_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._connection.execute(
            "select alert_id, subject_id, raised_at, record from alerts where alert_id like ? escape '\\' limit 2",
            [f"{escaped}%"],
        ).fetchall()
        return RaisedRow(rows[0][0], rows[0][1], moment(rows[0][2]), rows[0][3]) if len(rows) == 1 else None

    def planned(self, alert_id: str) -> list[PlannedRow]:
        """Where an alert is to go."""
        rows = self._connection.execute(
            "select alert_id, channel, due_at, digest_minutes from alert_channels where alert_id = ? order by channel",
            [alert_id],
        )
        return [PlannedRow(alert, channel, moment(due), digest) for alert, channel, due, digest in rows]

    def waiting(self, channel: str) -> list[Waiting]:
        """Alerts that stand in no message of the channel yet, the one due first ahead."""
        rows = self._connection.execute(WAITING, [channel, channel])
        return [
            Waiting(alert, copy, moment(due), digest, record, bool(acknowledged))
            for alert, copy, due, digest, record, acknowledged in rows
        ]

    def add_messages(
        self, messages: Iterable[tuple[MessageRow, Sequence[tuple[str, int]]]], deliveries: Iterable[DeliveryRow] = ()
    ) -> None:
        """Fix messages with the (alert, copy) pairs that they carry, and what is known of their delivery, all or none."""
        with self._connection as connection:
            for message, members in messages:
                connection.execute(
                    "insert or ignore into messages (message_id, channel, kind, created_at, language, body) "
                    "values (?, ?, ?, ?, ?, ?)",
                    [
                        message.message_id,
                        message.channel,
                        message.kind,
                        stamp(message.created_at),
                        message.language,
                        message.body,
                    ],
                )
                connection.executemany(
                    "insert into message_alerts values (?, ?, ?, ?)",
                    [(message.channel, alert, copy, message.message_id) for alert, copy in members],
                )
            connection.executemany(DELIVERY, [delivery_values(row) for row in deliveries])

    def has_message(self, message_id: str) -> bool:
        """Whether the message is fixed already."""
        return bool(self._one("select count(*) from messages where message_id = ?", message_id))

    def open_messages(self, channel: str) -> list[MessageRow]:
        """Messages of a channel that were neither sent nor given up, the oldest first."""
        rows = self._connection.execute(OPEN_MESSAGES, [channel])
        return [
            MessageRow(message, name, kind, moment(at), language, body)
            for message, name, kind, at, language, body in rows
        ]

    def alerts_of(self, message_id: str) -> list[RaisedRow]:
        """The alerts that a message carries, in the order in which they were raised."""
        rows = self._connection.execute(
            "select a.alert_id, a.subject_id, a.raised_at, a.record from message_alerts as m "
            "join alerts as a on a.alert_id = m.alert_id where m.message_id = ? order by a.raised_at, a.seq",
            [message_id],
        )
        return [RaisedRow(alert, subject, moment(at), record) for alert, subject, at, record in rows]

    def messages_since(self, channel: str, kind: str, since: datetime) -> int:
        """How many messages of a kind the channel was given since a time."""
        return int(
            self._one(
                "select count(*) from messages where channel = ? and kind = ? and created_at >= ?",
                channel,
                kind,
                stamp(since),
            )
        )

    def add_delivery(self, row: DeliveryRow) -> None:
        """Keep one try at a message."""
        with self._connection as connection:
            connection.execute(DELIVERY, delivery_values(row))

    def deliveries(self, after: int = 0) -> list[tuple[int, DeliveryRow]]:
        """Every try after a number, with its number."""
        rows = self._connection.execute(
            f"select seq, {TRY} from deliveries where seq > ? order by seq", [after]
        )  # a fixed list of columns
        return [(row[0], delivery(row[1:])) for row in rows]

    def tries_of(self, message_id: str) -> list[DeliveryRow]:
        """Every try at a message, in order."""
        rows = self._connection.execute(
            f"select {TRY} from deliveries where message_id = ? order by seq", [message_id]
        )  # a fixed list of columns
        return [delivery(row) for row in rows]

    def outcomes(self, alert_id: str) -> dict[str, str]:
        """The latest outcome of an alert by channel."""
        rows = self._connection.execute(
            "select d.channel, d.outcome from message_alerts as m join deliveries as d on d.message_id = m.message_id "
            "where m.alert_id = ? order by d.seq",
            [alert_id],
        )
        return dict(rows.fetchall())

    def failures_in_a_row(self, channel: str, most: int) -> list[DeliveryRow]:
        """The failed tries of a channel since it last took a message, the latest first, at most so many."""
        failures = []
        query = f"select {TRY} from deliveries where channel = ? and outcome in ('sent', 'failed') order by seq desc limit ?"  # a fixed list of columns
        for row in self._connection.execute(query, [channel, most]):
            if row[4] == "sent":
                break
            failures.append(delivery(row))
        return failures

    def kind_of(self, message_id: str) -> str | None:
        """The kind of a message."""
        row = self._connection.execute("select kind from messages where message_id = ?", [message_id]).fetchone()
        return str(row[0]) if row else None

    def add_resend(self, alert_id: str, channel: str, at: datetime) -> int:
        """Ask for an alert once more on a channel; the number of the copy."""
        with self._connection as connection:
            copy = 1 + int(
                self._one("select count(*) from resends where channel = ? and alert_id = ?", channel, alert_id)
            )
            connection.execute(
                "insert into resends (alert_id, channel, copy, at) values (?, ?, ?, ?)",
                [alert_id, channel, copy, stamp(at)],
            )
        return copy

    def add_ack(self, alert_id: str, at: datetime, by: str, note: str) -> None:
        """Keep that somebody has taken note of an alert."""
        with self._connection as connection:
            connection.execute(
                "insert into acks (alert_id, at, by, note) values (?, ?, ?, ?)", [alert_id, stamp(at), by, note]
            )

    def acknowledged(self) -> set[str]:
        """Alerts of which somebody has taken note."""
        return {row[0] for row in self._connection.execute("select distinct alert_id from acks")}

    def add_mute(self, mute: MuteRow) -> None:
        """Mute something until a time; a time that has passed ends the mute."""
        with self._connection as connection:
            connection.execute(
                "insert into mutes (what, name, at, until, by) values (?, ?, ?, ?, ?)",
                [mute.what, mute.name, stamp(mute.at), stamp(mute.until), mute.by],
            )

    def mutes(self, now: datetime) -> list[MuteRow]:
        """What is muted now: the latest word on each thing counts."""
        rows = self._connection.execute(
            "select what, name, at, until, by from mutes where seq in (select max(seq) from mutes group by what, name) "
            "and until > ? order by seq",
            [stamp(now)],
        )
        return [MuteRow(what, name, moment(at), moment(until), by) for what, name, at, until, by in rows]

    def add_notice(self, notice: NoticeRow) -> None:
        """Keep something that the operator should know, once for each id."""
        with self._connection as connection:
            connection.execute(
                "insert or ignore into notices (notice_id, at, heading, text) values (?, ?, ?, ?)",
                [notice.notice_id, stamp(notice.at), notice.heading, notice.text],
            )

    def notices(self, since: datetime) -> list[NoticeRow]:
        """What the operator should know since a time."""
        rows = self._connection.execute(
            "select notice_id, at, heading, text from notices where at >= ? order by seq", [stamp(since)]
        )
        return [NoticeRow(notice, moment(at), heading, text) for notice, at, heading, text in rows]

    def counts_since(self, since: datetime) -> dict[str, int]:
        """Statements considered, alerts raised, messages by outcome, since a time."""
        at = stamp(since)
        counts = {
            "considered": int(self._one("select count(*) from heard where heard_at >= ?", at)),
            "raised": int(self._one("select count(*) from alerts where raised_at >= ?", at)),
        }
        outcomes = self._connection.execute(
            "select outcome, count(*) from deliveries where at >= ? group by outcome", [at]
        )
        return {**counts, **{outcome: int(count) for outcome, count in outcomes}}

    def _one(self, query: str, *values: object) -> int:
        row = self._connection.execute(query, values).fetchone()
        return int(row[0])


TRY = "message_id, channel, attempt, at, outcome, detail, retry_at, hold_until"
DELIVERY = (
    "insert into deliveries (message_id, channel, attempt, at, outcome, detail, retry_at, hold_until) "
    "values (?, ?, ?, ?, ?, ?, ?, ?)"
)


def delivery(row: tuple[str, str, int, str, str, str, str | None, str | None]) -> DeliveryRow:
    message, channel, attempt, at, outcome, detail, retry_at, hold_until = row
    later = [moment(each) if each else None for each in (retry_at, hold_until)]
    return DeliveryRow(message, channel, attempt, moment(at), outcome, detail, *later)


def delivery_values(row: DeliveryRow) -> tuple[object, ...]:
    later = [stamp(each) if each else None for each in (row.retry_at, row.hold_until)]
    return (row.message_id, row.channel, row.attempt, stamp(row.at), row.outcome, row.detail, *later)


def stamp(at: datetime) -> str:
    """A time as the ledger keeps it: UTC, of one length, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The time that the ledger keeps."""
    return datetime.fromisoformat(text)


@contextmanager
def open_alert_ledger(path: Path) -> Iterator[AlertLedger]:
    """The alerts' part of the ledger at `path`, made where it is missing. Raises WarehouseError where it cannot be opened."""
    try:
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
        if not connection.execute("select 1 from sqlite_master where name = ?", [f"{NAMES[-1]}_last"]).fetchone():
            triggers = "".join(APPEND_ONLY.format(table=name) for name in NAMES)
            connection.executescript(f"begin immediate; {TABLES} {triggers} commit;")
    except sqlite3.Error as error:
        raise WarehouseError(f"{path} cannot be opened as the ledger ({error}): restore it from a backup") from error
    try:
        yield AlertLedger(connection)
    finally:
        connection.close()
