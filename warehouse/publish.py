"""Publish: write a compact read-only copy of the warehouse and swap it in whole.

Readers keep the file that they have open; whoever opens after the swap sees the new one. The writer never waits for a
reader, nor a reader for the writer, because they never open the same file.
"""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError
from warehouse.database import open_failure, open_warehouse

__all__ = ["KEPT_SNAPSHOTS", "Snapshot", "publish_snapshot", "table_names"]

KEPT_SNAPSHOTS = 7
# Rows that belong together lie together, which compresses well and lets a filter skip what it need not read.
ORDER = {
    "stories": "published_at, story_id",
    "story_revisions": "story_id, first_captured_at",
    "fetches": "day, source_id, tried_at, fetch_id",
    "statements": "agency_id, said_at, statement_id",
    "statement_mentions": "statement_id, mention_id",
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was published: rows by table in all, and the size of the file in bytes."""

    rows: int
    stories: int
    bytes: int


def publish_snapshot(warehouse: Path, published: Path, now: datetime) -> Snapshot:
    """Write the snapshot at `published` (mode 0444) and keep the last few beside it in `history/`.

    Raises WarehouseError where the warehouse is missing or in use, or the disk refuses.
    """
    if not warehouse.exists():
        raise WarehouseError(f"{warehouse} does not exist: run `badgewire run` first")
    published.parent.mkdir(parents=True, exist_ok=True)
    draft = published.with_name(f"{published.name}.{os.getpid()}.part")
    remove_drafts(published)
    try:
        rows = copy_tables(warehouse, draft)
        draft.chmod(0o444)
        size = draft.stat().st_size
        keep(draft, published, now)
        # A reader that opened the old file for writing may have left a log beside it: DuckDB would replay it into ours.
        published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
        os.replace(draft, published)
    except OSError as error:
        raise WarehouseError(f"{published} cannot be written: {error.strerror}; the last snapshot stays") from error
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)
    return Snapshot(rows=sum(rows.values()), stories=rows["stories"], bytes=size)


def copy_tables(warehouse: Path, draft: Path) -> dict[str, int]:
    """Copy every table into a new database with the same schema, views and comments; rows by table."""
    with open_warehouse(draft):
        pass
    with closing(duckdb.connect()) as connection:
        try:
            connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        except duckdb.Error as error:
            raise WarehouseError(open_failure(warehouse, error)) from error
        connection.execute(f"attach {quoted(draft)} as snapshot")
        rows = {}
        for table in table_names(connection, "snapshot"):
            if table in ("schema_version", "view_version"):
                continue
            order = f" order by {ORDER[table]}" if table in ORDER else " order by 1"
            connection.execute(f"insert into snapshot.{table} by name select * from warehouse.{table}{order}")
            counted = connection.execute(f"select count(*) from snapshot.{table}").fetchone()
            rows[table] = int(counted[0]) if counted else 0
        connection.execute("checkpoint snapshot")
    return rows


def table_names(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """The tables of an attached database, in order of name."""
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and not temporary order by table_name", [database]
    ).fetchall()
    return [row[0] for row in found]


def keep(draft: Path, published: Path, now: datetime) -> None:
    """Add the draft to the history under its time, and drop what is older than the last few."""
    history = published.parent / "history"
    history.mkdir(exist_ok=True)
    kept = history / f"{published.stem}-{now:%Y%m%dT%H%M%SZ}{published.suffix}"
    kept.unlink(missing_ok=True)
    os.link(draft, kept)
    snapshots = sorted(path for path in history.iterdir() if re.fullmatch(rf"{published.stem}-\d{{8}}T\d{{6}}Z\.duckdb", path.name))
    for old in snapshots[:-KEPT_SNAPSHOTS]:
        old.unlink()


def remove_drafts(published: Path) -> None:
    """Remove what a killed run left half-written."""
    for path in published.parent.glob(f"{published.name}.*.part*"):
        path.unlink(missing_ok=True)


def quoted(path: Path) -> str:
    """A path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
