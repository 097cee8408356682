"""What was considered and raised, where each alert is to go, and how its statement is read since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from warehouse.alert_ledger.rows import HeardRow, PlannedRow, RaisedRow, ReadingRow, moment, stamp
from warehouse.alert_ledger.tables import count

__all__ = ["RaisedAlerts"]


class RaisedAlerts:
    """Alerts and what was considered. Every method that writes commits before it returns."""

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
        return count(self._connection, "select count(*) from heard")

    def heard(self) -> list[HeardRow]:
        """Every subject that has been considered."""
        rows = self._connection.execute("select subject_id, outcome, heard_at from heard order by seq")
        return [HeardRow(subject, outcome, moment(at)) for subject, outcome, at in rows]

    def raised_count(self) -> int:
        """How many alerts have been raised."""
        return count(self._connection, "select count(*) from alerts")

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

    def add_readings(self, rows: Iterable[ReadingRow]) -> None:
        """Keep how statements of alerts are read now."""
        with self._connection as connection:
            connection.executemany(
                "insert into readings (alert_id, at, record) values (?, ?, ?)",
                [(row.alert_id, stamp(row.at), row.record) for row in rows],
            )

    def readings(self) -> dict[str, str]:
        """The latest reading of each alert that has one, by alert: its JSON."""
        rows = self._connection.execute(
            "select alert_id, record from readings where seq in (select max(seq) from readings group by alert_id)"
        )
        return dict(rows.fetchall())

    def last_reading(self) -> int:
        """Number of the newest reading; 0 where there is none."""
        return count(self._connection, "select coalesce(max(seq), 0) from readings")
