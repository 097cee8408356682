"""A run repeated, and a warehouse built anew, say what the first run said, and alert nobody again."""

import json
import shutil
from pathlib import Path

import pytest

from tests.runs import ask, badgewire, raised_alerts, tables


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


def test_the_sample_gives_stories_that_came_through_archive_and_extraction(sample_home: Path) -> None:
    published = sample_home / "sample" / "published" / "badgewire.duckdb"
    stories, relevant, sources = ask(
        published, "select count(*), count(*) filter (where relevant), count(distinct source_id) from stories"
    )[0]
    assert int(str(stories)) >= 40
    assert int(str(relevant)) >= 20
    assert int(str(sources)) >= 8
    assert ask(published, "select count(*) from fetches where outcome = 'captured' and reading is null") == [(0,)]


def test_a_second_run_adds_nothing_raises_nothing_and_fetches_only_what_has_changed(home: Path) -> None:
    published = home / "sample" / "published" / "badgewire.duckdb"
    before, alerts = tables(published), raised_alerts(home)
    last = ask(published, "select max(tried_at) from fetches")[0][0]
    done = badgewire(home, "run")
    assert done.returncode == 0, done.stderr
    after = tables(published)
    for table in ("stories", "story_revisions", "clusters", "cluster_members"):
        assert len(after[table]) == len(before[table]), table
    again = ask(
        published,
        f"""
        select now.url from fetches as now join fetches as earlier using (url, digest)
        where now.outcome = 'captured' and now.tried_at > '{last}' and earlier.tried_at <= '{last}' and now.purpose = 'story'
        """,
    )
    assert again == [], "bytes that have not changed were archived again"
    unchanged = ask(published, f"select count(*) from fetches where outcome = 'unchanged' and tried_at > '{last}'")
    assert int(str(unchanged[0][0])) >= 40
    assert "Alerts: none raised by this run" in done.stdout
    assert raised_alerts(home) == alerts


def test_a_warehouse_built_anew_from_archive_and_ledger_has_the_same_rows_asks_no_site_and_alerts_nobody(
    home: Path,
) -> None:
    place = home / "sample"
    published = place / "published" / "badgewire.duckdb"
    before, alerts, archived = tables(published), raised_alerts(home), files_of(place / "archive")
    (place / "warehouse.duckdb").unlink()
    shutil.rmtree(place / "steps")
    done = badgewire(home, "rebuild")
    assert done.returncode == 0, done.stderr
    assert tables(published) == before
    assert files_of(place / "archive") == archived
    assert "Alerts: none raised by this run" in done.stdout
    assert badgewire(home, "alerts", "deliver").stdout.startswith("0 sent")
    assert raised_alerts(home) == alerts
    sent = [json.loads(line) for line in (place / "alerts" / "alerts.jsonl").read_text().splitlines()]
    assert sorted(line["alert_id"] for line in sent if line["type"] == "alert") == sorted(
        alert.alert_id for alert in alerts
    )
    assert ask(published, "select count(*), count(distinct alert_id) from alerts") == [(len(alerts), len(alerts))]


def files_of(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_size) for path in folder.rglob("*") if path.is_file())


def test_reading_a_day_again_changes_nothing(home: Path) -> None:
    place = home / "sample"
    before = tables(place / "published" / "badgewire.duckdb")
    day = sorted(path.name for path in (place / "archive").iterdir() if path.is_dir())[0]
    done = badgewire(home, "reread", "--since", day, "--until", day)
    assert done.returncode == 0, done.stderr
    assert tables(place / "published" / "badgewire.duckdb") == before
