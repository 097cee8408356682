"""The operator hears of sources that are dead, a schedule that is late and channels that fail, and not of health."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner, Result

from benchmarks.receivers import MailReceiver
from pipelines.alerts.rule_file import SHIPPED, load_alert_file
from pipelines.cli import build_app
from pipelines.defs.alerting import late_schedule
from pipelines.defs.jobs import hourly
from pipelines.steps.delivering import deliver_due
from pipelines.steps.watching import dead_sources, published_notices
from pipelines.workspace import Profile, Workspace
from tests.alerts.conftest import NOW, Desk, publish_tries, rule_file
from warehouse.alert_ledger import NoticeRow, open_alert_ledger
from warehouse.snapshot import open_snapshot


@dg.job(name=hourly.name)
def good_hour() -> None:
    """An hourly run in which all goes well."""


@dg.op
def breaks() -> None:
    """Fail."""
    raise RuntimeError


@dg.job(name=hourly.name)
def bad_hour() -> None:
    """An hourly run that fails."""
    breaks()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@pytest.mark.parametrize(
    ("hours", "late"), [(2, False), (3, True)], ids=["within its time", "after two hours and a half"]
)
@pytest.mark.parametrize("job", [good_hour, bad_hour], ids=["good", "bad"])
def test_the_hourly_run_is_late_when_its_last_success_or_first_try_is_long_ago(
    instance: dg.DagsterInstance, job: dg.JobDefinition, hours: int, late: bool
) -> None:
    now = datetime.now(UTC)
    assert list(late_schedule(instance, now, now)) == []
    job.execute_in_process(instance=instance, raise_on_error=False)
    told = list(late_schedule(instance, datetime.now(UTC) + timedelta(hours=hours), now))
    assert [each.heading for each in told] == (["the hourly run is late"] if late else [])


def test_an_hourly_run_that_never_started_is_late_when_it_was_looked_for_long_enough(
    instance: dg.DagsterInstance,
) -> None:
    [told] = late_schedule(instance, NOW, NOW - timedelta(hours=3))
    assert "None has succeeded since the watch began" in told.text


def ago(*tries: tuple[float, str]) -> list[tuple[datetime, str]]:
    """Tries so many days ago, with their outcome."""
    return [(NOW - timedelta(days=days), outcome) for days, outcome in tries]


def test_a_source_that_is_tried_and_does_not_answer_for_two_days_is_dead(tmp_path: Path, empty_warehouse: Path) -> None:
    path = tmp_path / "published.duckdb"
    publish_tries(
        path,
        empty_warehouse,
        NOW,
        fell_silent=ago((5, "unchanged"), (3, "error"), (0.1, "error")),
        never_answered=ago((3, "error"), (0.1, "error")),
        hiccup=ago((1, "unchanged"), (0.1, "error")),
        new=ago((0.5, "error"), (0.1, "error")),
        left_out=ago((30, "unchanged"), (20, "error")),
        well=ago((5, "error"), (0.1, "unchanged")),
    )
    with open_snapshot(path) as connection:
        [told] = dead_sources(connection, NOW)
        [again] = dead_sources(connection, NOW + timedelta(hours=1))
    assert told.heading == "2 sources are dead"
    assert "fell_silent (since 2026-04-29 12:00), never_answered (never answered)" in told.text
    assert again.notice_id == told.notice_id, "the same dead sources are told once"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path / "home"))
    return Workspace.of(Profile.LIVE).create()


def headings(place: Workspace) -> list[str]:
    path = place.root / "alerts" / "alerts.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line["heading"].removeprefix("Badgewire needs a look: ") for line in lines if line["type"] == "operator"]


def deliver() -> Result:
    return CliRunner().invoke(build_app(["alerts"]), ["alerts", "deliver", "--live"])


def test_nothing_is_told_where_nothing_is_published(live: Workspace) -> None:
    assert published_notices(live, load_alert_file(SHIPPED), NOW) == []


def test_delivery_from_cron_tells_of_dead_sources_and_of_a_crawl_that_stands_still(
    live: Workspace, empty_warehouse: Path
) -> None:
    now = datetime.now(UTC)
    tries = [(now - timedelta(days=5), "unchanged"), (now - timedelta(days=1, hours=1), "error")]
    publish_tries(live.published, empty_warehouse, now, quiet_county=tries)
    assert deliver().exit_code == 0
    assert deliver().exit_code == 0
    assert headings(live) == ["source quiet_county is dead", "nothing is crawled"]


def test_a_fault_in_the_file_is_told_and_what_waits_goes_out_by_the_rules_before_it(
    live: Workspace, desk: Desk
) -> None:
    path = live.root / "alerts.yml"
    desk.file = rule_file(path, channels="[file]", extra="operator: [file]")
    desk.folder, desk.now = live.root, datetime.now(UTC)
    desk.forget_warehouse()
    assert deliver().exit_code == 0
    desk.load({"statement": "a"})
    path.write_text(path.read_text().replace("name: everything", "nam: everything"))
    shown = deliver()
    assert shown.exit_code == 1
    assert f"{path}:" in shown.output
    assert headings(live) == ["alerts.yml has a fault"]
    assert '"type":"alert"' in (live.root / "alerts" / "alerts.jsonl").read_text()


def test_a_channel_that_fails_three_times_is_told_to_the_operator_by_mail_once(desk: Desk) -> None:
    desk.file = rule_file(desk.folder / "on.yml", channels="[hook]", extra="operator: [post]")
    desk.load({"statement": "a"})
    with MailReceiver() as mail:
        hours = 0.0
        for _ in range(6):
            hours += 1.5
            at = NOW + timedelta(hours=hours)
            addresses = {"HOOK": "http://127.0.0.1:9/?token=s3cret", "POST": mail.address}
            deliver_due(desk.ledger, desk.folder / "out", desk.file, addresses, lambda at=at: at)
        [told] = (message_from_bytes(each) for each in mail.mails)
    assert told["Subject"] == "Badgewire needs a look: channel hook fails"
    assert "no answer: ConnectError" in told.as_string()
    assert "s3cret" not in told.as_string()


def test_a_notice_reaches_every_operator_channel_once_and_none_after_three_days(desk: Desk) -> None:
    desk.file = rule_file(desk.folder / "on.yml", extra="operator: [file]")
    with open_alert_ledger(desk.ledger) as ledger:
        for name, at in (("old", NOW - timedelta(days=4)), ("new", NOW), ("new", NOW)):
            ledger.notes.add_notice(NoticeRow(name, at, f"{name} thing", "Look."))
    for _ in range(2):
        deliver_due(desk.ledger, desk.folder / "out", desk.file, {}, lambda: NOW)
    lines = [json.loads(line) for line in (desk.folder / "out" / "alerts.jsonl").read_text().splitlines()]
    assert [line["heading"] for line in lines] == ["Badgewire needs a look: new thing"]


def test_a_feed_that_cannot_be_written_is_told_and_holds_no_other_channel_up(desk: Desk) -> None:
    desk.file = rule_file(desk.folder / "on.yml", channels="[feed, file]")
    desk.load({"statement": "a"})
    (desk.folder / "out" / "all.atom").mkdir(parents=True)
    counts = deliver_due(desk.ledger, desk.folder / "out", desk.file, {}, lambda: NOW)
    assert (counts.sent, counts.failed) == (1, 1)
    assert counts.problems == ["feed: cannot be written: Is a directory"]
    (desk.folder / "out" / "all.atom").rmdir()
    counts = deliver_due(desk.ledger, desk.folder / "out", desk.file, {}, lambda: NOW + timedelta(minutes=1))
    assert (counts.sent, counts.failed) == (1, 0)


def test_a_new_rule_has_its_feed_with_the_next_delivery(desk: Desk) -> None:
    for rules in ("", "  - {name: limits, stances: [limits], channels: [feed]}\n"):
        desk.file = rule_file(desk.folder / "on.yml", channels="[feed]", rules=rules)
        deliver_due(desk.ledger, desk.folder / "out", desk.file, {}, lambda: NOW)
    assert sorted(path.name for path in (desk.folder / "out").glob("*.atom")) == [
        "all.atom", "everything.atom", "limits.atom",
    ]  # fmt: skip
