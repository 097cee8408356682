"""Messages to channels: what waits for one, what each carries, and every try to deliver it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from warehouse.alert_ledger.rows import Carried, DeliveryRow, MessageRow, Waiting, moment, stamp
from warehouse.alert_ledger.tables import count

__all__ = ["Messages"]

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
select c.alert_id, 0 as copy, c.due_at, c.digest_minutes, a.record,
    exists (select 1 from acks where alert_id = c.alert_id), a.seq
from alert_channels as c
join alerts as a on a.alert_id = c.alert_id
left join message_alerts as m on m.channel = c.channel and m.alert_id = c.alert_id and m.copy = 0
where c.channel = ? and m.alert_id is null
union all
select r.alert_id, r.copy, r.at, 0, a.record, 0, a.seq
from resends as r
join alerts as a on a.alert_id = r.alert_id
left join message_alerts as m on m.channel = r.channel and m.alert_id = r.alert_id and m.copy = r.copy
where r.channel = ? and m.alert_id is null
order by 3, 7
"""
# The names one after the other, each by index: the alerts of a channel can be very many.
CHANNELS = """
with recursive
of_alerts(name) as (
    select min(channel) from alert_channels
    union all
    select (select min(channel) from alert_channels where channel > name) from of_alerts where name is not null
),
of_messages(name) as (
    select min(channel) from messages
    union all
    select (select min(channel) from messages where channel > name) from of_messages where name is not null
)
select name from of_alerts where name is not null
union
select name from of_messages where name is not null
union
select channel from resends
"""
TRY = "message_id, channel, attempt, at, outcome, detail, retry_at, hold_until"
DELIVERY = (
    "insert into deliveries (message_id, channel, attempt, at, outcome, detail, retry_at, hold_until) "
    "values (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Messages:
    """Messages and deliveries. Every method that writes commits before it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def channels(self) -> set[str]:
        """Every channel that something was ever meant for."""
        return {row[0] for row in self._connection.execute(CHANNELS)}

    def waiting(self, channel: str) -> list[Waiting]:
        """Alerts that stand in no message of the channel yet, the one due first ahead."""
        rows = self._connection.execute(WAITING, [channel, channel])
        return [
            Waiting(alert, copy, moment(due), digest, record, bool(acknowledged))
            for alert, copy, due, digest, record, acknowledged, _ in rows
        ]

    def add_messages(
        self, messages: Iterable[tuple[MessageRow, Sequence[tuple[str, int]]]], deliveries: Iterable[DeliveryRow] = ()
    ) -> None:
        """Fix messages with the (alert, copy) pairs that they carry, and their deliveries so far, all or none."""
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
        return bool(count(self._connection, "select count(*) from messages where message_id = ?", message_id))

    def open_messages(self, channel: str) -> list[MessageRow]:
        """Messages of a channel that were neither sent nor given up, the oldest first."""
        rows = self._connection.execute(OPEN_MESSAGES, [channel])
        return [
            MessageRow(message, name, kind, moment(at), language, body)
            for message, name, kind, at, language, body in rows
        ]

    def carried(self, message_id: str) -> list[Carried]:
        """What a message carries, in the order in which it was raised."""
        rows = self._connection.execute(
            "select a.alert_id, m.copy, a.record, exists (select 1 from acks where alert_id = a.alert_id) "
            "from message_alerts as m join alerts as a on a.alert_id = m.alert_id where m.message_id = ? "
            "order by a.raised_at, a.seq",
            [message_id],
        )
        return [Carried(alert, copy, record, bool(noted)) for alert, copy, record, noted in rows]

    def last_of_kind(self, channel: str, kind: str) -> datetime | None:
        """When the channel's latest message of a kind was fixed."""
        row = self._connection.execute(
            "select max(created_at) from messages where channel = ? and kind = ?", [channel, kind]
        ).fetchone()
        return moment(row[0]) if row and row[0] else None

    def receipts(self, message_id: str) -> frozenset[str]:
        """The recipients that have the message, where it goes to several."""
        rows = self._connection.execute("select recipient from receipts where message_id = ?", [message_id])
        return frozenset(row[0] for row in rows)

    def alerts_since(self, channel: str, since: datetime) -> dict[str, int]:
        """How many alerts the channel was given since a time, by kind of message."""
        rows = self._connection.execute(
            "select kind, count(*) from messages as m join message_alerts as a on a.message_id = m.message_id "
            "where m.channel = ? and m.created_at >= ? group by kind",
            [channel, stamp(since)],
        )
        return dict(rows.fetchall())

    def add_delivery(self, row: DeliveryRow, taken: Iterable[str] = ()) -> None:
        """Keep one try at a message, with the recipients that took it where others did not."""
        with self._connection as connection:
            connection.executemany(
                "insert or ignore into receipts (message_id, recipient) values (?, ?)",
                [(row.message_id, recipient) for recipient in taken],
            )
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
        query = (
            f"select {TRY} from deliveries where channel = ? and outcome in ('sent', 'failed') "  # fixed columns
            "order by seq desc limit ?"
        )
        for row in self._connection.execute(query, [channel, most]):
            if row[4] == "sent":
                break
            failures.append(delivery(row))
        return failures

    def kind_of(self, message_id: str) -> str | None:
        """The kind of a message."""
        row = self._connection.execute("select kind from messages where message_id = ?", [message_id]).fetchone()
        return str(row[0]) if row else None


def delivery(row: tuple[str, str, int, str, str, str, str | None, str | None]) -> DeliveryRow:
    """A try from its columns."""
    message, channel, attempt, at, outcome, detail, retry_at, hold_until = row
    later = [moment(each) if each else None for each in (retry_at, hold_until)]
    return DeliveryRow(message, channel, attempt, moment(at), outcome, detail, *later)


def delivery_values(row: DeliveryRow) -> tuple[object, ...]:
    """The columns of a try."""
    later = [stamp(each) if each else None for each in (row.retry_at, row.hold_until)]
    return (row.message_id, row.channel, row.attempt, stamp(row.at), row.outcome, row.detail, *later)
