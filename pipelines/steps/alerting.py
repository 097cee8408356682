"""Raise alerts in the loader's transaction, and keep ledger and warehouse in step about them.

The loader calls `consider_statements` before it commits and `copy_to_ledger` after; a run killed in between copies at
the next. What the ledger has heard of is never news again, so a warehouse built anew raises nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.agencies.facts import counties
from pipelines.alerts.facts import Alert, Edit, StatementFacts, read_alert, write_alert
from pipelines.alerts.match import Matcher
from pipelines.alerts.raising import outcome_of, raise_alert
from pipelines.alerts.rules import SHIPPED, AlertFile, load_alert_file
from pipelines.records import Stance, StatementKind
from pipelines.statements.changes import Position, find_position_changes
from pipelines.workspace import Workspace
from warehouse.alert_ledger import AlertLedger, HeardRow, PlannedRow, RaisedRow
from warehouse.alerts import (
    ALERT_ROWS,
    DELIVERY_ROWS,
    SUBJECT_ROWS,
    WANTED_ROWS,
    add_alerts,
    add_deliveries,
    clear_outbox,
    last_delivery,
    outbox,
    read_edits,
    read_facts,
    read_positions,
    restore,
    subject_count,
    unheard_statements,
)
from warehouse.database import transaction

__all__ = [
    "alert_file",
    "alert_file_path",
    "consider_statements",
    "copy_to_ledger",
    "facts_since",
    "gather_facts",
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
    """Raise an alert for each statement never heard of, and each fresh edit in the stories touched, that a rule asks for.

    Runs inside the loader's transaction, after statements and revision_changes stand. Everything considered is written
    down, so that it is considered once.
    """
    restore_from_ledger(connection, ledger)
    return raise_alerts(connection, unheard_facts(connection, stories), file, now)


def raise_alerts(
    connection: duckdb.DuckDBPyConnection, facts: Sequence[StatementFacts], file: AlertFile, now: datetime
) -> list[Alert]:
    """Raise the alerts of statements never heard of and write all that was considered, in the caller's transaction."""
    matcher = Matcher(file.rules)
    alerts: list[Alert] = []
    subjects: dict[str, str] = {}
    for each in facts:
        if each.subject_ids[0] in subjects:
            continue
        alert = raise_alert(each, file, matcher, now)
        if alert:
            alerts.append(alert)
        for subject in each.subject_ids:
            subjects.setdefault(subject, outcome_of(each, alert, file, now))
    rows = [{"subject_id": subject, "outcome": outcome, "heard_at": now} for subject, outcome in subjects.items()]
    add_alerts(connection, alert_table(alerts), pa.Table.from_pylist(rows, schema=SUBJECT_ROWS))
    return alerts


def unheard_facts(connection: duckdb.DuckDBPyConnection, stories: Sequence[str]) -> list[StatementFacts]:
    """The facts of every statement never considered, and of fresh edits in these stories."""
    edits = paired(read_edits(connection, stories))
    heard = heard_subjects(connection, [f"{row['statement_id']}@{row['edit'].revision_id}" for row in edits])
    fresh = [row for row in edits if f"{row['statement_id']}@{row['edit'].revision_id}" not in heard]
    return facts_with_edits(connection, unheard_statements(connection), fresh)


def facts_since(connection: duckdb.DuckDBPyConnection, since: datetime) -> list[StatementFacts]:
    """The facts of every statement first captured since a time, and of edits since then: what a dry run looks at."""
    statements = connection.execute(
        "select statement_id from statements where first_captured_at >= ? and not rejected order by statement_id",
        [since],
    ).fetchall()
    stories = connection.execute(
        "select distinct story_id from revision_changes where subject = 'statement'"
    ).fetchall()
    edits = [row for row in paired(read_edits(connection, [row[0] for row in stories])) if row["captured_at"] >= since]
    return facts_with_edits(connection, [row[0] for row in statements], edits)


def facts_with_edits(
    connection: duckdb.DuckDBPyConnection, statements: Sequence[str], edits: Sequence[dict[str, Any]]
) -> list[StatementFacts]:
    """The facts of new statements, each with the edit that brought it, and of edits of statements known before."""
    new = set(statements)
    of_new: dict[str, Edit] = {}
    of_known: dict[tuple[str, str], Edit] = {}
    wanted: list[dict[str, Any]] = [
        {"statement_id": each, "story_id": None, "captured_at": None} for each in statements
    ]
    for row in edits:
        statement, story = row["statement_id"], row["story_id"]
        if statement in new and row["edit"].change == "altered":
            of_new.setdefault(statement, row["edit"])
        elif (statement, story) not in of_known:
            of_known[statement, story] = row["edit"]
            wanted.append({"statement_id": statement, "story_id": story, "captured_at": row["captured_at"]})
    found = gather_facts(connection, pa.Table.from_pylist(wanted, schema=WANTED_ROWS))
    return [
        replace(each, edit=edit) if edit else each
        for each in found
        for edit in [of_new.get(each.statement_id) if each.is_new else of_known[each.statement_id, each.story_id]]
    ]


