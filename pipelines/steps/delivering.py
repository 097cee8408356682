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
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.errors import BadgewireError
from pipelines.alerts.channels import MESSAGE_SECONDS, Place, send
from pipelines.alerts.delivery import GIVE_UP_AFTER, hold_time, retry_time
from pipelines.alerts.facts import Alert, content_id, read_alert
from pipelines.alerts.feed import MOST, write_feeds
from pipelines.alerts.holding import withheld_reason
from pipelines.alerts.messages import Rendered, render_alerts, render_note
from pipelines.alerts.outgoing import Outgoing, Result
from pipelines.alerts.rules import AlertChannel, AlertFile
from pipelines.steps.alert_readings import as_read_now
from pipelines.steps.composing import due_channels, fix_messages, held_until, muted_names, ready_messages
from pipelines.steps.lost_channels import give_up_lost
from warehouse.alert_ledger import DeliveryRow, MessageRow, NoticeRow, open_alert_ledger

__all__ = ["DeliveryCounts", "deliver_due"]

BUDGET_SECONDS = 60.0
# While one channel is slow, the others are looked at again so often.
LOOK_SECONDS = 1.0
# So many tries in a row must fail before the operator hears of it: a hiccup is none.
FAILURES_TOLD = 3
FAILURES_SEEN = 20


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

    def count(self, outcome: str, problem: str | None = None, times: int = 1) -> None:
        """Count tries, from any thread."""
        with self._lock:
            setattr(self, outcome, getattr(self, outcome) + times)
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

    `folder` is where feeds and files go. What falls due on a channel while another is slow goes out at once. After
    `budget_seconds` no further message is begun, and the last one has its own deadline.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = DeliveryCounts()
    with locked(folder / ".lost-channels.lock") as mine, open_alert_ledger(ledger) as found:
        for problem in give_up_lost(found, file, now()) if mine else ():
            counts.count("parked", problem)
    deadline = time.monotonic() + budget_seconds

    def start(channel: AlertChannel) -> Courier:
        courier = Courier(channel, ledger, folder, file, environment, now, show, counts, deadline)
        courier.start()
        return courier

    couriers = {channel.name: start(channel) for channel in file.channels}
    while any(courier.is_alive() for courier in couriers.values()) and time.monotonic() < deadline:
        for courier in couriers.values():
            courier.join(LOOK_SECONDS / len(couriers))
        ready = [name for name, courier in couriers.items() if courier.is_done]
        if len(ready) < len(couriers):
            with open_alert_ledger(ledger) as found:
                due = set(due_channels(found, file, now())).intersection(ready)
            couriers |= {channel.name: start(channel) for channel in file.channels if channel.name in due}
    for courier in couriers.values():
        courier.join(max(0.0, deadline + MESSAGE_SECONDS + LOOK_SECONDS - time.monotonic()))
    return counts


