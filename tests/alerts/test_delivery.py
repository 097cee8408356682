"""Messages reach real receivers, are tried again as these ask, and never twice where one confirmed."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from benchmarks.alerts import kill_deliveries
from benchmarks.receivers import MailReceiver, WebReceiver
from pipelines.alerts.delivery import GIVE_UP_AFTER, Candidate, bundles, retry_time
from pipelines.alerts.files import append_lines
from pipelines.alerts.messages import Rendered
from pipelines.alerts.outgoing import Outgoing
from pipelines.alerts.rule_file import load_alert_file
from pipelines.alerts.rules import AlertFile
from pipelines.steps.alerting import mirror_deliveries
from pipelines.steps.composing import due_channels
from pipelines.steps.delivering import DeliveryCounts
from tests.alerts.conftest import NOW, Clock, Desk, alert_text, lines, on, outcomes, send
from warehouse.alert_ledger import MuteRow, open_alert_ledger
from warehouse.database import open_warehouse


def test_what_was_sent_is_not_sent_again(desk: Desk, clock: Clock) -> None:
    [alert] = desk.load({"statement": "a"})
    assert send(desk, clock).sent == 1
    assert send(desk, clock).sent == 0
    assert [line["alert_id"] for line in lines(desk)] == [alert.alert_id]


def test_a_mail_has_text_html_and_an_id_that_stays(desk: Desk, clock: Clock, mail: MailReceiver) -> None:
    on(desk, "[post]")
    desk.load({"statement": "a", "text": "We <b>refuse</b>"})
    mail.answer = "451 later"
    assert send(desk, clock, POST=mail.address).failed == 1
    mail.answer = None
    clock.now += timedelta(hours=1)
    assert send(desk, clock, POST=mail.address).sent == 1
    received = message_from_bytes(mail.mails[0])
    with open_alert_ledger(desk.ledger) as ledger:
        [(_, first), (_, second)] = ledger.messages.deliveries()
    assert first.message_id == second.message_id
    assert received["Message-ID"] == f"<{first.message_id}.badgewire@badgewire.example>"
    text, html = (part.get_payload(decode=True).decode() for part in received.get_payload())  # type: ignore[union-attr]
    assert "Cedar County Sheriff" in received["Subject"]
    assert "We <b>refuse</b>" in text
    assert "We &lt;b&gt;refuse&lt;/b&gt;" in html


def test_a_webhook_gets_an_idempotency_key_that_is_the_same_at_every_try(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    on(desk, "[hook]")
    [alert] = desk.load({"statement": "a"})
    web.answers = [(500, {})]
    send(desk, clock, HOOK=web.address)
    clock.now += timedelta(minutes=2)
    send(desk, clock, HOOK=web.address)
    [(_, headers, body)] = web.posts
    assert headers["Idempotency-Key"] == json.loads(body)["message_id"]
    assert json.loads(body)["items"][0]["alert_id"] == alert.alert_id
    assert outcomes(desk) == ["failed", "sent"]


def test_retry_after_is_obeyed(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    web.answers = [(429, {"Retry-After": "3600"})]
    send(desk, clock, HOOK=web.address)
    clock.now += timedelta(minutes=59)
    assert send(desk, clock, HOOK=web.address) == DeliveryCounts()
    clock.now += timedelta(minutes=2)
    assert send(desk, clock, HOOK=web.address).sent == 1
    assert web.tried == 2


@pytest.mark.parametrize("answer", [(0, {}), (503, {}), (302, {"Location": "http://127.0.0.1/elsewhere"})])
def test_an_answer_that_is_none_is_a_failure_to_try_again(
    desk: Desk, clock: Clock, web: WebReceiver, answer: tuple[int, dict[str, str]]
) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    web.answers = [answer]
    assert send(desk, clock, HOOK=web.address).failed == 1
    assert web.tried == 1


def test_a_channel_that_hangs_holds_no_other_up(
    desk: Desk, clock: Clock, web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.alerts.webhook.TIMEOUT", 1.0)
    on(desk, "[hook, file]")
    desk.load({"statement": "a"}, {"statement": "b", "text": "Other"})
    web.answers = [(-1, {})]
    counts = send(desk, clock, HOOK=web.address)
    assert (counts.sent, counts.failed) == (2, 1)
    assert len(lines(desk)) == 2


def test_a_message_that_always_fails_does_not_hold_up_the_others(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"}, {"statement": "b", "text": "Other", "story": "story-2"})
    web.answers = [(500, {})]
    send(desk, clock, HOOK=web.address)
    clock.now += timedelta(seconds=40)
    web.answers = [(200, {}), (500, {})]
    send(desk, clock, HOOK=web.address)
    assert len(web.posts) == 1


def test_after_three_days_a_message_is_parked_and_the_operator_told(desk: Desk, clock: Clock) -> None:
    on(desk, "[hook]", extra="operator: [file]")
    desk.load({"statement": "a"})
    send(desk, clock, HOOK="http://127.0.0.1:9/")
    clock.now += GIVE_UP_AFTER - timedelta(minutes=1)
    send(desk, clock, HOOK="http://127.0.0.1:9/")
    clock.now += timedelta(hours=2)
    assert send(desk, clock, HOOK="http://127.0.0.1:9/").parked == 1
    send(desk, clock, HOOK="http://127.0.0.1:9/")
    assert [line["type"] for line in lines(desk)] == ["operator"]
    assert "hook" in str(lines(desk)[0]["heading"])


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_body_that_the_receiver_does_not_take_today_is_tried_again_when_it_asks(
    desk: Desk, clock: Clock, web: WebReceiver, status: int
) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    web.answers = [(status, {"Retry-After": "1200"})]
    assert send(desk, clock, HOOK=web.address).failed == 1
    clock.now += timedelta(minutes=19)
    send(desk, clock, HOOK=web.address)
    assert web.tried == 1
    clock.now += timedelta(minutes=2)
    assert send(desk, clock, HOOK=web.address).sent == 1


@pytest.mark.parametrize("answer", ["554 5.7.1 temporarily blocked", "550 no", "451 later"])
def test_a_mail_that_the_server_does_not_take_today_is_tried_again(
    desk: Desk, clock: Clock, mail: MailReceiver, answer: str
) -> None:
    on(desk, "[post]")
    desk.load({"statement": "a"})
    mail.answer = answer
    assert send(desk, clock, POST=mail.address).failed == 1
    mail.answer = None
    clock.now += timedelta(minutes=2)
    assert send(desk, clock, POST=mail.address).sent == 1


def test_a_channel_without_its_variable_fails_by_name_and_shows_no_secret(desk: Desk, clock: Clock) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    assert send(desk, clock).problems == ["hook: $HOOK is not set"]
    clock.now += timedelta(hours=1)
    counts = send(desk, clock, HOOK="http://user:s3cret@127.0.0.1:9/")
    assert counts.failed == 1
    assert "s3cret" not in str(counts.problems)


def test_chat_goes_through_apprise(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[chat]")
    desk.load({"statement": "a", "text": "Hey @everyone <!channel> [click](https://evil.example)"})
    counts = send(desk, clock, CHAT=web.address.replace("http://", "json://"))
    assert counts.sent == 1
    text = json.loads(web.posts[0][2])["message"]
    assert "@everyone" not in text
    assert "<!" not in text
    assert "](http" not in text


def test_a_digest_waits_for_its_window_and_is_one_message(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook], digest_minutes: 60")
    desk.load({"statement": "a"}, {"statement": "b", "text": "Other"})
    assert send(desk, clock, HOOK=web.address).sent == 0
    clock.now += timedelta(minutes=61)
    assert send(desk, clock, HOOK=web.address).sent == 1
    assert len(json.loads(web.posts[0][2])["items"]) == 2


def test_quiet_hours_hold_an_alert_back_until_they_end(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, '[hook], quiet: {start: "22:00", until: "07:00", timezone: America/Chicago}')
    # 23:30 of 3 May in Chicago, where it is five hours earlier than UTC.
    clock.now = desk.now = datetime(2026, 5, 4, 4, 30, tzinfo=UTC)
    desk.load({"statement": "a"})
    for hour in (4, 8, 11):
        clock.now = clock.now.replace(hour=hour, minute=59)
        assert send(desk, clock, HOOK=web.address) == DeliveryCounts()
    clock.now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert send(desk, clock, HOOK=web.address).sent == 1
    desk.now = clock.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    desk.load({"statement": "b", "text": "By day"})
    assert send(desk, clock, HOOK=web.address).sent == 1


def test_a_flood_becomes_one_digest(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook, file]")
    desk.file = AlertFile(
        desk.file.path, desk.file.channels, desk.file.rules, flood=5, link="https://desk.example/alerts"
    )
    desk.load(*({"statement": f"s{i}", "text": f"Statement {i}"} for i in range(12)))
    send(desk, clock, HOOK=web.address)
    [(_, _, body)] = web.posts
    assert len(json.loads(body)["items"]) == 12
    assert "https://desk.example/alerts/all.atom" in json.loads(body)["text"]
    assert len(lines(desk)) == 12


def test_what_one_story_brings_comes_as_one_message(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook, file]")
    desk.load(
        {"statement": "a"}, {"statement": "b", "text": "Other"}, {"statement": "c", "text": "More", "story": "story-2"}
    )
    send(desk, clock, HOOK=web.address)
    bodies = [json.loads(body) for _, _, body in web.posts]
    assert [(body["kind"], len(body["items"])) for body in bodies] == [("story", 2), ("single", 1)]
    assert bodies[0]["subject"].endswith("(and 1 more)")
    assert len({line["message_id"] for line in lines(desk)}) == 3


def test_while_a_flood_lasts_the_rest_waits_for_the_end_of_the_hour() -> None:
    due = [Candidate(str(i), 0, 0, "en", f"story-{i}") for i in range(30)]
    assert [bundle.kind for bundle in bundles(due, 20, 0, 0)] == ["flood"]
    assert bundles(due, 20, 0, 1) == []
    assert [bundle.kind for bundle in bundles(due[:3], 20, 0, 1)] == ["single"] * 3


def test_messages_speak_one_language_each_and_digests_of_two_windows_stay_apart(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    path = desk.folder / "two.yml"
    text = alert_text(channels="[hook], stances: [refuses], digest_minutes: 60")
    spanish = "  - {name: es, channels: [hook], stances: [limits], language: es}\n"
    daily = "  - {name: daily, channels: [hook], stances: [cooperates], digest_minutes: 1440}\n"
    path.write_text(text + spanish + daily, encoding="utf-8")
    desk.file = load_alert_file(path)
    desk.load(
        {"statement": "a"},
        {"statement": "b", "text": "We limit it", "stance": "limits"},
        {"statement": "c", "text": "We help", "stance": "cooperates"},
    )
    clock.now += timedelta(hours=13)
    send(desk, clock, HOOK=web.address)
    subjects = sorted(json.loads(body)["subject"] for _, _, body in web.posts)
    assert subjects[1:] == ["One new agency statement", "One new agency statement"]
    assert "limita la cooperación" in subjects[0]


def test_a_story_that_two_rules_bring_in_two_languages_is_two_messages() -> None:
    due = [Candidate(str(i), 0, 0, language, "story") for i, language in enumerate(("en", "es", "en"))]
    assert [(bundle.kind, len(bundle.members)) for bundle in bundles(due, 20, 0, 0)] == [("story", 2), ("single", 1)]
    assert [len(bundle.members) for bundle in bundles(due, 1, 0, 0)] == [2, 1]


def test_a_muted_rule_sends_nothing_and_files_keep_the_record(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook, file]")
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_mute(MuteRow("rule", "everything", NOW, NOW + timedelta(hours=1), "me"))
    [alert] = desk.load({"statement": "a"})
    counts = send(desk, clock, HOOK=web.address)
    assert (counts.sent, counts.withheld, len(lines(desk))) == (1, 1, 1)
    clock.now += timedelta(hours=2)
    assert send(desk, clock, HOOK=web.address).sent == 0
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_resend(alert.alert_id, "hook", clock.now)
    assert send(desk, clock, HOOK=web.address).sent == 1


def test_an_acknowledged_alert_is_no_longer_pushed(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]")
    [alert] = desk.load({"statement": "a"})
    with open_alert_ledger(desk.ledger) as ledger:
        ledger.notes.add_ack(alert.alert_id, NOW, "me", "seen")
    assert send(desk, clock, HOOK=web.address).withheld == 1


def test_a_heartbeat_comes_once_a_period(desk: Desk, clock: Clock) -> None:
    on(desk, "[file]", extra="heartbeat: {every_hours: 24, channels: [file]}")
    with open_alert_ledger(desk.ledger) as ledger:
        assert due_channels(ledger, desk.file, NOW) == ["file"]
    send(desk, clock)
    send(desk, clock)
    clock.now += timedelta(hours=24)
    send(desk, clock)
    assert [line["type"] for line in lines(desk)] == ["heartbeat", "heartbeat"]


def test_a_half_written_line_is_cut_off_and_written_again(desk: Desk, clock: Clock) -> None:
    desk.load({"statement": "a"})
    (desk.folder / "out").mkdir()
    (desk.folder / "out" / "alerts.jsonl").write_text('{"message_id": "x"}\n{"message_id": "ab')
    send(desk, clock)
    assert len(lines(desk)) == 2


def test_a_line_however_long_is_written_once_and_cut_off_whole(tmp_path: Path) -> None:
    """A hostile page can make a line longer than what is read of the file's end at first."""
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"message_id":"before"}\n', encoding="utf-8")
    rendered = Rendered("", "", "", "", ({"quote": "Long words " * 20_000},))
    message = Outgoing("long", "single", NOW, rendered, frozenset())
    append_lines(path, message)
    whole = path.read_text(encoding="utf-8")
    assert len(whole) > 200_000
    append_lines(path, message)
    assert path.read_text(encoding="utf-8") == whole, "a kill between writing and recording repeats nothing"
    path.write_text(whole[:150_000], encoding="utf-8")
    append_lines(path, message)
    assert path.read_text(encoding="utf-8") == whole, "a half line is cut off"


