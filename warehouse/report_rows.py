"""What the report shows, asked of the published snapshot: each file of `report/` is one question and its SQL.

The rows come with the SQL that gave them, so that a reader of the report can ask the same again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.database import quoted

__all__ = ["SHOWN", "Answer", "add_known", "ask"]

HERE = Path(__file__).parent / "report"
# What reports knew: a statement, agency or change, its id, and the time of the first report that knew it.
SHOWN = pa.schema([("subject", pa.string()), ("id", pa.string()), ("first_shown_at", pa.timestamp("us", tz="UTC"))])
ADD_KNOWN = """
select subject, id, coalesce(shown.first_shown_at, $shown_at) as first_shown_at
from ({known}) as known
full join shown using (subject, id)
"""


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


def add_known(connection: duckdb.DuckDBPyConnection, shown: pa.Table, shown_at: datetime) -> pa.Table:
    """`shown` (of schema SHOWN) with everything that the snapshot knows; what is new bears the time `shown_at`."""
    known = (HERE / "known.sql").read_text(encoding="utf-8").strip().rstrip(";")
    connection.register("shown", shown)
    try:
        return connection.execute(ADD_KNOWN.format(known=known), {"shown_at": shown_at}).to_arrow_table().cast(SHOWN)
    finally:
        connection.unregister("shown")


def answer(connection: duckdb.DuckDBPyConnection, name: str, sql: str, known: Mapping[str, list[str] | None]) -> Answer:
    parameters = {parameter: value for parameter, value in known.items() if f"${parameter}" in sql}
    cursor = connection.execute(sql, parameters) if parameters else connection.execute(sql)
    for parameter, value in parameters.items():
        sql = sql.replace(f"${parameter}", "null" if value is None else f"[{', '.join(map(quoted, value))}]")
    return Answer(
        name=name,
        sql=sql.strip(),
        columns=tuple(column[0] for column in cursor.description or ()),
        rows=tuple(cursor.fetchall()),
    )
