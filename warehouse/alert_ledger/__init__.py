"""The alerts' part of the ledger: what was raised, what was sent, what people said about it.

It lies in the ledger's SQLite file, append-only as the rest, because an archive cannot give it back: whoever rebuilds
the warehouse must not hear everything again. Sensor and delivery read nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from warehouse.alert_ledger.alerts import RaisedAlerts
from warehouse.alert_ledger.messages import Messages
from warehouse.alert_ledger.notes import Notes
from warehouse.alert_ledger.rows import (
    Carried,
    DeliveryRow,
    HeardRow,
    MessageRow,
    MuteRow,
    NoticeRow,
    PlannedRow,
    RaisedRow,
    ReadingRow,
    Waiting,
    stamp,
)
from warehouse.alert_ledger.tables import count, make_tables
from warehouse.ledger import open_ledger_file

__all__ = [
    "AlertLedger",
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
    "open_alert_ledger",
]


class AlertLedger:
    """The alerts' tables: `alerts` raised and considered, `messages` and their deliveries, `notes` of people."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.alerts = RaisedAlerts(connection)
        self.messages = Messages(connection)
        self.notes = Notes(connection)

    def counts_since(self, since: datetime) -> dict[str, int]:
        """Statements considered, alerts raised, messages by outcome, since a time."""
        at = stamp(since)
        counts = {
            "considered": count(self._connection, "select count(*) from heard where heard_at >= ?", at),
            "raised": count(self._connection, "select count(*) from alerts where raised_at >= ?", at),
        }
        outcomes = self._connection.execute(
            "select outcome, count(*) from deliveries where at >= ? group by outcome", [at]
        )
        return {**counts, **dict(outcomes.fetchall())}


@contextmanager
def open_alert_ledger(path: Path) -> Iterator[AlertLedger]:
    """The alerts' part of the ledger at `path`, made where it is missing. Raises WarehouseError if it will not open."""
    with open_ledger_file(path, make_tables) as connection:
        yield AlertLedger(connection)