def test_what_waits_for_the_end_of_a_flood_starts_no_delivery(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    """The sensor would start an idle run every few seconds for an hour."""
    on(desk, "[hook]")
    desk.file = replace(desk.file, flood=5)
    desk.load(*({"statement": f"s{i}", "text": f"Statement {i}"} for i in range(6)))
    send(desk, clock, HOOK=web.address)
    desk.load(*({"statement": f"t{i}", "text": f"Other {i}", "story": f"story-{i}"} for i in range(6)))
    with open_alert_ledger(desk.ledger) as ledger:
        assert due_channels(ledger, desk.file, clock.now) == []
        assert due_channels(ledger, desk.file, clock.now + timedelta(hours=1, seconds=1)) == ["hook"]


def test_delays_double_with_jitter_up_to_an_hour() -> None:
    chance = random.Random(1)
    delays = [(retry_time(NOW, tries, None, chance) - NOW).total_seconds() for tries in range(1, 12)]
    assert 22 <= delays[0] <= 38
    assert all(delay <= 4500 for delay in delays)
    assert delays[5] > delays[0] * 8


def test_every_try_is_mirrored_into_the_warehouse_once(desk: Desk, clock: Clock, web: WebReceiver) -> None:
    on(desk, "[hook]")
    [alert] = desk.load({"statement": "a"})
    web.answers = [(500, {})]
    send(desk, clock, HOOK=web.address)
    clock.now += timedelta(minutes=2)
    send(desk, clock, HOOK=web.address)
    with open_alert_ledger(desk.ledger) as ledger, open_warehouse(desk.warehouse) as connection:
        mirror_deliveries(connection, ledger)
        mirror_deliveries(connection, ledger)
        rows = connection.execute(
            "select alert_id, attempt, outcome from alert_deliveries order by delivery_id"
        ).fetchall()
        latency = connection.execute("select raised_to_sent_seconds from alert_latency").fetchall()
        noise = connection.execute("select rule, alerts, read_otherwise_since from alert_noise").fetchall()
    assert rows == [(alert.alert_id, 1, "failed"), (alert.alert_id, 2, "sent")]
    assert latency == [(120,)]
    assert noise == [("everything", 1, 0)]


def test_kills_at_random_points_lose_nothing_and_repeat_at_most_one_a_kill_and_channel(tmp_path: Path) -> None:
    counts = kill_deliveries(tmp_path, alerts=60, kills=6, chance=random.Random(7))
    assert counts.lost == 0
    assert counts.repeated <= 3 * counts.kills
