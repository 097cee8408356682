"""Take alerts from the ledger to the channels: fix messages, send them, write down every try. Touches only the ledger.

Each channel has a thread, a connection and a lock of its own, so that one that hangs holds no other up and two
processes never send the same message. A message is fixed in the ledger before it is sent, and a kill between sending
and recording repeats that one message under the same key.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.alerts.channels import Place, send
from pipelines.alerts.delivery import FLOOD_WINDOW, GIVE_UP_AFTER, Bundle, Candidate, bundles, hold_time, retry_time
from pipelines.alerts.facts import Alert, content_id, read_alert
from pipelines.alerts.feed import ENTRIES, write_feeds
from pipelines.alerts.messages import Rendered, labels, render_alerts, render_note
from pipelines.alerts.outgoing import Outgoing, Result
from pipelines.alerts.rules import PUSHED, AlertChannel, AlertFile
from pipelines.steps.alert_readings import as_read_now
from warehouse.alert_ledger import AlertLedger, DeliveryRow, MessageRow, MuteRow, NoticeRow, open_alert_ledger

__all__ = ["DeliveryCounts", "deliver_due", "due_channels"]

BUDGET_SECONDS = 240.0
# So many tries in a row must fail before the operator hears of it: a hiccup is none.
FAILURES_TOLD = 3
FAILURES_SEEN = 20
NOTICES_KEPT = timedelta(days=3)


@dataclass(slots=True)
class DeliveryCounts:
    """Tries of one delivery by outcome, over all channels."""

    sent: int = 0
    failed: int = 0
    parked: int = 0
    withheld: int = 0
    busy: int = 0
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def count(self, outcome: str, problem: str | None = None) -> None:
        """Count one try, from any thread."""
        with self._lock:
            setattr(self, outcome, getattr(self, outcome) + 1)
            if problem:
                self.problems.append(problem)


def deliver_due(
    ledger: Path,
    folder: Path,
    file: AlertFile,
    environment: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    show: Callable[[str], None] = print,
    budget_seconds: float = BUDGET_SECONDS,
) -> DeliveryCounts:
    """Send everything that is due on every channel, each in its own thread; returns when all are done or out of time.

    `folder` is where feeds and files go. A channel that hangs past the budget is left to end by its own timeouts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = DeliveryCounts()
    deadline = time.monotonic() + budget_seconds
    threads = [
        threading.Thread(
            target=Courier(channel, ledger, folder, file, environment, now, show, counts, deadline).run,
            name=f"alerts-{channel.name}",
            daemon=True,
        )
        for channel in file.channels
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline + 60 - time.monotonic()))
    return counts


def due_channels(ledger: AlertLedger, file: AlertFile, now: datetime) -> list[str]:
    """The channels that have something to do now: what the sensor asks every few seconds."""
    return [channel.name for channel in file.channels if has_work(ledger, file, channel, now)]


