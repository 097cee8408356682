"""What lies beside the published file: Parquet, CSV and a manifest that tells the truth; and files of other versions."""

import csv
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from crawler.errors import WarehouseError
from warehouse.database import migrations, open_warehouse
from warehouse.publish import publish_snapshot
from warehouse.snapshot import open_snapshot

if TYPE_CHECKING:
    from tests.warehouse.conftest import World

FIRST, SECOND = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def filled(world: "World", world_path: Path) -> Path:
    world.source("herald", name='=HYPERLINK("http://evil.example")')
    world.agency("ca-one", name="-1+1")
    world.story("a", "herald", "2026-01-01")
    world.story("b", "herald", "2026-02-01")
    world.statement("s1", "ca-one", "2026-02-01", "refuses", ("b",), quote=" @SUM(A1)")
    world.connection.close()
    return world_path


def test_parquet_lies_by_month(filled: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(filled, published, FIRST)
    folder = published.with_name("parquet")
    assert sorted(path.name for path in (folder / "stories").iterdir()) == ["month=2026-01", "month=2026-02"]
    with duckdb.connect() as connection:
        assert connection.execute(f"select story_id from '{folder}/stories/*/*.parquet' order by 1").fetchall() == [
            ("a",),
            ("b",),
        ]
        assert connection.execute(
            f"select stance, quote from '{folder}/statements/month=2026-02/*.parquet'"
        ).fetchall() == [("refuses", " @SUM(A1)")]


def test_no_cell_of_a_sheet_is_a_formula(filled: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(filled, published, FIRST)
    cells = [
        cell
        for path in published.with_name("csv").iterdir()
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines())
        for cell in row
    ]
    assert not [
        cell
        for cell in cells
        if cell.lstrip()[:1] in ("=", "+", "-", "@") and not cell.lstrip("-").replace(".", "").isdigit()
    ]
    assert """'=HYPERLINK("http://evil.example")""" in cells


def test_the_manifest_has_counts_and_checksums_of_every_file(filled: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(filled, published, FIRST)
    manifest = json.loads(published.with_name("manifest.json").read_text(encoding="utf-8"))
    edition = published.parent / "history" / "20260302T000000Z"
    assert manifest["rows"]["stories"] == 2
    for name, told in manifest["files"].items():
        content = (edition / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (told["bytes"], told["sha256"])
    assert hashlib.sha256(published.read_bytes()).hexdigest() == manifest["files"]["badgewire.duckdb"]["sha256"]


def test_a_month_that_did_not_change_costs_no_room(filled: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    for now in (FIRST, SECOND):
        publish_snapshot(filled, published, now)
    first, second = (
        published.parent / "history" / name / "parquet" / "stories" / "month=2026-01" / "data_0.parquet"
        for name in ("20260302T000000Z", "20260303T000000Z")
    )
    assert os.path.samefile(first, second)


def test_what_trends_read_is_a_table_with_its_comments_in_the_published_file(filled: Path, tmp_path: Path) -> None:
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(filled, published, FIRST)
    with open_snapshot(published) as connection:
        assert connection.execute(
            "select estimated_size, comment is not null from duckdb_tables() where table_name = 'source_days'"
        ).fetchall() == [(2, True)]
        assert connection.execute(
            "select count(*) from duckdb_columns() where table_name = 'source_days' and comment is null"
        ).fetchall() == [(0,)]
        assert connection.execute(
            "select sum(relevant_clusters), sum(captured_articles) from stories_by_day"
        ).fetchall() == [(2, 2)]


@pytest.mark.parametrize(("version", "told"), [(9999, "update Badgewire"), (-1, "run `badgewire run` to publish anew")])
def test_a_snapshot_of_another_version_is_refused_in_one_line(tmp_path: Path, version: int, told: str) -> None:
    path = tmp_path / "badgewire.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("delete from schema_version")
        connection.execute("insert into schema_version (version, name) values (?, 'x')", [version])
    with pytest.raises(WarehouseError, match=told) as caught, open_snapshot(path):
        pass
    assert "\n" not in str(caught.value)


def test_every_migration_leaves_the_rows_of_the_version_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One database is stopped after each migration and filled by then; opened again, it has every row."""
    known = migrations()
    path = tmp_path / "warehouse.duckdb"
    monkeypatch.setattr("warehouse.database.lay_views", lambda connection: None)
    filled: dict[str, int] = {}
    for number in known:
        monkeypatch.setattr(
            "warehouse.database.migrations", lambda last=number: {n: file for n, file in known.items() if n <= last}
        )
        with open_warehouse(path) as connection:
            for table, rows in filled.items():
                assert connection.execute(f"select count(*) from {table}").fetchone() == (rows,), (number, table)
            if "sources" not in filled and number >= 2:
                connection.execute(
                    "insert into sources (source_id, name, kind, registered) values ('s', 'S', 'outlet', true)"
                )
                filled["sources"] = 1
            if "statements" not in filled and number >= 12:
                connection.execute(
                    "insert into statements by name select 'x' as statement_id, '[]' as agency_candidates, 'speech' as kind, 'refuses' as stance, "
                    "true as direct, 'q' as quote, now() as first_captured_at, 1 as mention_count, 1 as story_count, 1 as cluster_count, "
                    "0.5 as confidence, '[]' as evidence, '1' as rules_version"
                )
                filled["statements"] = 1
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select corrected, rejected from statements").fetchall() == [(False, False)]
