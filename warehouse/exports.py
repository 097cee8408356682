"""What lies beside the published database: Parquet by month, CSV safe for spreadsheets, and the manifest.

A month's Parquet file that is the same as in the edition before is the same file on disk: editions cost what changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.database import latest_version, quoted

__all__ = ["export_tables", "spreadsheet_safe", "write_manifest"]

# By month: the relation and the day that says the month. The texts stay in the database.
MONTHLY = {
    "stories": ("stories", "article_day(published_at, first_captured_at)"),
    "statements": ("agency_statements", "reported_on"),
    "fetches": ("fetches", "day"),
}
WHOLE = (
    "agencies",
    "agency_aliases",
    "agreements",
    "clusters",
    "corrections",
    "counties",
    "current_stances",
    "position_changes",
    "sources",
    "speakers",
)
SHEETS = (
    "agencies",
    "agency_statements",
    "agreements",
    "current_stances",
    "position_changes",
    "sources",
    "stories_by_state_and_month",
    "statements_by_state_and_month",
)
# A spreadsheet holds 1,048,576 lines with the heading: of a longer relation it gets those with the latest of these times.
SHEET_ROWS = 1_048_575
# Of two cores each has an export to write; a file a month, for so many months at most.
EXPORTS_AT_ONCE = 2
MOST_MONTHS = 2400
# What a spreadsheet takes for a formula: such a sign, in either width, behind whatever spaces, or a tab or line end first
# (OWASP, CSV injection). Letter for letter, since Python and RE2 have other notions of space.
SPACES = (
    " \t\n\x0b\x0c\r\x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200D))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
FORMULA = f"^([{SPACES}]*[=+@\uff1d\uff0b\uff20\uff0d-]|[\t\r\n])"
LATEST_FIRST = {"agency_statements": "happened_at desc, statement_id"}


def export_tables(database: Path, edition: Path, before: Path | None) -> None:
    """Write `parquet/` and `csv/` of an edition from its database; `before` is the edition before it.

    Rows lie in the order in which the database holds them, which is the same for the same rows.
    """
    parquet, sheets = edition / "parquet", edition / "csv"
    parquet.mkdir()
    sheets.mkdir()
    with ThreadPoolExecutor(EXPORTS_AT_ONCE) as pool:
        exports = [
            *(pool.submit(write_by_month, database, name, parquet / name) for name in MONTHLY),
            *(pool.submit(write_sheet, database, name, sheets / f"{name}.csv") for name in SHEETS),
            *(pool.submit(write_whole, database, name, parquet / f"{name}.parquet") for name in WHOLE),
        ]
        for export in exports:
            export.result()
    if before is not None:
        share_same_files(parquet, before / "parquet")


@contextmanager
def reader(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The edition's database for one export. One thread, so that the rows keep their order and a month is one file."""
    with closing(duckdb.connect(config={"threads": 1, "partitioned_write_max_open_files": MOST_MONTHS})) as connection:
        connection.execute(f"attach {quoted(database)} as edition (read_only)")
        connection.execute("use edition")
        connection.execute("set timezone = 'UTC'")
        yield connection


def write_by_month(database: Path, name: str, folder: Path) -> None:
    """Write a relation's rows as Parquet, a folder `month=YYYY-MM` for each month, as Hive and DuckDB read it."""
    relation, day = MONTHLY[name]
    folder.mkdir()
    with reader(database) as connection:
        connection.execute(
            f"copy (select *, strftime({day}, '%Y-%m') as month from {relation}) to {quoted(folder)} "
            "(format parquet, compression zstd, partition_by (month), overwrite_or_ignore, filename_pattern 'data')"
        )


def write_whole(database: Path, relation: str, path: Path) -> None:
    """Write a relation's rows as Parquet."""
    with reader(database) as connection:
        connection.execute(f"copy {relation} to {quoted(path)} (format parquet, compression zstd)")


def write_sheet(database: Path, relation: str, path: Path) -> None:
    """Write a relation as CSV in which no cell is taken for a formula (`spreadsheet_safe`)."""
    with reader(database) as connection:
        described = connection.execute(f"describe {relation}").fetchall()
        columns = ", ".join(
            f"case when regexp_matches({name}, {quoted(FORMULA)}) then '''' || {name} else {name} end as {name}"
            if kind == "VARCHAR"
            else name
            for name, kind, *_ in described
        )
        order = f" order by {LATEST_FIRST[relation]} limit {SHEET_ROWS}" if relation in LATEST_FIRST else ""
        connection.execute(f"copy (select {columns} from {relation}{order}) to {quoted(path)} (format csv, header)")


def spreadsheet_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: such text gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and re.match(FORMULA, value) else value


def share_same_files(folder: Path, before: Path) -> None:
    """Let files that are the same as those of the edition before be the same file on disk."""
    for path in files(folder):
        old = before / path.relative_to(folder)
        if old.is_file() and old.stat().st_size == path.stat().st_size and checksum(old) == checksum(path):
            link = path.with_name(f"{path.name}.link")
            link.hardlink_to(old)
            os.replace(link, path)


def write_manifest(edition: Path, database: Path, rows: dict[str, int], now: datetime) -> None:
    """Write `manifest.json`: when, of which version, rows by table, and size and SHA-256 of every file."""
    manifest = {
        "published_at": now.isoformat(),
        "schema_version": latest_version(),
        "duckdb_version": duckdb.__version__,
        "database": database.name,
        "rows": rows,
        "files": {
            str(path.relative_to(edition)): {"bytes": path.stat().st_size, "sha256": checksum(path)}
            for path in files(edition)
        },
    }
    (edition / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order of path."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as lines:
        return hashlib.file_digest(lines, "sha256").hexdigest()