def heard_subjects(connection: duckdb.DuckDBPyConnection, subjects: Sequence[str]) -> set[str]:
    """Which of these subjects were considered before."""
    rows = connection.execute(
        "select subject_id from alert_subjects where subject_id in (select unnest($subjects))",
        {"subjects": list(subjects)},
    )
    return {row[0] for row in rows.fetchall()}


def paired(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The edits among changes of statements: what one voice lost in a text and what it gained there are one alteration."""
    added = [row for row in rows if row["kind"] == "added"]
    found = []
    for row in rows:
        if row["kind"] == "added":
            continue
        after, statement, change = row["after"], row["after_id"] or row["before_id"], row["kind"]
        if row["kind"] == "removed":
            same = [
                each
                for each in added
                if all(each[key] == row[key] for key in ("story_id", "revision_id", "agency_id", "speaker"))
            ]
            if same and row["agency_id"]:
                added.remove(same[0])
                after, statement, change = same[0]["after"], same[0]["after_id"], "altered"
        edit = Edit(row["revision_id"], change, row["before"], after)
        found.append(
            {"statement_id": statement, "story_id": row["story_id"], "captured_at": row["captured_at"], "edit": edit}
        )
    return found


def gather_facts(connection: duckdb.DuckDBPyConnection, wanted: pa.Table) -> list[StatementFacts]:
    """The facts of statements (rows of WANTED_ROWS) as the warehouse has them now, changes of position included."""
    rows = read_facts(connection, wanted)
    new = {row["statement_id"] for row in rows if row["is_new"]}
    changes = position_changes(connection, sorted({row["agency_id"] for row in rows if row["agency_id"]}), new)
    names = counties()
    facts = []
    for row in rows:
        county = names.get(row["county_fips"] or "")
        before = changes.get(row["statement_id"], (None, None))
        facts.append(
            StatementFacts(
                **{
                    **row,
                    "agreement_models": tuple(row["agreement_models"]),
                    "county": county.name if county else None,
                    "previous_stance": before[0],
                    "previous_quote": before[1],
                    "position_change": before[0] is not None,
                    **{name: utc(row[name]) for name in ("said_at", "published_at", "captured_at")},
                }
            )
        )
    return facts


def position_changes(
    connection: duckdb.DuckDBPyConnection, agencies: Sequence[str], new: set[str]
) -> dict[str, tuple[str, str]]:
    """The statement that makes each change of position news, with the stance and words before.

    It is the one that changes it or, where that was heard while it was still in doubt, the one that confirms it.
    """
    rows = read_positions(connection, agencies)
    quotes = {row["statement_id"]: row["quote"] for row in rows}
    changes = find_position_changes(
        Position(
            row["statement_id"], row["agency_id"], Stance(row["stance"]), StatementKind(row["kind"]),
            row["direct"], row["confidence"], row["said_at"],
        )
        for row in rows
    )  # fmt: skip
    found: dict[str, tuple[str, str]] = {}
    for change in changes:
        statement = change.after_id if change.after_id in new else change.confirmed_by
        found.setdefault(statement, (change.before.value, quotes[change.before_id]))
    return found


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
    ledger.add_raised(
        [RaisedRow(alert, subject, utc_of(at), record) for alert, subject, at, record in alerts],
        planned,
        [HeardRow(subject, outcome, utc_of(at)) for subject, outcome, at in subjects],
    )
    with transaction(connection):
        clear_outbox(connection)
    return len(alerts)


def restore_from_ledger(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger) -> None:
    """Bring what the ledger knows into a warehouse that does not: one built anew, or restored from an older copy."""
    if subject_count(connection) >= ledger.heard_count():
        return
    subjects = [
        {"subject_id": row.subject_id, "outcome": row.outcome, "heard_at": row.heard_at} for row in ledger.heard()
    ]
    restore(
        connection,
        alert_table([read_alert(row.record) for row in ledger.raised()]),
        pa.Table.from_pylist(subjects, schema=SUBJECT_ROWS),
    )


def mirror_deliveries(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger) -> int:
    """Bring new tries from the ledger into `alert_deliveries`. Returns the rows offered."""
    rows = []
    for number, tried in ledger.deliveries(after=last_delivery(connection)):
        kind = ledger.kind_of(tried.message_id) or "single"
        rows += [
            {
                "delivery_id": number, "alert_id": alert.alert_id, "message_id": tried.message_id, "message_kind": kind,
                "channel": tried.channel, "attempt": tried.attempt, "tried_at": tried.at, "outcome": tried.outcome,
                "detail": tried.detail, "retry_at": tried.retry_at,
            }
            for alert in ledger.alerts_of(tried.message_id)
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
            "captured_at": alert.facts.captured_at, "raised_at": alert.raised_at, "record": write_alert(alert),
        }
        for alert in alerts
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=ALERT_ROWS)


def utc(at: datetime | None) -> datetime | None:
    """A time in UTC, whatever the connection's time zone made of it."""
    return at.astimezone(UTC) if at else None


def utc_of(at: datetime) -> datetime:
    """A time that is there, in UTC."""
    return at.astimezone(UTC)
