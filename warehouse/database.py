"""Open the warehouse for writing: migrate it, and lay its views and macros anew.

A migration is a file `schema/NNN_object.sql`; its number is the version that it brings. Migrations run in order, each
in a transaction of its own, forward only. Views and macros hold no data: they are replaced whenever they have changed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError

__all__ = ["apply_migrations", "definitions", "latest_version", "lay_views", "migrations", "open_warehouse", "quoted"]

HERE = Path(__file__).parent
VERSION_TABLE = """
create table schema_version (
    version integer primary key,
    name varchar not null,
    applied_at timestamptz not null
);
comment on table schema_version is 'The migrations that made this database what it is';
comment on column schema_version.version is 'Number of the migration';
comment on column schema_version.name is 'Name of its file in warehouse/schema';
comment on column schema_version.applied_at is 'When it was applied, UTC';
create table view_version (
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
    if not path.exists():
        make_warehouse(path)
    connection = connect(path, path)
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = true")
        bring_up_to_date(connection, path)
        yield connection
    finally:
        connection.close()


def connect(file: Path, path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a file that is, or becomes, the warehouse at `path`."""
    try:
        return duckdb.connect(str(file))
    except duckdb.Error as error:
        raise WarehouseError(open_failure(path, error)) from error


def make_warehouse(path: Path) -> None:
    """Make an empty warehouse beside its place and move it there whole.

    DuckDB 1.5 cannot replay a log in which a column is commented whose table has a check that calls a function: a process
    killed before its first checkpoint would leave a file that nobody can open.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with closing(connect(draft, path)) as connection:
            bring_up_to_date(connection, draft)
        log_of(path).unlink(missing_ok=True)  # of a warehouse that was deleted
        os.replace(draft, path)
    finally:
        for left in (draft, log_of(draft)):
            left.unlink(missing_ok=True)


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Apply what is missing of schema, macros and views, and write it into the file at once."""
    applied, laid = apply_migrations(connection, path), lay_views(connection)
    if applied or laid:
        connection.execute("checkpoint")


def log_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a database."""
    return path.with_name(f"{path.name}.wal")


def open_failure(path: Path, error: duckdb.Error) -> str:
    """What a user should be told when DuckDB cannot open a file: one line with the remedy."""
    first = str(error).splitlines()[0]
    if "could not set lock" in first.lower():
        holder = re.search(r"PID (\d+)", str(error))
        by = f" by process {holder[1]}" if holder else ""
        return f"{path} is in use{by}: wait for the run to end, or read the published snapshot instead"
    if "not a valid duckdb" in first.lower() or any(
        word in first.lower() for word in ("corrupt", "enough bytes", "serial", "version", "replaying wal")
    ):
        return f"{path} is damaged or of another DuckDB: delete it and run `badgewire rebuild` ({first})"
    return f"{path} cannot be opened: {first}"


def quoted(text: str | Path) -> str:
    """A text or path as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def migrations() -> dict[int, Path]:
    """The shipped migrations by number, in order."""
    return {int(path.name.split("_")[0]): path for path in sorted((HERE / "schema").glob("[0-9][0-9][0-9]_*.sql"))}


def latest_version() -> int:
    """The version that this program writes."""
    return max(migrations())


def apply_migrations(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Bring the database to the latest version; how many steps that took.

    Raises WarehouseError where it is newer than this program, or no warehouse at all.
    """
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        connection.execute(VERSION_TABLE)
    elif "view_version" not in tables:
        raise WarehouseError(f"{path} is another program's database: move it away, then run `badgewire rebuild`")
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
                connection.execute("insert into schema_version values (?, ?, now())", [number, file.stem])
    return len(missing)


def lay_views(connection: duckdb.DuckDBPyConnection) -> int:
    """Create or replace every macro and view, each after those that it reads, if any has changed; how many."""
    texts = definitions()
    fingerprint = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()
    if connection.execute("select fingerprint from view_version").fetchall() == [(fingerprint,)]:
        return 0
    reads = {
        name: {other for other in texts if other != name and reads_from(text, other)} for name, text in texts.items()
    }
    with transaction(connection):
        for name in TopologicalSorter(reads).static_order():
            connection.execute(texts[name])
        connection.execute("delete from view_version")
        connection.execute("insert into view_version values (?)", [fingerprint])
    return len(texts)


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
