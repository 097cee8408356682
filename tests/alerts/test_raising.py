"""A statement raises one alert in its life, whatever is loaded, rebuilt, upgraded or killed."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.alerts.match import Matcher
from pipelines.alerts.raising import raise_alert
from pipelines.steps.alerting import alert_table, consider_statements, restore_from_ledger
from tests.alerts.conftest import NOW, Desk, facts, rule_file, store
from warehouse.alert_ledger import open_alert_ledger
from warehouse.database import open_warehouse, transaction


def ledger_alerts(desk: Desk) -> list[str]:
    with open_alert_ledger(desk.ledger) as ledger:
        return [row.subject_id for row in ledger.alerts.raised()]


def test_a_statement_alerts_once_however_often_it_is_loaded(desk: Desk) -> None:
    assert [alert.facts.statement_id for alert in desk.load({"statement": "a"})] == ["a"]
    assert desk.load({"statement": "a"}, {"statement": "a", "story": "copy", "stories": 2}) == []
    assert ledger_alerts(desk) == ["a"]


def test_a_better_reading_of_an_old_statement_alerts_nobody(desk: Desk) -> None:
    desk.load({"statement": "a", "stance": "unclear"})
    assert desk.load({"statement": "a", "stance": "refuses", "agency": "us-ia-linn-sheriff"}) == []


def test_a_warehouse_built_anew_from_the_ledger_raises_nothing(desk: Desk) -> None:
    desk.load({"statement": "a"}, {"statement": "b", "text": "Other words"})
    desk.forget_warehouse()
    assert desk.load({"statement": "a"}, {"statement": "b", "text": "Other words"}) == []
    assert ledger_alerts(desk) == ["a", "b"]
    with open_warehouse(desk.warehouse) as connection:
        assert connection.execute("select count(*) from alerts").fetchone() == (2,)


def test_a_kill_between_commit_and_copy_is_made_good_by_the_next_load(desk: Desk) -> None:
    assert len(desk.load({"statement": "a"}, crash=True)) == 1
    assert ledger_alerts(desk) == []
    assert desk.load() == []
    assert ledger_alerts(desk) == ["a"]


def test_a_load_rolled_back_leaves_its_statements_new(desk: Desk) -> None:
    with (
        open_alert_ledger(desk.ledger) as ledger,
        open_warehouse(desk.warehouse) as connection,
        pytest.raises(RuntimeError),
        transaction(connection),
    ):
        store(connection, NOW, statement="a")
        assert consider_statements(connection, ledger, [], desk.file, NOW)
        raise RuntimeError
    assert len(desk.load({"statement": "a"})) == 1


def test_what_was_captured_too_long_ago_is_silent_for_good(desk: Desk) -> None:
    assert desk.load({"statement": "a", "captured": NOW - timedelta(days=8)}) == []
    desk.file = rule_file(desk.folder / "longer.yml", extra="new_for_days: 30")
    assert desk.load() == []


def test_a_statement_found_late_is_marked(desk: Desk) -> None:
    assert [alert.late for alert in desk.load({"statement": "a", "captured": NOW - timedelta(days=3)})] == [True]


def test_an_agencys_first_statement_is_the_one_heard_first(desk: Desk) -> None:
    [first] = desk.load({"statement": "b"})
    [second] = desk.load({"statement": "a", "text": "Something else", "captured": NOW - timedelta(days=2)})
    assert (first.facts.first_of_agency, second.facts.first_of_agency) == (True, False)


@pytest.mark.parametrize("crawled_first", ["a", "b"])
def test_of_one_load_the_statement_published_first_is_the_first_whichever_page_was_crawled_first(
    desk: Desk, crawled_first: str
) -> None:
    loaded = []
    for statement, published in (("a", NOW - timedelta(hours=5)), ("b", NOW - timedelta(hours=9))):
        captured = NOW - timedelta(hours=2 if statement == crawled_first else 1)
        loaded.append(
            {
                "statement": statement,
                "story": f"story-{statement}",
                "text": statement,
                "captured": captured,
                "published": published,
            }
        )
    firsts = {alert.facts.statement_id: alert.facts.first_of_agency for alert in desk.load(*loaded)}
    assert firsts == {"a": False, "b": True}


def test_a_change_of_position_carries_the_words_before(desk: Desk) -> None:
    desk.load({"statement": "a", "stance": "cooperates", "text": "We help", "said": NOW - timedelta(days=30)})
    [alert] = desk.load({"statement": "b", "stance": "refuses", "text": "We no longer help", "said": NOW})
    assert (alert.facts.position_change, alert.facts.previous_stance, alert.facts.previous_quote) == (
        True,
        "cooperates",
        "We help",
    )


def test_a_change_in_doubt_is_told_once_by_the_statement_that_confirms_it(desk: Desk) -> None:
    doubt = {"direct": False, "stance": "refuses"}
    desk.load({"statement": "a", "stance": "cooperates", "text": "We help", "said": NOW - timedelta(days=30)})
    [first] = desk.load({"statement": "b", "text": "no longer helps them", "said": NOW - timedelta(days=2), **doubt})
    [second] = desk.load({"statement": "c", "text": "will turn agents away", "said": NOW, **doubt})
    assert (first.facts.position_change, second.facts.position_change) == (False, True)


def test_a_statement_against_a_signed_agreement_is_known_as_such(desk: Desk) -> None:
    with open_warehouse(desk.warehouse) as connection:
        connection.execute(
            "insert into agreements values ('x', 'us-ia-cedar-sheriff', 'Task Force Model', 'active', null, "
            "'2026-01-01', '2026-02-01', 'Cedar', 'list.xlsx', '1')"
        )
    [alert] = desk.load({"statement": "a"})
    assert alert.facts.agreement_models == ("Task Force Model",)
    assert alert.facts.contradicts_agreement


def edited(desk: Desk, kind: str, before: str | None, after: str | None) -> None:
    with open_warehouse(desk.warehouse) as connection:
        connection.execute(
            "insert into revision_changes select 'story-1', 'story-1-r2', 'story-1-r1', count(*), 'statement', ?, ?, ?, '~' "
            "from revision_changes",
            [kind, before, after],
        )


def test_a_quote_replaced_after_publication_is_one_alert_that_shows_both_wordings(desk: Desk) -> None:
    desk.load({"statement": "a", "text": "We will never help them"})
    edited(desk, "removed", "We will never help them", None)
    edited(desk, "added", None, "We decide case by case")
    [alert] = desk.load(
        {"statement": "b", "text": "We decide case by case", "revision": "story-1-r2", "stance": "limits"}
    )
    assert alert.facts.edit is not None
    assert (alert.facts.edit.change, alert.facts.edit.before, alert.facts.edit.after) == (
        "altered", "We will never help them", "We decide case by case",
    )  # fmt: skip
    assert desk.load() == []


def test_of_two_new_halves_of_a_quote_the_one_that_takes_a_position_stands_for_the_old_words(desk: Desk) -> None:
    desk.load({"statement": "a", "text": "We will never help them"})
    edited(desk, "removed", "We will never help them", None)
    edited(desk, "added", None, "We were there for the traffic")
    edited(desk, "added", None, "we decide case by case")
    alerts = desk.load(
        {"statement": "b", "text": "We were there for the traffic", "revision": "story-1-r2", "stance": "unclear"},
        {"statement": "c", "text": "we decide case by case", "revision": "story-1-r2", "stance": "limits"},
    )
    edits = {alert.facts.statement_id: alert.facts.edit and alert.facts.edit.after for alert in alerts}
    assert edits == {"b": None, "c": "we decide case by case"}


def test_a_statement_removed_after_publication_alerts_only_rules_for_edits(desk: Desk) -> None:
    desk.file = rule_file(desk.folder / "e.yml", rules="  - {name: edits, stealth_edit: true, channels: [file]}\n")
    desk.load({"statement": "a", "text": "We will never help them"})
    with open_warehouse(desk.warehouse) as connection:
        store(connection, NOW, statement="c", text="We have lunch", revision="story-1-r2", full="We have lunch")
    edited(desk, "removed", "We will never help them", None)
    alerts = {alert.subject_id: alert for alert in desk.load()}
    assert alerts["a@story-1-r2"].rules == ("edits",)
    assert desk.load() == []


def test_words_that_still_stand_in_the_text_are_no_edit(desk: Desk) -> None:
    desk.load({"statement": "a", "text": "We will never help them"})
    with open_warehouse(desk.warehouse) as connection:
        store(
            connection,
            NOW,
            statement="c",
            text="We eat",
            revision="story-1-r2",
            full="He said: “We will NEVER help them.” We eat.",
        )
    edited(desk, "removed", "We will never help them", None)
    assert [alert.subject_id for alert in desk.load()] == ["c"]


def test_an_alert_goes_to_a_channel_as_soon_as_one_of_its_rules_lets_it(tmp_path: Path) -> None:
    quiet = 'quiet: {start: "20:00", until: "07:00", timezone: America/Chicago}'
    file = rule_file(
        tmp_path / "a.yml",
        channels="[file], digest_minutes: 60",
        rules=f"  - {{name: night, channels: [hook], {quiet}}}\n  - {{name: now, channels: [file]}}\n",
    )
    night = NOW.replace(hour=3)
    alert = raise_alert(facts(captured_at=night), file, Matcher(file.rules), night)
    assert alert is not None
    due = {each.channel: (each.due_at, each.digest_minutes) for each in alert.planned}
    assert due == {"file": (night, 0), "hook": (NOW, 0)}


def test_a_restored_ledger_fills_an_empty_warehouse_and_nothing_twice(desk: Desk) -> None:
    [alert] = desk.load({"statement": "a"})
    desk.forget_warehouse()
    with open_alert_ledger(desk.ledger) as ledger, open_warehouse(desk.warehouse) as connection:
        restore_from_ledger(connection, ledger)
        restore_from_ledger(connection, ledger)
        assert connection.execute("select alert_id from alerts").fetchall() == [(alert.alert_id,)]
        assert connection.execute("select count(*) from alert_outbox").fetchone() == (0,)
    assert alert_table([alert]).num_rows == 1
