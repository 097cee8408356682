"""The operator hears of sources that are dead, a schedule that is late and channels that fail, and not of health."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.receivers import MailReceiver
from pipelines.defs.alerting import HOURLY, dead_sources, late_schedule
from pipelines.steps.delivering import deliver_due
from tests.alerts.conftest import NOW, Desk, publish_tries, rule_file
from warehouse.alert_ledger import NoticeRow, open_alert_ledger


@dg.job(name=HOURLY)
def good_hour() -> None:
    """An hourly run in which all goes well."""


@dg.op
def breaks() -> None:
    """Fail."""
    raise RuntimeError


@dg.job(name=HOURLY)
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
    assert list(late_schedule(instance, datetime.now(UTC))) == []
    job.execute_in_process(instance=instance, raise_on_error=False)
    told = list(late_schedule(instance, datetime.now(UTC) + timedelta(hours=hours)))
    assert [each.heading for each in told] == (["the hourly run is late"] if late else [])


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
    [told] = dead_sources(path, NOW)
    assert told.heading == "2 sources are dead"
    assert "fell_silent (since 2026-04-29 12:00), never_answered (never answered)" in told.text
    [again] = dead_sources(path, NOW + timedelta(hours=1))
    assert again.notice_id == told.notice_id, "the same dead sources are told once"


def test_nothing_is_dead_where_nothing_is_published(tmp_path: Path) -> None:
    assert list(dead_sources(tmp_path / "none.duckdb", NOW)) == []


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
