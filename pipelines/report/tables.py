"""What the report is written from: the answers to its questions, and the facts of this edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

__all__ = ["Edition", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that answer one question, with the SQL that was asked."""

    name: str
    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[SimpleNamespace]:
        """The rows with their columns as attributes."""
        return [SimpleNamespace(**dict(zip(self.columns, row, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Edition:
    """When this report was written and what the one before it showed.

    `since` is the time of the last report, None where this is the first. `new_statements` and `new_changes` are the ids
    of statements (of changes: of the statement after it) that it did not know, empty in a first report.
    """

    written_at: datetime
    since: datetime | None
    sample: bool
    database: str
    new_statements: frozenset[str] = frozenset()
    new_changes: frozenset[str] = frozenset()
    new_agencies: frozenset[str] = frozenset()