class Courier(threading.Thread):
    """Delivers one channel's messages, once."""

    def __init__(
        self, channel: AlertChannel, ledger: Path, folder: Path, file: AlertFile, environment: Mapping[str, str],
        now: Callable[[], datetime], show: Callable[[str], None], counts: DeliveryCounts, deadline: float,
    ) -> None:  # fmt: skip
        super().__init__(name=f"alerts-{channel.name}", daemon=True)
        self._went_well = False
        self._channel, self._ledger_path, self._folder, self._file = channel, ledger, folder, file
        self._now, self._counts, self._deadline = now, counts, deadline
        self._place = Place(folder, environment, show, self._rewrite_feeds)
        self._chance = random.Random()  # noqa: S311  # jitter, no secret

    def run(self) -> None:
        """Deliver what is due; what keeps the channel from it, such as a full disk, is told and holds up no other."""
        try:
            self._went_well = self._deliver()
        except (BadgewireError, OSError, sqlite3.Error) as error:
            self._counts.count("failed", f"{self._channel.name}: {error}")

    @property
    def is_done(self) -> bool:
        """Whether it has ended and the channel could be looked at again."""
        return self._went_well and not self.is_alive()

    def _deliver(self) -> bool:
        """Fix what is due, then send until nothing is left, something fails, or time is up; False: somebody else does."""
        with locked(self._folder / f".{self._channel.name}.lock") as mine:
            if not mine:
                self._counts.count("busy")
                return False
            with open_alert_ledger(self._ledger_path) as self._ledger:
                if held_until(self._ledger, self._channel.name, self._now()):
                    return True
                self._counts.count("withheld", times=fix_messages(self._ledger, self._file, self._channel, self._now()))
                self._send_messages()
                if self._lacks_feeds() and not held_until(self._ledger, self._channel.name, self._now()):
                    self._rewrite_feeds()
        return True

    def _lacks_feeds(self) -> bool:
        """Whether a rule has no feed yet: it is new, or nothing has been raised so far."""
        names = [f"{rule.name}.atom" for rule in self._file.rules]
        return self._channel.kind == "feed" and not all((self._folder / name).exists() for name in names)

    def _send_messages(self) -> None:
        """Send what is ready until nothing is left, something fails, or time is up."""
        for message, tries in ready_messages(self._ledger, self._file, self._channel, self._now()):
            if time.monotonic() > self._deadline:
                return
            alerts, reason = self._wanted(message)
            if reason:
                self._withhold(message, tries + 1, reason)
                continue
            taken = self._ledger.messages.receipts(message.message_id)
            result = self._try(message, alerts, taken)
            if not self._record(message, tries + 1, result, is_down=not (taken or result.taken)):
                return

    def _wanted(self, message: MessageRow) -> tuple[list[Alert], str | None]:
        """The alerts of a message that people still want, or why none of it is sent."""
        if message.kind == "heartbeat":
            period = self._file.heartbeat and timedelta(hours=self._file.heartbeat.every_hours)
            return [], None if period and self._now() - message.created_at < period else "out of date"
        muted = muted_names(self._ledger, self._now())
        wanted, reason = [], None
        for each in self._ledger.messages.carried(message.message_id):
            alert = read_alert(each.record)
            unwanted = (
                None if each.copy else withheld_reason(alert, each.acknowledged, self._channel, muted, self._file)
            )
            if unwanted:
                reason = unwanted
            else:
                wanted.append(alert)
        return wanted, None if wanted else reason

    def _withhold(self, message: MessageRow, attempt: int, reason: str) -> None:
        row = DeliveryRow(message.message_id, self._channel.name, attempt, self._now(), "withheld", reason)
        self._ledger.messages.add_delivery(row)
        self._counts.count("withheld")

    def _try(self, message: MessageRow, alerts: list[Alert], taken: frozenset[str]) -> Result:
        try:
            rendered = self._rendered(message, alerts)
            outgoing = Outgoing(message.message_id, message.kind, message.created_at, rendered, taken)
            return send(self._channel, outgoing, self._place)
        except Exception as error:  # what goes wrong with one message is told, and holds up no other
            return Result.failed(f"cannot be sent: {type(error).__name__}")

    def _rendered(self, message: MessageRow, alerts: list[Alert]) -> Rendered:
        if message.kind in ("heartbeat", "operator"):
            body = json.loads(message.body)
            return render_note(message.kind, body["heading"], body["text"], message.created_at)
        if message.kind == "refresh":
            return render_note("refresh", "", "", message.created_at)
        link = f"{self._file.link.rstrip('/')}/all.atom" if self._file.link else None
        return render_alerts(message.kind, alerts, message.language, link)

    def _record(self, message: MessageRow, attempt: int, result: Result, *, is_down: bool) -> bool:
        """Write down a try; whether the channel takes more. One that some of its recipients took is not down."""
        now, name = self._now(), self._channel.name
        if result.outcome == "sent":
            self._ledger.messages.add_delivery(
                DeliveryRow(message.message_id, name, attempt, now, "sent", result.detail)
            )
            self._counts.count("sent")
            return True
        if now - message.created_at >= GIVE_UP_AFTER:
            self._ledger.messages.add_delivery(
                DeliveryRow(message.message_id, name, attempt, now, "parked", result.detail), result.taken
            )
            self._counts.count("parked", f"{name}: given up, {result.detail}")
            self._tell(f"parked:{now:%Y-%m-%d}", f"channel {name} has given up a message", now, result.detail)
            return not is_down
        row = DeliveryRow(message.message_id, name, attempt, now, "failed", result.detail)
        failures = [row, *self._ledger.messages.failures_in_a_row(name, FAILURES_SEEN)]
        different = len({each.message_id for each in failures})
        row = replace(
            row,
            retry_at=retry_time(now, attempt, result.retry_after, self._chance),
            hold_until=hold_time(now, different, result.retry_after, self._chance) if is_down else None,
        )
        self._ledger.messages.add_delivery(row, result.taken)
        self._counts.count("failed", f"{name}: {result.detail}")
        if len(failures) == FAILURES_TOLD:
            self._tell(f"failing:{failures[-1].at.isoformat()}", f"channel {name} fails", now, result.detail)
        return not is_down

    def _tell(self, what: str, heading: str, now: datetime, detail: str) -> None:
        text = f"{detail}. Messages are tried again for three days; see `badgewire alerts list`."
        self._ledger.notes.add_notice(NoticeRow(content_id("channel", self._channel.name, what), now, heading, text))

    def _rewrite_feeds(self) -> None:
        rows = self._ledger.alerts.raised(limit=2 * MOST, newest_first=True)
        readings = self._ledger.alerts.readings()
        write_feeds(
            self._folder,
            [as_read_now(row, readings) for row in rows],
            [rule.name for rule in self._file.rules],
            self._file.link,
        )


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
