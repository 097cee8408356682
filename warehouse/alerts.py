"""The alerts' tables of the warehouse: facts out, alerts and deliveries in, in the caller's transaction.

What is considered is written to `alert_outbox` too, until it stands in the ledger: a run killed between the two loses
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.load import with_rows

__all__ = [
    "ALERT_ROWS",
    "DELIVERY_ROWS",
    "SUBJECT_ROWS",
    "WANTED_ROWS",
    "add_alerts",
    "add_deliveries",
    "clear_outbox",
    "last_delivery",
    "outbox",
    "read_edits",
    "read_facts",
    "read_positions",
    "read_readings",
    "restore",
    "subject_count",
    "unheard_statements",
]

HERE = Path(__file__).parent
MOMENT = pa.timestamp("us", tz="UTC")
ALERT_ROWS = pa.schema(
    [
        ("alert_id", pa.string()), ("subject_id", pa.string()), ("statement_id", pa.string()), ("story_id", pa.string()),
        ("agency_id", pa.string()), ("stance", pa.string()), ("rules", pa.list_(pa.string())),
        ("channels", pa.list_(pa.string())), ("late", pa.bool_()), ("edit", pa.string()), ("published_at", MOMENT),
        ("captured_at", MOMENT), ("raised_at", MOMENT), ("place", pa.int32()), ("record", pa.string()),
    ]
)  # fmt: skip
SUBJECT_ROWS = pa.schema([("subject_id", pa.string()), ("outcome", pa.string()), ("heard_at", MOMENT)])
WANTED_ROWS = pa.schema([("statement_id", pa.string()), ("story_id", pa.string()), ("captured_at", MOMENT)])
DELIVERY_ROWS = pa.schema(
    [
        ("delivery_id", pa.int64()), ("alert_id", pa.string()), ("message_id", pa.string()), ("message_kind", pa.string()),
        ("channel", pa.string()), ("attempt", pa.int32()), ("tried_at", MOMENT), ("outcome", pa.string()),
        ("detail", pa.string()), ("retry_at", MOMENT),
    ]
)  # fmt: skip
Row = dict[str, Any]


def unheard_statements(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Statements that were never considered for an alert, in order of id."""
    rows = connection.execute(
        "select statement_id from statements "
        "where not rejected and statement_id not in (select subject_id from alert_subjects) order by statement_id"
    )
    return [row[0] for row in rows.fetchall()]


def read_facts(connection: duckdb.DuckDBPyConnection, wanted: pa.Table) -> list[Row]:
    """What an alert needs to know of statements (rows of WANTED_ROWS), one row each, by column name."""
    connection.execute(
        "create or replace temp table alert_wanted (statement_id varchar, story_id varchar, captured_at timestamptz)"
    )
    with_rows(connection, wanted, "insert into alert_wanted by name select * from incoming_rows")
    return read(connection, (HERE / "alert_facts.sql").read_text(encoding="utf-8"))


def read_edits(connection: duckdb.DuckDBPyConnection, stories: Sequence[str]) -> list[Row]:
    """Statements of these stories that were altered, removed or added after publication, by column name."""
    return read(connection, (HERE / "alert_edits.sql").read_text(encoding="utf-8"), {"stories": list(stories)})


def read_positions(connection: duckdb.DuckDBPyConnection, agencies: Sequence[str]) -> list[Row]:
    """What these agencies said in their own name, with its time (UTC, without a zone), by column name."""
    return read(
        connection,
        "select statement_id, agency_id, stance::varchar as stance, kind::varchar as kind, direct, confidence, quote, "
        "timezone('UTC', coalesce(said_at, first_published_at, first_captured_at)) as said_at from statements "
        "where agency_id in (select unnest($agencies)) and kind <> 'claim' and stance <> 'unclear' and not rejected "
        "and agency_id not in (select agency_id from agencies where kind = 'federal')",
        {"agencies": list(agencies)},
    )


def read_readings(connection: duckdb.DuckDBPyConnection, since: datetime, known: Sequence[str]) -> list[Row]:
    """How the statements of alerts raised since a time are read now, where that differs or the alert is in `known`."""
    query = (HERE / "alert_readings.sql").read_text(encoding="utf-8")
    return read(connection, query, {"since": since, "known": list(known)})


def read(connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, object] | None = None) -> list[Row]:
    """The rows of a query by column name."""
    cursor = connection.execute(query, values) if values else connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def add_alerts(connection: duckdb.DuckDBPyConnection, alerts: pa.Table, subjects: pa.Table) -> None:
    """Write alerts and what was considered, and put it all into the outbox; what stands there already stays."""
    with_rows(connection, alerts, "insert or ignore into alerts by name select * from incoming_rows")
    with_rows(connection, subjects, "insert or ignore into alert_subjects by name select * from incoming_rows")
    with_rows(connection, subjects, "insert or ignore into alert_outbox select subject_id from incoming_rows")


def restore(connection: duckdb.DuckDBPyConnection, alerts: pa.Table, subjects: pa.Table) -> None:
    """Write alerts and subjects that the ledger knows; nothing goes into the outbox."""
    with_rows(connection, alerts, "insert or ignore into alerts by name select * from incoming_rows")
    with_rows(connection, subjects, "insert or ignore into alert_subjects by name select * from incoming_rows")


def subject_count(connection: duckdb.DuckDBPyConnection) -> int:
    """How many subjects stand here that the ledger should know."""
    row = connection.execute(
        "select (select count(*) from alert_subjects) - (select count(*) from alert_outbox)"
    ).fetchone()
    return int(row[0]) if row else 0


def outbox(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[tuple[str, str, datetime, str]], list[tuple[str, str, datetime]]]:
    """What is not yet in the ledger: alerts (id, subject, time, record) and subjects (id, outcome, time)."""
    alerts = connection.execute(
        "select alert_id, subject_id, raised_at, record from alerts "
        "where subject_id in (select subject_id from alert_outbox) order by raised_at, place"
    ).fetchall()
    subjects = connection.execute(
        "select subject_id, outcome, heard_at from alert_subjects "
        "where subject_id in (select subject_id from alert_outbox) order by heard_at, subject_id"
    ).fetchall()
    return alerts, subjects


def clear_outbox(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what stands in the ledger now."""
    connection.execute("delete from alert_outbox")


def last_delivery(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the last try that stands here; 0 where none does."""
    row = connection.execute("select max(delivery_id) from alert_deliveries").fetchone()
    return int(row[0] or 0) if row else 0


def add_deliveries(connection: duckdb.DuckDBPyConnection, deliveries: pa.Table) -> None:
    """Write tries; those that stand here stay."""
    with_rows(connection, deliveries, "insert or ignore into alert_deliveries by name select * from incoming_rows")
