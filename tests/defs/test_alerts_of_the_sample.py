"""The sample raises each alert once: a wire story's statement, an edited quote, changes of position."""

from itertools import combinations
from pathlib import Path

import feedparser
import pytest

from pipelines.alerts.facts import Alert
from pipelines.statements.joining import are_near_equal
from tests.alerts.atom import atom_faults
from tests.runs import ask, raised_alerts


@pytest.fixture(scope="module")
def alerts(sample_home: Path) -> list[Alert]:
    return raised_alerts(sample_home)


def test_a_wire_storys_statement_alerts_once_and_tells_how_far_it_reaches(alerts: list[Alert]) -> None:
    [wire] = [alert for alert in alerts if "send us the paper" in alert.facts.quote]
    assert wire.facts.agency == "Sandbluff County Sheriff's Office"
    assert (wire.facts.story_count, wire.facts.outlet_count) == (4, 4)


def test_no_two_alerts_carry_near_equal_words_of_one_agency(alerts: list[Alert]) -> None:
    same = [
        (one.facts.quote, other.facts.quote)
        for one, other in combinations(alerts, 2)
        if one.facts.agency_id == other.facts.agency_id and are_near_equal(one.facts.quote, other.facts.quote)
    ]
    assert same == []


def test_the_edited_quote_is_one_stealth_edit_with_both_wordings(alerts: list[Alert]) -> None:
    [edit] = [alert for alert in alerts if alert.facts.edit]
    assert edit.facts.edit is not None
    assert edit.facts.edit.before.startswith("We were asked by ICE to be there and we were glad to be asked")
    assert edit.facts.edit.after == "My deputies do not take part in immigration enforcement on the road."
    assert edit.rules == ("new-statements", "against-agreements", "refusals", "stealth-edits")
    assert not edit.late


def test_each_change_of_position_that_the_warehouse_shows_has_alerted(sample_home: Path, alerts: list[Alert]) -> None:
    published = sample_home / "sample" / "published" / "badgewire.duckdb"
    shown = ask(
        published, "select agency_id, from_stance::varchar, to_stance::varchar from position_changes order by 1"
    )
    told = [
        (alert.facts.agency_id, alert.facts.previous_stance, alert.facts.stance)
        for alert in alerts
        if "position-changes" in alert.rules
    ]
    assert shown
    assert sorted(told, key=str) == sorted(shown, key=str)


def test_the_reader_is_spared_unsure_readings_and_claims_of_others(alerts: list[Alert]) -> None:
    spared = [alert for alert in alerts if not {"first-heard", "position-changes", "stealth-edits"} & set(alert.rules)]
    assert all(alert.facts.confidence >= 0.7 and alert.facts.kind != "claim" for alert in spared)


def test_the_feeds_of_the_sample_are_valid_and_hold_every_alert(sample_home: Path, alerts: list[Alert]) -> None:
    folder = sample_home / "sample" / "alerts"
    for path in folder.glob("*.atom"):
        assert atom_faults(path.read_bytes()) == [], path.name
        assert not feedparser.parse(path.read_bytes()).bozo, path.name
    assert len(feedparser.parse((folder / "all.atom").read_bytes()).entries) == len(alerts)
    rules = {rule for alert in alerts for rule in alert.rules}
    assert {f"{rule}.atom" for rule in rules} | {"all.atom"} <= {path.name for path in folder.glob("*.atom")}


def test_the_published_file_holds_the_deliveries_of_the_last_visit_too(sample_home: Path) -> None:
    published = sample_home / "sample" / "published" / "badgewire.duckdb"
    undelivered = "select alert_id from alerts where alert_id not in (select alert_id from alert_deliveries)"
    assert ask(published, undelivered) == []
