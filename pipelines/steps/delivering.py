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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import BadgewireError
from pipelines.alerts.channels import Place, send
from pipelines.alerts.delivery import GIVE_UP_AFTER, hold_time, retry_time
from pipelines.alerts.facts import content_id, read_alert
from pipelines.alerts.feed import ENTRIES, write_feeds
from pipelines.alerts.messages import Rendered, render_alerts, render_note
from pipelines.alerts.outgoing import Outgoing, Result
from pipelines.alerts.rules import AlertChannel, AlertFile
from pipelines.steps.alert_readings import as_read_now
from pipelines.steps.composing import due_at, fix_messages, held_until
from warehouse.alert_ledger import DeliveryRow, MessageRow, NoticeRow, open_alert_ledger

__all__ = ["DeliveryCounts", "deliver_due"]

BUDGET_SECONDS = 240.0
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
        """Deliver what is due; what keeps the channel from it, such as a full disk, is told and holds up no other."""
        try:
            self._deliver()
        except (BadgewireError, OSError, sqlite3.Error) as error:
            self._counts.count("failed", f"{self._channel.name}: {error}")

    def _deliver(self) -> None:
        """Fix what is due, then send until nothing is left, something fails, or time is up."""
        with locked(self._folder / f".{self._channel.name}.lock") as mine:
            if not mine:
                self._counts.count("busy")
                return
            with open_alert_ledger(self._ledger_path) as self._ledger:
                if held_until(self._ledger, self._channel.name, self._now()):
                    return
                self._counts.count("withheld", times=fix_messages(self._ledger, self._file, self._channel, self._now()))
                self._send_messages()

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
            result = self._try(message)
            if not self._record(message, len(tries[message]) + 1, result):
                return

    def _try(self, message: MessageRow) -> Result:
        try:
            outgoing = Outgoing(message.message_id, message.kind, message.created_at, self._rendered(message))
            return send(self._channel, outgoing, self._place)
        except Exception as error:  # what goes wrong with one message is told, and holds up no other
            return Result.failed(f"cannot be sent: {type(error).__name__}")

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
