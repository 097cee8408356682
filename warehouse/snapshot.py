"""Read the published snapshot: the one documented way to open it is read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError
from warehouse.database import open_failure

__all__ = ["open_snapshot"]


@contextmanager
def open_snapshot(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot at `path`, read-only, times shown in UTC, and shut off from other files and the network.

    Raises WarehouseError where nothing is published yet or the file cannot be opened.
    """
    if not path.exists():
        raise WarehouseError(f"nothing is published at {path} yet: run `badgewire run` first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(open_failure(path, error)) from error
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_external_access = false")
        yield connection
    finally:
        connection.close()
