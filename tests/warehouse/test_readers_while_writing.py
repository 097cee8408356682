"""Analysts read the published file while the job loads and publishes: neither side ever sees an error."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.database import open_warehouse
from warehouse.publish import publish_snapshot

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECONDS = 10
LEAST_LOADS = 3
ROWS_A_LOAD = 2_000
# One reader keeps its session open all the time, the others open the file anew for every question.
READER = """
import duckdb, select, sys
ask = "select count(*) from sources"
session = duckdb.connect(sys.argv[1], read_only=True) if sys.argv[2] == "session" else None
print("reading", flush=True)
reads, seen = 0, [2000]
while not select.select([sys.stdin], [], [], 0.02)[0]:
    if session:
        rows = session.execute(ask).fetchone()[0]
    else:
        with duckdb.connect(sys.argv[1], read_only=True) as fresh:
            rows = fresh.execute(ask).fetchone()[0]
    assert rows % 2000 == 0 and rows >= seen[-1], (rows, seen)
    reads, seen = reads + 1, [*seen, rows]
print(reads, len(set(seen)))
"""


def add_sources(warehouse: Path, number: int) -> None:
    with open_warehouse(warehouse) as connection:
        connection.execute(
            "insert into sources (source_id, name, kind, registered) "
            "select 's' || ? || '-' || i, 'Outlet', 'outlet', true from range(?) as t(i)",
            [number, ROWS_A_LOAD],
        )


def test_readers_and_writer_go_on_for_seconds_without_an_error_and_readers_see_whole_loads_only(tmp_path: Path) -> None:
    warehouse, published = tmp_path / "warehouse.duckdb", tmp_path / "published" / "badgewire.duckdb"
    add_sources(warehouse, 0)
    publish_snapshot(warehouse, published, NOW)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(published), kind],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for kind in ("session", "afresh", "afresh")
    ]  # fmt: skip
    try:
        assert [reader.stdout and reader.stdout.readline() for reader in readers] == ["reading\n"] * 3
        loads, end = 0, time.monotonic() + SECONDS
        while loads < LEAST_LOADS or time.monotonic() < end:
            loads += 1
            add_sources(warehouse, loads)
            publish_snapshot(warehouse, published, NOW + timedelta(seconds=loads))
    finally:
        told = [reader.communicate(timeout=30) for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0, 0], told
    session, *afresh = ([int(word) for word in out.split()] for out, _ in told)
    assert session[0] > 0
    assert session[1] == 1, "a session must see one snapshot to its end"
    assert all(reads > 0 and snapshots > 1 for reads, snapshots in afresh)
    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute("select count(*) from sources").fetchone() == ((loads + 1) * ROWS_A_LOAD,)
    assert sorted(path.name for path in published.parent.iterdir() if path.is_file()) == [
        "badgewire.duckdb",
        "manifest.json",
    ]
