"""Read the published snapshot: the one documented way to open it is read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError
from warehouse.database import latest_version, open_failure

__all__ = ["open_snapshot"]


@contextmanager
def open_snapshot(path: Path, *, outside: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot at `path`, read-only, times shown in UTC; shut off from other files and the network, if not `outside`.

    Raises WarehouseError where nothing is published yet, where the file cannot be opened, and where an older or newer
    program published it.
    """
    if not path.exists():
        raise WarehouseError(f"nothing is published at {path} yet: run `badgewire run` first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(open_failure(path, error)) from error
    try:
        refuse_other_versions(connection, path)
        connection.execute("set timezone = 'UTC'")
        if not outside:
            connection.execute("set enable_external_access = false")
        yield connection
    except duckdb.IOException as error:  # a block that is read later than the file is opened
        raise WarehouseError(open_failure(path, error)) from error
    finally:
        connection.close()


def refuse_other_versions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise WarehouseError where the snapshot is not of this program's version."""
    try:
        version = (connection.execute("select max(version) from schema_version").fetchone() or (None,))[0]
    except duckdb.Error as error:
        raise WarehouseError(f"{path} is no database of Badgewire: run `badgewire run`") from error
    if version is not None and version > latest_version():
        raise WarehouseError(f"{path} is of version {version}, this program knows {latest_version()}: update Badgewire")
    if version is None or version < latest_version():
        raise WarehouseError(
            f"{path} is of version {version}, this program writes {latest_version()}: run `badgewire run` to publish anew"
        )
