"""What alerted and is read otherwise later is shown corrected in the feeds, and sent only where a rule asks for it."""

from datetime import timedelta

import feedparser
import pytest

from pipelines.steps.alert_readings import keep_readings
from pipelines.steps.delivering import deliver_due
from tests.alerts.conftest import NOW, Desk, rule_file, store
from warehouse.alert_ledger import open_alert_ledger
from warehouse.database import open_warehouse


def publish(desk: Desk) -> int:
    """What publishing does for alerts."""
    with open_alert_ledger(desk.ledger) as ledger, open_warehouse(desk.warehouse) as connection:
        return keep_readings(connection, ledger, desk.file, desk.now + timedelta(hours=1))


def entries(desk: Desk) -> list[feedparser.FeedParserDict]:
    """Deliver, and read the feed of everything."""
    deliver_due(desk.ledger, desk.folder / "out", desk.file, {}, lambda: NOW + timedelta(hours=2))
    return list(feedparser.parse((desk.folder / "out" / "all.atom").read_bytes()).entries)


@pytest.fixture
def heard(desk: Desk) -> Desk:
    """A desk that has alerted once, on a feed and a file."""
    desk.file = rule_file(desk.folder / "on.yml", channels="[feed, file]")
    desk.load({"statement": "a"})
    return desk


def raised(desk: Desk) -> list[str]:
    with open_alert_ledger(desk.ledger) as ledger:
        return [row.subject_id for row in ledger.alerts.raised()]


def test_a_better_reading_is_shown_in_the_feed_under_the_same_id_and_time_and_sent_nowhere(heard: Desk) -> None:
    [before] = entries(heard)
    assert heard.load({"statement": "a", "stance": "limits"}) == []
    assert publish(heard) == 1
    [after] = entries(heard)
    assert (after.id, after.updated) == (before.id, before.updated)
    assert after.title.startswith("Corrected: Cedar County Sheriff's Office")
    assert "limits cooperation (first read as: refuses)" in after.title
    assert raised(heard) == ["a"]
    assert len((heard.folder / "out" / "alerts.jsonl").read_text().splitlines()) == 1


def test_another_outlets_copy_raises_the_reach_that_the_feed_shows(heard: Desk) -> None:
    assert "one story" in entries(heard)[0].content[0].value
    heard.load({"statement": "a", "story": "copy", "stories": 2})
    publish(heard)
    assert "2 stories in one outlet" in entries(heard)[0].content[0].value
    assert raised(heard) == ["a"]


def test_a_statement_that_is_none_after_all_is_shown_as_withdrawn(heard: Desk) -> None:
    with open_warehouse(heard.warehouse) as connection:
        connection.execute("update statements set rejected = true")
    publish(heard)
    assert "no statement of an agency after all" in entries(heard)[0].title


def test_readings_are_kept_once_and_never_from_a_warehouse_that_lacks_the_story(heard: Desk) -> None:
    assert publish(heard) == 0
    heard.load({"statement": "a", "stance": "limits"})
    assert [publish(heard), publish(heard)] == [1, 0]
    heard.forget_warehouse()
    heard.load()
    assert publish(heard) == 0


def test_a_rule_that_asks_for_corrections_gets_each_once(heard: Desk) -> None:
    heard.file = rule_file(heard.folder / "on.yml", channels="[feed, file], corrections: true")
    heard.load({"statement": "a", "stance": "limits"})
    publish(heard)
    publish(heard)
    [first, correction] = raised(heard)
    assert first == "a"
    assert correction.startswith("a#")
    deliver_due(heard.ledger, heard.folder / "out", heard.file, {}, lambda: NOW + timedelta(hours=2))
    written = (heard.folder / "out" / "alerts.jsonl").read_text().splitlines()
    assert len(written) == 2
    assert '"correction":{"agency":"Cedar County Sheriff\'s Office","stance":"refuses","withdrawn":false}' in written[1]
    heard.load()
    with open_warehouse(heard.warehouse) as connection:
        assert connection.execute("select count(*) from alerts").fetchone() == (2,)
        store(connection, NOW, statement="a", stance="refuses")
    publish(heard)
    assert len(raised(heard)) == 3
