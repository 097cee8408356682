"""Publish: write a compact read-only copy of the warehouse, Parquet and CSV beside it, and swap the edition in whole.

Readers keep the file that they have open; whoever opens after the swap sees the new one. The writer never waits for a
reader, nor a reader for the writer, because they never open the same file.
"""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError
from warehouse.database import definitions, open_failure, open_warehouse, quoted
from warehouse.drafts import abandoned_drafts
from warehouse.exports import export_tables, write_manifest

__all__ = ["KEPT_SNAPSHOTS", "Snapshot", "publish_snapshot", "table_names"]

KEPT_SNAPSHOTS = 7
# Rows that belong together lie together, which compresses well and lets a filter skip what it need not read.
ORDER = {
    "stories": "published_at, story_id",
    "story_revisions": "story_id, revision_id",
    "fetches": "day, fetch_id",
    "statements": "agency_id, said_at, statement_id",
    "statement_mentions": "statement_id, mention_id",
}
# Columns that are most of the file. Zstandard halves them again, and takes less time than choosing a compression does.
LONG_TEXTS = frozenset({"text"})
STORAGE_VERSION = "v1.2.0"  # the first that knows Zstandard; what reads the file, DuckDB 1.2 and newer
# What the program keeps for its own work; in the published file these tables are empty.
PRIVATE = frozenset({"schema_version", "view_version", "story_sketches", "shingle_runs", "alert_outbox"})
# Views that the published file holds as tables, since nobody writes to it any more: what trends and lists read again and
# again. In an order in which each finds what it reads.
FROZEN = (
    "source_days",
    "capture_period",
    "panel_outlets",
    "captured_days",
    "story_days",
    "statement_reports",
    "statement_days",
    "stance_days",
    "agency_statements",
    "position_stretches",
    "current_stances",
    "position_changes",
    "agencies_first_heard",
    "stories_by_county_and_month",
    "stories_by_county_and_month_panel",
    "statements_by_county_and_month",
    "statements_by_county_and_month_panel",
    "statements_by_agency_and_month",
    "statements_by_agency_and_month_panel",
)
# Tables are copied two at a time, since sorting a table's rows and entering its keys are each one core's work.
COPIES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was published: rows of all tables, stories, and the size of the database in bytes."""

    rows: int
    stories: int
    bytes: int


def publish_snapshot(warehouse: Path, published: Path, now: datetime) -> Snapshot:
    """Write an edition: the database at `published` (mode 0444), `parquet/`, `csv/` and `manifest.json` beside it.

    The last few editions stay in `history/`. Raises WarehouseError where the warehouse is missing or in use, or the disk
    refuses; the last edition then stays.
    """
    if not warehouse.exists():
        raise WarehouseError(f"{warehouse} does not exist: run `badgewire run` first")
    history = published.parent / "history"
    draft = history / f"{now:%Y%m%dT%H%M%SZ}.{os.getpid()}.part"
    try:
        draft.mkdir(parents=True, exist_ok=True)
        remove_drafts(history)
        database = draft / published.name
        rows = copy_tables(warehouse, database)
        export_tables(database, draft, newest_edition(history))
        database.chmod(0o444)
        write_manifest(draft, database, rows, now)
        edition = keep(draft, history)
        swap_in(edition, published)
    except OSError as error:
        raise WarehouseError(f"{published} cannot be written: {error.strerror}; the last snapshot stays") from error
    except duckdb.Error as error:
        raise WarehouseError(
            f"{published} cannot be written: {str(error).splitlines()[0]}; the last snapshot stays"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Snapshot(rows=sum(rows.values()), stories=rows["stories"], bytes=published.stat().st_size)


def copy_tables(warehouse: Path, draft: Path) -> dict[str, int]:
    """Copy every table into a new database with the same schema, views and comments; rows by table."""
    with open_warehouse(draft):
        pass
    with closing(duckdb.connect()) as connection:
        try:
            connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        except duckdb.Error as error:
            raise WarehouseError(open_failure(warehouse, error)) from error
        connection.execute(f"attach {quoted(draft)} as snapshot (storage_version '{STORAGE_VERSION}')")
        tables = [name for name in table_names(connection, "snapshot") if name not in PRIVATE]
        with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
            counts = pool.map(lambda table: copy_table(connection.cursor(), table), tables)
            rows = dict(zip(tables, counts, strict=True))
        connection.execute("use snapshot")
        connection.execute("set timezone = 'UTC'")
        for view in FROZEN:
            connection.execute(f"drop view {view}")
            connection.execute(as_table(definitions()[view], view))
        connection.execute("checkpoint snapshot")
    return rows


def copy_table(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Copy a table from the attached warehouse into the attached snapshot, in its order; how many rows.

    Keys and checks stay behind: the warehouse holds the rows to them, nobody writes to the copy, and indexes would double
    the time and a third of the file.
    """
    [(comment,)] = connection.execute(
        "select comment from duckdb_tables() where database_name = 'snapshot' and table_name = ?", [table]
    ).fetchall()
    columns = connection.execute(
        "select column_name, data_type, comment from duckdb_columns() where database_name = 'snapshot' and table_name = ? "
        "order by column_index",
        [table],
    ).fetchall()
    described = ", ".join(
        f'"{name}" {kind}' + (" using compression zstd" if name in LONG_TEXTS else "") for name, kind, _ in columns
    )
    connection.execute(f"create or replace table snapshot.{table} ({described})")
    connection.execute(f"comment on table snapshot.{table} is {quoted(comment)}")
    for name, _, told in columns:
        connection.execute(f'comment on column snapshot.{table}."{name}" is {quoted(told)}')
    order = ORDER.get(table, "1")
    connection.execute(f"insert into snapshot.{table} by name select * from warehouse.{table} order by {order}")
    counted = connection.execute(f"select count(*) from snapshot.{table}").fetchone()
    return int(counted[0]) if counted else 0


