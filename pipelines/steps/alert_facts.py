"""Gather the facts of statements and edits from the warehouse, as rules and messages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from crawler.counties import county_names
from pipelines.alerts.facts import Edit, StatementFacts
from pipelines.records import Stance, StatementKind
from pipelines.statements.changes import Position, find_position_changes
from warehouse.alerts import WANTED_ROWS, read_edits, read_facts, read_positions, unheard_statements

__all__ = ["facts_since", "gather_facts", "unheard_facts"]


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
    """The edits among changes of statements: what one voice lost in a text and what it gained are one alteration."""
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
                likest = min(same, key=lambda each: unlikeness(row, each))
                added.remove(likest)
                after, statement, change = likest["after"], likest["after_id"], "altered"
        edit = Edit(row["revision_id"], change, row["before"], after)
        found.append(
            {"statement_id": statement, "story_id": row["story_id"], "captured_at": row["captured_at"], "edit": edit}
        )
    return found


def unlikeness(lost: dict[str, Any], gained: dict[str, Any]) -> tuple[bool, bool, float]:
    """How little two wordings stand for each other: a position gives way to one, a quote to one, near where it stood."""
    return (
        lost["takes_position"] != gained["takes_position"],
        lost["direct"] != gained["direct"],
        abs(lost["place"] - gained["place"]),
    )


def gather_facts(connection: duckdb.DuckDBPyConnection, wanted: pa.Table) -> list[StatementFacts]:
    """The facts of statements (rows of WANTED_ROWS) as the warehouse has them now, changes of position included."""
    rows = read_facts(connection, wanted)
    new = {row["statement_id"] for row in rows if row["is_new"]}
    changes = position_changes(connection, sorted({row["agency_id"] for row in rows if row["agency_id"]}), new)
    counties = county_names()
    facts = []
    for row in rows:
        before = changes.get(row["statement_id"], (None, None))
        row.update(
            agreement_models=tuple(row["agreement_models"]),
            county=counties.get(row["county_fips"] or ""),
            previous_stance=before[0],
            previous_quote=before[1],
            position_change=before[0] is not None,
            said_at=utc(row["said_at"]),
            published_at=utc(row["published_at"]),
            captured_at=utc(row["captured_at"]),
        )
        facts.append(StatementFacts(**row))
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


def utc(at: datetime | None) -> datetime | None:
    """A time of the warehouse's, which comes without a zone, in UTC: DuckDB's own conversion takes ten times as long."""
    return at.replace(tzinfo=UTC) if at else None
