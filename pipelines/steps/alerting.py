"""Raise alerts in the loader's transaction, and keep ledger and warehouse in step about them.

The loader calls `consider_statements` before it commits and `copy_to_ledger` after; a run killed in between copies at
the next. What the ledger has heard of is never news again, so a warehouse built anew raises nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.alerts.facts import Alert, StatementFacts, read_alert, write_alert
from pipelines.alerts.match import Matcher
from pipelines.alerts.raising import outcome_of, raise_alert
from pipelines.alerts.rule_file import SHIPPED, load_alert_file
from pipelines.alerts.rules import AlertFile
from pipelines.steps.alert_facts import unheard_facts
from pipelines.workspace import Workspace
from warehouse.alert_ledger import AlertLedger, HeardRow, PlannedRow, RaisedRow
from warehouse.alerts import (
    ALERT_ROWS,
    DELIVERY_ROWS,
    SUBJECT_ROWS,
    add_alerts,
    add_deliveries,
    clear_outbox,
    last_delivery,
    outbox,
    restore,
    subject_count,
)
from warehouse.database import transaction

__all__ = [
    "alert_file",
    "alert_file_path",
    "consider_statements",
    "copy_to_ledger",
    "mirror_deliveries",
    "raise_alerts",
    "restore_from_ledger",
]


def alert_file_path(place: Workspace) -> Path:
    """The profile's own `alerts.yml`, or the shipped one while it has none."""
    own = place.root / "alerts.yml"
    return own if own.exists() else SHIPPED


def alert_file(place: Workspace) -> AlertFile:
    """The rules and channels of a profile. Raises RuleError with file and line."""
    return load_alert_file(alert_file_path(place))


def consider_statements(
    connection: duckdb.DuckDBPyConnection, ledger: AlertLedger, stories: Sequence[str], file: AlertFile, now: datetime
) -> list[Alert]:
    """Raise an alert for each statement never heard of, and each fresh edit in these stories, that a rule asks for.

    Runs inside the loader's transaction, after statements and revision_changes stand. Everything considered is written
    down, so that it is considered once.
    """
    restore_from_ledger(connection, ledger)
    with collector_at_rest():
        return raise_alerts(connection, unheard_facts(connection, stories), file, now)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Look for no reference cycles in the block: over a hundred thousand facts that takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def raise_alerts(
    connection: duckdb.DuckDBPyConnection, facts: Sequence[StatementFacts], file: AlertFile, now: datetime
) -> list[Alert]:
    """Raise the alerts of statements never heard of and write all that was considered, in the caller's transaction."""
    matcher = Matcher(file.rules)
    alerts: list[Alert] = []
    subjects: dict[str, str] = {}
    for each in facts:
        ids = each.subject_ids
        if ids[0] in subjects:
            continue
        alert = raise_alert(each, file, matcher, now)
        if alert:
            alerts.append(alert)
        outcome = outcome_of(each, alert, file, now)
        for subject in ids:
            subjects.setdefault(subject, outcome)
    considered = [list(subjects), list(subjects.values()), [now] * len(subjects)]
    add_alerts(connection, alert_table(alerts), pa.table(considered, schema=SUBJECT_ROWS))
    return alerts


def copy_to_ledger(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger) -> int:
    """After the commit: bring what was considered into the ledger, idempotently. Returns how many alerts that were."""
    alerts, subjects = outbox(connection)
    if not subjects:
        return 0
    planned = [
        PlannedRow(alert.alert_id, each.channel, each.due_at, each.digest_minutes)
        for alert in (read_alert(record) for *_, record in alerts)
        for each in alert.planned
    ]
    ledger.alerts.add_raised(
        [RaisedRow(alert, subject, utc_of(at), record) for alert, subject, at, record in alerts],
        planned,
        [HeardRow(subject, outcome, utc_of(at)) for subject, outcome, at in subjects],
    )
    with transaction(connection):
        clear_outbox(connection)
    return len(alerts)


def restore_from_ledger(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger) -> None:
    """Bring what the ledger knows into a warehouse that does not: one built anew, or restored from an older copy."""
    if subject_count(connection) >= ledger.alerts.heard_count():
        return
    subjects = [
        {"subject_id": row.subject_id, "outcome": row.outcome, "heard_at": row.heard_at}
        for row in ledger.alerts.heard()
    ]
    restore(
        connection,
        alert_table([read_alert(row.record) for row in ledger.alerts.raised()]),
        pa.Table.from_pylist(subjects, schema=SUBJECT_ROWS),
    )


def mirror_deliveries(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger) -> int:
    """Bring new tries from the ledger into `alert_deliveries`. Returns the rows offered."""
    rows = []
    for number, tried in ledger.messages.deliveries(after=last_delivery(connection)):
        kind = ledger.messages.kind_of(tried.message_id) or "single"
        rows += [
            {
                "delivery_id": number, "alert_id": alert.alert_id, "message_id": tried.message_id, "message_kind": kind,
                "channel": tried.channel, "attempt": tried.attempt, "tried_at": tried.at, "outcome": tried.outcome,
                "detail": tried.detail, "retry_at": tried.retry_at,
            }
            for alert in ledger.messages.carried(tried.message_id)
        ]  # fmt: skip
    add_deliveries(connection, pa.Table.from_pylist(rows, schema=DELIVERY_ROWS))
    return len(rows)


def alert_table(alerts: Sequence[Alert]) -> pa.Table:
    """Alerts as rows of the table alerts."""
    rows = [
        {
            "alert_id": alert.alert_id, "subject_id": alert.subject_id, "statement_id": alert.facts.statement_id,
            "story_id": alert.facts.story_id, "agency_id": alert.facts.agency_id, "stance": alert.facts.stance,
            "rules": list(alert.rules), "channels": [each.channel for each in alert.planned], "late": alert.late,
            "edit": alert.facts.edit.change if alert.facts.edit else None, "published_at": alert.facts.published_at,
            "captured_at": alert.facts.captured_at, "raised_at": alert.raised_at, "place": place,
            "record": write_alert(alert),
        }
        for place, alert in enumerate(alerts)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=ALERT_ROWS)


def utc_of(at: datetime) -> datetime:
    """A time that is there, in UTC."""
    return at.astimezone(UTC)
