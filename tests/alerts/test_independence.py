"""A channel that is slow, down or gone from the file holds no other up, and nothing waits for it unseen."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from benchmarks.receivers import MailReceiver, WebReceiver
from pipelines.alerts.delivery import GIVE_UP_AFTER
from pipelines.alerts.rule_file import load_alert_file
from pipelines.steps.composing import due_channels
from pipelines.steps.delivering import deliver_due
from tests.alerts.conftest import Clock, Desk, alert_text, lines, on, outcomes, send
from warehouse.alert_ledger import open_alert_ledger


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that sends a byte of its answer every half second and comes to no end."""
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with server.accept()[0] as connection:
            connection.sendall(b"220-")
            while not ended.wait(0.5):
                connection.sendall(b"a")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield int(server.getsockname()[1])
    ended.set()
    thread.join(5)
    server.close()


@pytest.mark.parametrize(("channel", "variable", "scheme"), [("hook", "HOOK", "http"), ("post", "POST", "smtp")])
def test_what_is_raised_while_a_channel_drips_reaches_the_others_and_the_run_ends(
    desk: Desk, dripping: int, monkeypatch: pytest.MonkeyPatch, channel: str, variable: str, scheme: str
) -> None:
    monkeypatch.setattr("pipelines.alerts.channels.MESSAGE_SECONDS", 6.0)
    on(desk, f"[{channel}, file]")
    desk.now = datetime.now(UTC)
    desk.load({"statement": "a"})
    environment = {variable: f"{scheme}://127.0.0.1:{dripping}/"}
    started = time.monotonic()
    run = threading.Thread(target=deliver_due, args=(desk.ledger, desk.folder / "out", desk.file, environment))
    run.start()
    desk.now = datetime.now(UTC)
    desk.load({"statement": "b", "text": "Other", "story": "story-2"})
    while len(lines(desk)) < 2 and run.is_alive():
        run.join(0.1)
    assert run.is_alive()
    assert len(lines(desk)) == 2
    run.join(12)
    assert not run.is_alive()
    assert time.monotonic() - started < 12
    with open_alert_ledger(desk.ledger) as ledger:
        [failed] = [row for _, row in ledger.messages.deliveries() if row.outcome == "failed"]
    assert failed.detail == "no end within 6 seconds"


def without_hook(desk: Desk) -> None:
    """The file with its hook renamed."""
    path: Path = desk.folder / "renamed.yml"
    text = alert_text(channels="[hook]", extra="operator: [file]")
    path.write_text(text.replace("name: hook", "name: desk-hook").replace("[hook]", "[desk-hook]"), encoding="utf-8")
    desk.file = load_alert_file(path)


def test_what_waits_for_a_channel_that_was_renamed_is_told_at_once_and_given_up_after_three_days(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    web.answers = [(503, {})]
    send(desk, clock, HOOK=web.address)
    desk.load({"statement": "b", "text": "Other", "story": "story-2"})
    without_hook(desk)
    with open_alert_ledger(desk.ledger) as ledger:
        assert "hook" in due_channels(ledger, desk.file, clock.now)
    send(desk, clock)
    send(desk, clock)
    assert [line["heading"] for line in lines(desk)] == [
        "Badgewire needs a look: channel hook is no longer in alerts.yml"
    ]
    assert "2 messages wait for it" in str(lines(desk)[0]["text"])
    clock.now += GIVE_UP_AFTER + timedelta(minutes=1)
    assert send(desk, clock).parked == 2
    with open_alert_ledger(desk.ledger) as ledger:
        assert "hook" not in due_channels(ledger, desk.file, clock.now)
        assert ledger.messages.waiting("hook") == []
    assert outcomes(desk).count("parked") == 2


def test_a_channel_that_comes_back_within_three_days_gets_what_waited(
    desk: Desk, clock: Clock, web: WebReceiver
) -> None:
    on(desk, "[hook]")
    desk.load({"statement": "a"})
    without_hook(desk)
    send(desk, clock)
    on(desk, "[hook]")
    clock.now += timedelta(days=2)
    assert send(desk, clock, HOOK=web.address).sent == 1


def test_a_recipient_that_is_refused_is_tried_again_alone_and_keeps_no_mail_from_the_other(
    desk: Desk, clock: Clock, mail: MailReceiver
) -> None:
    refusing = True

    async def handle_rcpt(_server: object, _session: object, envelope: object, address: str, _options: object) -> str:
        if refusing and address.startswith("chief"):
            return "450 greylisted"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    mail.handle_RCPT = handle_rcpt  # type: ignore[attr-defined]
    path = desk.folder / "two.yml"
    path.write_text(
        alert_text(channels="[post]", extra="operator: [file]").replace(
            "desk@paper", "desk@paper.example, chief@paper"
        ),
        encoding="utf-8",
    )
    desk.file = load_alert_file(path)
    desk.load({"statement": "a"}, {"statement": "b", "text": "Other", "story": "story-2"})
    counts = send(desk, clock, POST=mail.address)
    assert (counts.sent, counts.failed, len(mail.mails)) == (0, 2, 2)
    assert counts.problems[0] == "post: 1 of 2 recipients refused (450)"
    clock.now += timedelta(minutes=2)
    send(desk, clock, POST=mail.address)
    assert len(mail.mails) == 2
    refusing = False
    clock.now += timedelta(minutes=10)
    assert send(desk, clock, POST=mail.address).failed == 0
    received = [message_from_bytes(each)["Message-ID"] for each in mail.mails]
    assert (len(received), len(set(received))) == (4, 2)
    assert "channel post fails" in str(lines(desk)[0]["heading"])
    assert "chief@" not in str(counts.problems)
