"""The published file: read-only, swapped in whole, and never in anybody's way."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crawler.errors import WarehouseError
from warehouse.database import open_warehouse
from warehouse.publish import KEPT_SNAPSHOTS, publish_snapshot

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def warehouse(world_path: Path) -> Path:
    with open_warehouse(world_path) as connection:
        add_sources(connection, 0, 10)
    return world_path


def add_sources(connection: duckdb.DuckDBPyConnection, start: int, count: int) -> None:
    connection.execute(
        "insert into sources (source_id, name, kind, registered) select 's' || i, 'Outlet', 'outlet', true "
        "from range(?, ?) as t(i)",
        [start, start + count],
    )


def count_sources(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return int((connection.execute("select count(*) from sources").fetchone() or (0,))[0])


def test_the_snapshot_holds_the_rows_views_and_comments(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    snapshot = publish_snapshot(warehouse, published, NOW)
    assert snapshot.rows == 10
    assert snapshot.bytes == published.stat().st_size
    assert published.stat().st_mode & 0o777 == 0o444
    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute("select comment from duckdb_tables() where table_name = 'sources'").fetchone() != (
            None,
        )
        assert connection.execute("select count(*) from stories_by_day").fetchone() == (0,)


def test_a_reader_goes_on_while_snapshots_are_swapped(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    program = f"""
import duckdb, sys
old = duckdb.connect({str(published)!r}, read_only=True)
print("open", flush=True)
for line in sys.stdin:
    fresh = duckdb.connect({str(published)!r}, read_only=True) if line.strip() == "fresh" else old
    print(fresh.execute("select count(*) from sources").fetchone()[0], flush=True)
    if fresh is not old:
        fresh.close()
"""
    reader = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdin is not None
    assert reader.stdout is not None
    try:
        assert reader.stdout.readline() == "open\n"
        for round_ in range(1, 6):
            with open_warehouse(warehouse) as connection:
                add_sources(connection, round_ * 10, 10)
            publish_snapshot(warehouse, published, NOW + timedelta(minutes=round_))
            reader.stdin.write("old\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "10\n"
        assert count_sources(published) == 60
    finally:
        reader.communicate(timeout=10)


def test_only_the_last_few_are_kept(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    for minute in range(KEPT_SNAPSHOTS + 1):
        publish_snapshot(warehouse, published, NOW + timedelta(minutes=minute))
    kept = sorted(path.name for path in (published.parent / "history").iterdir())
    assert len(kept) == KEPT_SNAPSHOTS
    assert kept[-1] == "20260301T000700Z"


def test_a_log_that_a_reader_left_behind_is_not_replayed_into_the_next_snapshot(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    program = (
        f'import duckdb, os; c = duckdb.connect({str(published)!r}); c.execute("delete from sources"); '
        "c.execute('set checkpoint_threshold = \\'1TB\\''); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    publish_snapshot(warehouse, published, NOW)
    assert not published.with_name("badgewire.duckdb.wal").exists()
    assert count_sources(published) == 10


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_unprivileged_user_who_opens_it_the_default_way_is_refused_and_leaves_nothing_behind(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    for folder in (published.parent, *published.parent.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)
    program = f"""
import duckdb, os
os.setgid(65534); os.setuid(65534)
try:
    duckdb.connect({str(published)!r})
except duckdb.Error as error:
    print(str(error).splitlines()[0])
print(duckdb.connect({str(published)!r}, read_only=True).execute("select count(*) from sources").fetchone()[0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    refusal, count = done.stdout.splitlines()
    assert "Cannot open file" in refusal
    assert "Permission denied" in refusal
    assert count == "10"
    assert sorted(path.name for path in published.parent.iterdir()) == [
        "badgewire.duckdb",
        "csv",
        "history",
        "manifest.json",
        "parquet",
    ]


def test_a_missing_warehouse_is_said_and_the_last_snapshot_stays(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    warehouse.unlink()
    with pytest.raises(WarehouseError, match="run `badgewire run` first"):
        publish_snapshot(warehouse, published, NOW)
    assert count_sources(published) == 10


def test_a_publish_killed_half_way_leaves_the_last_snapshot_and_the_next_cleans_up(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    (published.parent / "badgewire.duckdb.99999.part").write_bytes(b"half")
    (published.parent / "history" / "20260301T000000Z.99999.part").mkdir()
    publish_snapshot(warehouse, published, NOW)
    assert sorted(path.name for path in published.parent.iterdir()) == [
        "badgewire.duckdb",
        "csv",
        "history",
        "manifest.json",
        "parquet",
    ]
    assert time.time() - published.stat().st_mtime < 60


def test_what_another_process_is_writing_is_left_alone(warehouse: Path, tmp_path: Path) -> None:
    """A correction publishes while the hourly run builds its index."""
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(warehouse, published, NOW)
    writer = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        theirs = published.with_name(f"search.duckdb.{writer.pid}.part")
        theirs.write_bytes(b"half")
        publish_snapshot(warehouse, published, NOW + timedelta(seconds=1))
        assert theirs.exists()
    finally:
        writer.communicate(b"\n", timeout=10)
    publish_snapshot(warehouse, published, NOW + timedelta(seconds=2))
    assert not theirs.exists()
