"""The documents say what the database says, and every query in them runs."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from warehouse.dictionary import DOCUMENT, render_dictionary
from warehouse.publish import publish_snapshot

if TYPE_CHECKING:
    from tests.warehouse.conftest import World

ANALYSTS = DOCUMENT.parent / "analysts.md"
QUERIES = re.findall(r"```sql\n(.*?)```", ANALYSTS.read_text(encoding="utf-8"), re.DOTALL)


def test_the_data_dictionary_has_not_drifted_from_the_database(world: "World") -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render_dictionary(world.connection), (
        "run python -m warehouse.dictionary"
    )


def test_every_view_with_a_state_says_whose_it_is(world: "World") -> None:
    told = world.rows(
        "select v.view_name, v.comment from duckdb_views() as v join duckdb_columns() as c on c.table_name = v.view_name "
        "where not v.internal and c.column_name = 'state'"
    )
    assert len(told) > 30
    whose = r"[Ss]tate (is that )?of the (outlet|agency|county|source)|county of the (outlet|agency)"
    assert [name for name, comment in told if not re.search(whose, comment)] == []


def test_every_panel_says_what_a_panel_of_one_month_proves(world: "World") -> None:
    told = world.rows("select view_name, comment from duckdb_views() where view_name like '%panel%'")
    assert len(told) > 15
    assert [name for name, comment in told if "proves nothing" not in comment] == []


def test_there_are_twenty_questions() -> None:
    assert re.findall(r"^### (\d+)\. ", ANALYSTS.read_text(encoding="utf-8"), re.MULTILINE) == [
        str(n) for n in range(1, 21)
    ]


@pytest.fixture
def country(world: "World") -> "World":
    """Rows enough that every question has an answer."""
    world.source("herald", county_fips="06037")
    world.source("dead", "NV")
    for agency, state, county in (("ca-one", "CA", "06037"), ("tx-one", "TX", "48201"), ("nv-one", "NV", "32003")):
        world.agency(agency, state, county)
        world.agreement(agency, "Task Force Model", "2025-12-01", "2026-03-31")
    world.story("a", "herald", "2026-01-01", text="Judges sign detainers.")
    world.story("b", "herald", "2026-03-01")
    for story in ("a", "b"):
        world.insert("clusters", cluster_id=story, lead_story_id=story, story_count=1)
        world.insert("cluster_members", story_id=story, cluster_id=story, similarity=1, reason="alone")
    world.statement(
        "s1",
        "ca-one",
        "2026-01-01",
        "refuses",
        ("a",),
        speaker="Ann Doe",
        role="Sheriff",
        quote="No detainer is honored",
    )
    world.statement("s2", "ca-one", "2026-03-01", "cooperates", ("b",), direct=True, confidence=0.95)
    world.statement("s3", "tx-one", "2026-03-01", "refuses", ("b",))
    world.fetch("dead", "2026-03-02", "https://dead.example/f", outcome="error", reason="no answer", reading=None)
    world.insert("corrections", correction_id="c", statement_id="s3", rejected=False, stance="refuses", corrected_by="n", why="w",
                 corrected_at="2026-03-03 00:00:00+00")  # fmt: skip
    return world


def test_every_question_has_an_answer(country: "World") -> None:
    unanswered = [query for query in QUERIES if not country.rows(query)]
    assert unanswered == []


def test_no_query_selects_everything() -> None:
    assert not any("select *" in query for query in QUERIES)


def test_python_and_notebook_open_the_file_read_only() -> None:
    for path in (ANALYSTS, Path(ANALYSTS.parent / "notebook.py")):
        text = path.read_text(encoding="utf-8")
        assert text.count("duckdb.connect(") == text.count("read_only=True"), path.name


def test_the_notebook_runs_whole(country: "World", world_path: Path, tmp_path: Path) -> None:
    pytest.importorskip("marimo", reason="marimo is not installed")
    country.connection.close()
    published = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(world_path, published, datetime(2026, 3, 4, tzinfo=UTC))
    done = subprocess.run(
        [sys.executable, str(ANALYSTS.parent / "notebook.py")],
        env={**os.environ, "BADGEWIRE_SNAPSHOT": str(published)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
