"""What lies beside the published file: Parquet, CSV and a manifest that tells the truth."""

import csv
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.exports import FORMULA, SPACES, spreadsheet_safe
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


@given(st.text(st.sampled_from([*SPACES, *"=+-@＝＋－＠a1'\"|"]), max_size=4))
def test_sheets_and_queries_agree_on_what_a_formula_is(text: str) -> None:
    [(matches,)] = duckdb.execute("select regexp_matches(?, ?)", [text, FORMULA]).fetchall()
    assert matches == (spreadsheet_safe(text) == f"'{text}")
    if text.strip("".join(SPACES))[:1] in tuple("=+-@＝＋－＠"):
        assert matches


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
        published.parent / "history" / name / "parquet" / "stories" / "month=2026-01" / "data0.parquet"
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
