"""Quiet hours, mutes and acknowledgements hold at the moment of sending, first try or not."""

import json
from datetime import datetime, timedelta

import pytest

from benchmarks.receivers import WebReceiver
from tests.alerts.conftest import NOW, Clock, Desk, lines, on, outcomes, send
from warehouse.alert_ledger import MuteRow, open_alert_ledger

QUIET = '[hook], quiet: {start: "22:00", until: "07:00", timezone: UTC}'
EVENING = NOW.replace(hour=21, minute=59)
MORNING = NOW.replace(hour=7, minute=0) + timedelta(days=1)


def mute(desk: Desk, what: str, name: str, at: datetime = NOW) -> None:
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_mute(MuteRow(what, name, at, at + timedelta(days=1), "me"))


def test_what_failed_before_the_quiet_hours_is_tried_again_after_them(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    on(desk, QUIET)
    clock.now = desk.now = EVENING
    desk.load({"statement": "a"})
    web.answers = [(503, {})]
    send(desk, clock, HOOK=web.address)
    clock.now += timedelta(minutes=5)
    send(desk, clock, HOOK=web.address)
    assert web.tried == 1
    clock.now = MORNING
    assert send(desk, clock, HOOK=web.address).sent == 1


def test_what_could_not_go_out_before_the_quiet_hours_waits_for_their_end(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    on(desk, QUIET)
    desk.now = EVENING
    [alert] = desk.load({"statement": "a"})
    clock.now = EVENING + timedelta(hours=5)
    send(desk, clock, HOOK=web.address)
    assert web.tried == 0
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_resend(alert.alert_id, "hook", clock.now)
    assert send(desk, clock, HOOK=web.address).sent == 1
    clock.now = MORNING
    assert send(desk, clock, HOOK=web.address).sent == 1


def test_a_muted_rule_lifts_no_quiet_hours_of_another(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, QUIET, rules="  - {name: at-once, channels: [hook]}\n")
    clock.now = desk.now = EVENING + timedelta(hours=1)
    mute(desk, "rule", "at-once", desk.now)
    desk.load({"statement": "a"})
    assert send(desk, clock, HOOK=web.address).sent == 0
    assert web.tried == 0
    clock.now = MORNING
    assert send(desk, clock, HOOK=web.address).sent == 1


@pytest.mark.parametrize(
    ("what", "name"),
    [("channel", "hook"), ("rule", "everything"), ("agency", "us-ia-cedar-sheriff"), ("ack", "")],
)
def test_what_was_tried_once_is_withheld_when_it_is_muted_or_noted(
    desk: Desk, clock: Clock, web: WebReceiver, what: str, name: str
) -> None:
    on(desk, "[hook]")
    [alert] = desk.load({"statement": "a"})
    web.answers = [(503, {})]
    send(desk, clock, HOOK=web.address)
    if what == "ack":
        with open_alert_ledger(desk.ledger) as ledger:
            ledger.notes.add_ack(alert.alert_id, NOW, "me", "")
    else:
        mute(desk, what, name)
    clock.now += timedelta(minutes=5)
    assert send(desk, clock, HOOK=web.address).withheld == 1
    assert (web.tried, outcomes(desk)) == (1, ["failed", "withheld"])


def test_a_second_try_leaves_out_what_was_noted_meanwhile(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]")
    first, second = desk.load({"statement": "a"}, {"statement": "b", "text": "Other"})
    web.answers = [(503, {})]
    send(desk, clock, HOOK=web.address)
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_ack(first.alert_id, NOW, "me", "")
    clock.now += timedelta(minutes=5)
    send(desk, clock, HOOK=web.address)
    assert [each["alert_id"] for each in json.loads(web.posts[0][2])["items"]] == [second.alert_id]


def test_a_muted_channel_hears_no_heartbeat(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]", extra="heartbeat: {every_hours: 24, channels: [hook, file]}")
    mute(desk, "channel", "hook")
    send(desk, clock, HOOK=web.address)
    assert (web.tried, len(lines(desk))) == (0, 1)
    clock.now += timedelta(hours=25)
    assert send(desk, clock, HOOK=web.address).sent == 2


def test_two_heartbeats_lie_a_whole_period_apart(desk: Desk, clock: Clock) -> None:
    on(desk, "[file]", extra="heartbeat: {every_hours: 24, channels: [file]}")
    clock.now = NOW.replace(hour=23, minute=59)
    send(desk, clock)
    clock.now += timedelta(hours=23)
    send(desk, clock)
    assert len(lines(desk)) == 1
    clock.now += timedelta(hours=1)
    send(desk, clock)
    assert len(lines(desk)) == 2


def test_after_an_outage_only_the_latest_heartbeat_is_sent(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]", extra="heartbeat: {every_hours: 1, channels: [hook]}")
    web.answers = [(503, {})] * 5
    for hours in range(0, 12, 2):
        clock.now = NOW + timedelta(hours=hours)
        send(desk, clock, HOOK=web.address)
    clock.now += timedelta(minutes=30)
    send(desk, clock, HOOK=web.address)
    assert [json.loads(body)["created_at"] for _, _, body in web.posts] == [(NOW + timedelta(hours=10)).isoformat()]
