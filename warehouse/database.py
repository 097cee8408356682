"""Open the warehouse for writing: migrate it, and lay its views and macros anew.

A migration is a file `schema/NNN_object.sql`; its number is the version that it brings. Migrations run in order, each
in a transaction of its own, forward only. Views and macros hold no data: they are replaced whenever they have changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError

__all__ = ["apply_migrations", "definitions", "latest_version", "lay_views", "migrations", "open_warehouse"]

HERE = Path(__file__).parent
VERSION_TABLE = """
create table if not exists schema_version (
    version integer primary key,
    name varchar not null,
    applied_at timestamptz not null default current_timestamp
);
comment on table schema_version is 'The migrations that made this database what it is';
comment on column schema_version.version is 'Number of the migration';
comment on column schema_version.name is 'Name of its file in warehouse/schema';
comment on column schema_version.applied_at is 'When it was applied, UTC';
create table if not exists view_version (
    fingerprint varchar not null
);
comment on table view_version is 'Which edition of the views and macros this database carries';
comment on column view_version.fingerprint is 'SHA-256 of their definitions';
"""


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse at `path`, created or migrated, as a connection that is closed at the end.

    Raises WarehouseError where another process writes to it, where the file is damaged or cannot be written, and where
    a newer program made it.
    """
    try:
        connection = duckdb.connect(str(path))
    except duckdb.Error as error:
        raise WarehouseError(open_failure(path, error)) from error
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = true")
        apply_migrations(connection, path)
        lay_views(connection)
        yield connection
    finally:
        connection.close()


def open_failure(path: Path, error: duckdb.Error) -> str:
    """What a user should be told when DuckDB cannot open a file: one line with the remedy."""
    first = str(error).splitlines()[0]
    if "lock" in first.lower():
        holder = re.search(r"PID (\d+)", str(error))
        by = f" by process {holder[1]}" if holder else ""
        return f"{path} is in use{by}: wait for the run to end, or read the published snapshot instead"
    if "not a valid duckdb" in first.lower() or "serial" in first.lower() or "version" in first.lower():
        return f"{path} is damaged or of another DuckDB: delete it and run `badgewire rebuild` ({first})"
    return f"{path} cannot be opened: {first}"


def migrations() -> dict[int, Path]:
    """The shipped migrations by number, in order."""
    return {int(path.name.split("_")[0]): path for path in sorted((HERE / "schema").glob("[0-9][0-9][0-9]_*.sql"))}


def latest_version() -> int:
    """The version that this program writes."""
    return max(migrations())


def apply_migrations(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring the database to the latest version. Raises WarehouseError where it is newer than this program."""
    connection.execute(VERSION_TABLE)
    applied = {row[0] for row in connection.execute("select version from schema_version").fetchall()}
    known = migrations()
    if applied and max(applied) > max(known):
        raise WarehouseError(
            f"{path} is of version {max(applied)}, this program knows {max(known)}: update Badgewire, or delete the file "
            "and run `badgewire rebuild`"
        )
    missing = [(number, file) for number, file in known.items() if number not in applied]
    # A new database is made in one step; one with rows in it takes each migration for itself.
    for steps in [[step] for step in missing] if applied else [missing]:
        with transaction(connection):
            for number, file in steps:
                connection.execute(file.read_text(encoding="utf-8"))
                connection.execute("insert into schema_version (version, name) values (?, ?)", [number, file.stem])


def lay_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create or replace every macro and view, each after those that it reads, if any has changed."""
    texts = definitions()
    fingerprint = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()
    if connection.execute("select fingerprint from view_version").fetchall() == [(fingerprint,)]:
        return
    reads = {
        name: {other for other in texts if other != name and reads_from(text, other)} for name, text in texts.items()
    }
    with transaction(connection):
        for name in TopologicalSorter(reads).static_order():
            connection.execute(texts[name])
        connection.execute("delete from view_version")
        connection.execute("insert into view_version values (?)", [fingerprint])


def definitions() -> dict[str, str]:
    """The shipped macros and views by name."""
    files = [*sorted((HERE / "macros").glob("*.sql")), *sorted((HERE / "views").glob("*.sql"))]
    return {path.stem: path.read_text(encoding="utf-8") for path in files}


def reads_from(text: str, name: str) -> bool:
    """Whether a definition reads from the view of that name, or calls the macro of that name."""
    query = "\n".join(line for line in text.split("\ncomment on ")[0].splitlines() if not line.startswith("--"))
    return re.search(rf"\b(?:from|join)\s+{re.escape(name)}\b|\b{re.escape(name)}\(", query) is not None


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or nothing of it."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