def has_work(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> bool:
    if held_until(ledger, channel.name, now):
        return False
    beat = heartbeat_id(file, channel, now)
    if beat and not ledger.messages.has_message(beat):
        return True
    refresh = refresh_id(ledger, channel)
    if refresh and not ledger.messages.has_message(refresh):
        return True
    if any(
        not ledger.messages.has_message(note_id(notice, channel)) for notice in notices_for(ledger, file, channel, now)
    ):
        return True
    if any(
        due_at(ledger.messages.tries_of(message.message_id)) <= now
        for message in ledger.messages.open_messages(channel.name)
    ):
        return True
    return any(each.due_at <= now for each in ledger.messages.waiting(channel.name))


class Courier:
    """Delivers one channel's messages."""

    def __init__(
        self, channel: AlertChannel, ledger: Path, folder: Path, file: AlertFile, environment: Mapping[str, str],
        now: Callable[[], datetime], show: Callable[[str], None], counts: DeliveryCounts, deadline: float,
    ) -> None:  # fmt: skip
        self._channel, self._ledger_path, self._folder, self._file = channel, ledger, folder, file
        self._now, self._counts, self._deadline = now, counts, deadline
        self._place = Place(folder, environment, show, self._rewrite_feeds)
        self._chance = random.Random()  # noqa: S311  # jitter, no secret

    def run(self) -> None:
        """Fix what is due, then send until nothing is left, something fails, or time is up."""
        with locked(self._folder / f".{self._channel.name}.lock") as mine:
            if not mine:
                self._counts.count("busy")
                return
            with open_alert_ledger(self._ledger_path) as self._ledger:
                if held_until(self._ledger, self._channel.name, self._now()):
                    return
                self._fix_messages()
                self._send_messages()

    def _fix_messages(self) -> None:
        now = self._now()
        self._fix_alerts(now)
        beat = heartbeat_id(self._file, self._channel, now)
        if beat and not self._ledger.messages.has_message(beat) and self._file.heartbeat:
            counts = self._ledger.counts_since(now - timedelta(hours=self._file.heartbeat.every_hours))
            since = now - timedelta(hours=self._file.heartbeat.every_hours)
            words = labels("en")
            text = words["heartbeat_text"].format(
                since=f"{since:%Y-%m-%d %H:%M}",
                **{name: counts.get(name, 0) for name in ("considered", "raised", "sent", "failed", "parked")},
            )
            self._ledger.messages.add_messages(
                [(self._message(beat, "heartbeat", now, "en", {"heading": words["heartbeat"], "text": text}), ())]
            )
        refresh = refresh_id(self._ledger, self._channel)
        if refresh and not self._ledger.messages.has_message(refresh):
            self._ledger.messages.add_messages([(self._message(refresh, "refresh", now, "en", {}), ())])
        for notice in notices_for(self._ledger, self._file, self._channel, now):
            message_id = note_id(notice, self._channel)
            if not self._ledger.messages.has_message(message_id):
                body = {"heading": f"{labels('en')['operator']}: {notice.heading}", "text": notice.text}
                self._ledger.messages.add_messages([(self._message(message_id, "operator", now, "en", body), ())])

    def _fix_alerts(self, now: datetime) -> None:
        """Put every alert that is due into a message; muted and acknowledged ones into one that is not sent."""
        name, pushed = self._channel.name, self._channel.kind in PUSHED
        mutes = self._ledger.notes.mutes(now) if pushed else []
        due, withheld = [], []
        for each in self._ledger.messages.waiting(name):
            if each.due_at > now:
                continue
            alert = read_alert(each.record)
            reason = "acknowledged" if each.acknowledged and pushed else mute_reason(alert, name, mutes, self._file)
            if reason and not each.copy:
                withheld.append((each, reason))
            else:
                language = next((plan.language for plan in alert.planned if plan.channel == name), "en")
                due.append(
                    Candidate(each.alert_id, each.copy, bool(each.digest_minutes), language, alert.facts.story_id)
                )
        if self._channel.kind == "feed":
            made = [Bundle("digest", tuple(due))] if due else []
        elif pushed:
            late = self._ledger.messages.alerts_since(name, now - FLOOD_WINDOW)
            singly = late.get("single", 0) + late.get("story", 0)
            made = bundles(due, self._file.flood_of(self._channel), singly, late.get("flood", 0))
        else:
            made = [Bundle("single", (each,)) for each in due]
        messages = []
        for bundle in made:
            members = [(each.alert_id, each.copy) for each in bundle.members]
            message_id = content_id(name, bundle.kind, *(f"{alert}:{copy}" for alert, copy in members))
            messages.append((self._message(message_id, bundle.kind, now, bundle.members[0].language, {}), members))
        deliveries = []
        for row, reason in withheld:
            message_id = content_id(name, "muted", row.alert_id)
            messages.append((self._message(message_id, "muted", now, "en", {}), [(row.alert_id, row.copy)]))
            deliveries.append(DeliveryRow(message_id, name, 1, now, "withheld", reason))
            self._counts.count("withheld")
        if messages:
            self._ledger.messages.add_messages(messages, deliveries)

    def _message(self, message_id: str, kind: str, now: datetime, language: str, body: Mapping[str, str]) -> MessageRow:
        return MessageRow(message_id, self._channel.name, kind, now, language, json.dumps(body, ensure_ascii=False))

    def _send_messages(self) -> None:
        """Send the messages tried least first, so that one that always fails holds none of the others up for long."""
        tries = {
            message: self._ledger.messages.tries_of(message.message_id)
            for message in self._ledger.messages.open_messages(self._channel.name)
        }
        for message in sorted(tries, key=lambda each: len(tries[each])):
            if time.monotonic() > self._deadline:
                return
            if due_at(tries[message]) > self._now():
                continue
            result = send(self._channel, self._outgoing(message), self._place)
            if not self._record(message, len(tries[message]) + 1, result):
                return

    def _outgoing(self, message: MessageRow) -> Outgoing:
        return Outgoing(message.message_id, message.kind, message.created_at, self._rendered(message))

    def _rendered(self, message: MessageRow) -> Rendered:
        if message.kind in ("heartbeat", "operator"):
            body = json.loads(message.body)
            return render_note(message.kind, body["heading"], body["text"], message.created_at)
        if message.kind == "refresh":
            return render_note("refresh", "", "", message.created_at)
        alerts = [read_alert(row.record) for row in self._ledger.messages.alerts_of(message.message_id)]
        link = f"{self._file.link.rstrip('/')}/all.atom" if self._file.link else None
        return render_alerts(message.kind, alerts, message.language, link)

    def _record(self, message: MessageRow, attempt: int, result: Result) -> bool:
        """Write down a try; whether the channel takes more."""
        now, name = self._now(), self._channel.name
        if result.outcome == "sent":
            self._ledger.messages.add_delivery(
                DeliveryRow(message.message_id, name, attempt, now, "sent", result.detail)
            )
            self._counts.count("sent")
            return True
        if result.outcome == "refused" or now - message.created_at >= GIVE_UP_AFTER:
            self._ledger.messages.add_delivery(
                DeliveryRow(message.message_id, name, attempt, now, "parked", result.detail)
            )
            self._counts.count("parked", f"{name}: given up, {result.detail}")
            self._tell(f"parked:{now:%Y-%m-%d}", f"channel {name} has given up a message", now, result.detail)
            return result.outcome == "refused"
        row = DeliveryRow(message.message_id, name, attempt, now, "failed", result.detail)
        failures = [row, *self._ledger.messages.failures_in_a_row(name, FAILURES_SEEN)]
        self._ledger.messages.add_delivery(
            DeliveryRow(
                row.message_id, name, attempt, now, "failed", row.detail,
                retry_at=retry_time(now, attempt, result.retry_after, self._chance),
                hold_until=hold_time(now, len({each.message_id for each in failures}), result.retry_after, self._chance),
            )
        )  # fmt: skip
        self._counts.count("failed", f"{name}: {result.detail}")
        if len(failures) == FAILURES_TOLD:
            self._tell(f"failing:{failures[-1].at.isoformat()}", f"channel {name} fails", now, result.detail)
        return False

    def _tell(self, what: str, heading: str, now: datetime, detail: str) -> None:
        text = f"{detail}. Messages are tried again for three days; see `badgewire alerts list`."
        self._ledger.notes.add_notice(NoticeRow(content_id("channel", self._channel.name, what), now, heading, text))

    def _rewrite_feeds(self) -> None:
        rows = self._ledger.alerts.raised(limit=20 * ENTRIES, newest_first=True)
        readings = self._ledger.alerts.readings()
        write_feeds(
            self._folder,
            [as_read_now(row, readings) for row in rows],
            [rule.name for rule in self._file.rules],
            self._file.link,
        )


def mute_reason(alert: Alert, channel: str, mutes: list[MuteRow], file: AlertFile) -> str | None:
    """Why an alert is not sent on a channel: every rule that brings it there is muted, or its agency, or the channel."""
    muted = {(mute.what, mute.name): mute for mute in mutes}
    if ("channel", channel) in muted:
        return f"channel {channel} is muted"
    if ("agency", alert.facts.agency_id or "") in muted:
        return f"agency {alert.facts.agency_id} is muted"
    bringing = [rule.name for rule in file.rules if rule.name in alert.rules and channel in rule.channels]
    if bringing and all(("rule", name) in muted for name in bringing):
        return f"rule {', '.join(bringing)} is muted"
    return None


def held_until(ledger: AlertLedger, channel: str, now: datetime) -> datetime | None:
    """Until when a channel that failed is left alone; None where it may be tried now."""
    failures = ledger.messages.failures_in_a_row(channel, 1)
    until = failures[0].hold_until if failures else None
    return until if until and until > now else None


def due_at(tries: list[DeliveryRow]) -> datetime:
    """When a message may be tried again."""
    return (tries[-1].retry_at if tries else None) or datetime.min.replace(tzinfo=UTC)


def heartbeat_id(file: AlertFile, channel: AlertChannel, now: datetime) -> str | None:
    """The id of the heartbeat of this period; None for a channel without one."""
    if file.heartbeat is None or channel.name not in file.heartbeat.channels:
        return None
    period = int(now.timestamp() // (file.heartbeat.every_hours * 3600))
    return content_id("heartbeat", channel.name, str(file.heartbeat.every_hours), str(period))


def refresh_id(ledger: AlertLedger, channel: AlertChannel) -> str | None:
    """The id of the rewriting of a feed that the latest reading of an alert asks for; None where there is none."""
    latest = ledger.alerts.last_reading() if channel.kind == "feed" else 0
    return content_id("refresh", channel.name, str(latest)) if latest else None


def notices_for(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> list[NoticeRow]:
    """What the operator should hear on this channel."""
    return ledger.notes.notices(now - NOTICES_KEPT) if channel.name in file.operator else []


def note_id(notice: NoticeRow, channel: AlertChannel) -> str:
    return content_id("operator", notice.notice_id, channel.name)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether the lock was free; it is held for the block, and the kernel frees it when the process dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
