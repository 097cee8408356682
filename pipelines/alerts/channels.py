"""What a channel is given, and what becomes of it: a result is a value, a receiver's failure no exception.

Details never carry an address or a password: they end in the warehouse, which is published.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from pipelines.alerts.chat import send_chat
from pipelines.alerts.files import append_lines
from pipelines.alerts.mail import send_mail
from pipelines.alerts.outgoing import Outgoing, Result
from pipelines.alerts.rules import AlertChannel
from pipelines.alerts.webhook import send_webhook

__all__ = ["MESSAGE_SECONDS", "Place", "send"]

# A receiver that drips its answer byte by byte outlasts every timeout of a single read.
MESSAGE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a channel needs: the folder of feeds and files, the environment, a terminal, the feeds' writer."""

    folder: Path
    environment: Mapping[str, str]
    show: Callable[[str], None]
    rewrite_feeds: Callable[[], None]


def send(channel: AlertChannel, message: Outgoing, place: Place) -> Result:
    """Hand a message to its channel."""
    match channel.kind:
        case "feed":
            try:
                place.rewrite_feeds()
            except OSError as error:
                return Result.failed(f"cannot be written: {error.strerror}")
            return Result.sent("written")
        case "file":
            return append_lines(place.folder / f"{'alerts' if channel.name == 'file' else channel.name}.jsonl", message)
        case "terminal":
            place.show(message.rendered.text)
            return Result.sent("shown")
    address = place.environment.get(channel.environment or "", "").strip()
    if not address:
        return Result.failed(f"${channel.environment} is not set")
    match channel.kind:
        case "mail":
            return in_time(lambda: send_mail(address, channel.sender or "", channel.recipients, message))
        case "webhook":
            return in_time(lambda: send_webhook(address, message))
        case _:
            return in_time(lambda: send_chat(address, message))


def in_time(deliver: Callable[[], Result]) -> Result:
    """What a delivery gives within MESSAGE_SECONDS from first to last byte; a failure where it goes on for longer.

    It is then left behind. Should it succeed after all, the next try is a repeat under the same key.
    """
    answer: Future[Result] = Future()

    def settle() -> None:
        try:
            answer.set_result(deliver())
        except Exception as error:  # handed over to the thread that waits
            answer.set_exception(error)

    threading.Thread(target=settle, name="alerts-message", daemon=True).start()
    try:
        return answer.result(MESSAGE_SECONDS)
    except TimeoutError:
        return Result.failed(f"no end within {MESSAGE_SECONDS:.0f} seconds")
