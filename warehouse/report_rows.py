"""What the report shows, asked of the published snapshot: each file of `report/` is one question and its SQL.

The rows come with the SQL that gave them, so that a reader of the report can ask the same again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

__all__ = ["Answer", "ask", "known_ids"]

HERE = Path(__file__).parent / "report"


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that one question was answered with."""

    name: str
    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def ask(connection: duckdb.DuckDBPyConnection, known: Mapping[str, list[str] | None]) -> dict[str, Answer]:
    """Every question of the report, answered from an open snapshot; times in UTC.

    `known` gives the parameters of the questions about what is new, by name; None stands for no report before.
    """
    return {
        path.stem: answer(connection, path.stem, path.read_text(encoding="utf-8"), known)
        for path in sorted(HERE.glob("*.sql"))
        if path.stem != "known"
    }


def known_ids(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """What the snapshot knows, as (statement, agency or change, its id)."""
    return set(connection.execute((HERE / "known.sql").read_text(encoding="utf-8")).fetchall())


def answer(connection: duckdb.DuckDBPyConnection, name: str, sql: str, known: Mapping[str, list[str] | None]) -> Answer:
    parameters = {parameter: value for parameter, value in known.items() if f"${parameter}" in sql}
    cursor = connection.execute(sql, parameters) if parameters else connection.execute(sql)
    return Answer(
        name=name,
        sql=sql.strip(),
        columns=tuple(column[0] for column in cursor.description or ()),
        rows=tuple(cursor.fetchall()),
    )