def as_table(text: str, name: str) -> str:
    """The definition of a view as that of a table with the same rows and comments, under a name that is free."""
    table = text.replace(f"create or replace view {name} as", f"create table {name} as", 1)
    return table.replace(f"comment on view {name} is", f"comment on table {name} is", 1)


def table_names(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """The tables of an attached database, in order of name."""
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and not temporary order by table_name",
        [database],
    ).fetchall()
    return [row[0] for row in found]


def editions(history: Path) -> list[Path]:
    """The editions that are kept, oldest first."""
    return sorted(path for path in history.iterdir() if re.fullmatch(r"\d{8}T\d{6}Z", path.name))


def newest_edition(history: Path) -> Path | None:
    """The latest edition, if any."""
    kept = editions(history)
    return kept[-1] if kept else None


def keep(draft: Path, history: Path) -> Path:
    """Give the draft its name among the editions, and drop what is older than the last few. The edition's folder."""
    edition = history / draft.name.split(".")[0]
    if edition.exists():
        shutil.rmtree(edition)
    draft.rename(edition)
    for old in editions(history)[:-KEPT_SNAPSHOTS]:
        shutil.rmtree(old)
    return edition


def swap_in(edition: Path, published: Path) -> None:
    """Let the names beside `history/` mean the edition; each changes in one step, the database last."""
    for name in ("parquet", "csv", "manifest.json"):
        link = published.with_name(f"{name}.{os.getpid()}.part")
        link.unlink(missing_ok=True)
        link.symlink_to(Path("history", edition.name, name))
        place = published.with_name(name)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)  # a copy of the folder that was made without its links
        link.replace(place)
    link = published.with_name(f"{published.name}.{os.getpid()}.part")
    link.unlink(missing_ok=True)
    link.hardlink_to(edition / published.name)
    # A reader that opened the old file for writing may have left a log beside it: DuckDB would replay it into ours.
    published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
    link.replace(published)


def remove_drafts(history: Path) -> None:
    """Remove what killed runs left half-written."""
    for path in (*abandoned_drafts(history), *abandoned_drafts(history.parent)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
