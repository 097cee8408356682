"""What a channel is given, and what becomes of it: a result is a value, a receiver's failure no exception.

Details never carry an address or a password: they end in the warehouse, which is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.alerts.chat import send_chat
from pipelines.alerts.files import append_lines
from pipelines.alerts.mail import send_mail
from pipelines.alerts.outgoing import Outgoing, Result
from pipelines.alerts.rules import AlertChannel
from pipelines.alerts.webhook import send_webhook

__all__ = ["Place", "send"]


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
            return send_mail(address, channel.sender or "", channel.recipients, message)
        case "webhook":
            return send_webhook(address, message)
        case _:
            return send_chat(address, message)
