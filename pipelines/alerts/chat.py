"""Chat programs through Apprise: Slack, Teams, Discord, Telegram and the rest, at least once.

Apprise tells only whether it worked: no key for the receiver, no Retry-After. Our own back-off stands in for it.
"""

from __future__ import annotations

import logging

import apprise

from pipelines.alerts.outgoing import Outgoing, Result

__all__ = ["send_chat", "service_of"]

# Apprise logs addresses, tokens and all.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


def send_chat(url: str, message: Outgoing) -> Result:
    """Send through the service that an Apprise address names, e.g. `slack://TOKEN_A/TOKEN_B/TOKEN_C/#channel`."""
    try:
        service = service_of(url)
        if service is None:
            return Result.failed("Apprise does not know this kind of address")
        told = service.notify(body=message.rendered.chat, title="", body_format=apprise.NotifyFormat.TEXT)
    except (OSError, TypeError, ValueError) as error:
        return Result.failed(f"Apprise failed: {type(error).__name__}")
    return Result.sent("taken by Apprise") if told else Result.failed("Apprise could not deliver it")


def service_of(url: str) -> apprise.NotifyBase | None:
    """The service of an address; None for one that Apprise does not know.

    What is too long for it (2,000 characters in Discord) goes out in parts, unless the address says `overflow=`.
    """
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is not None and "overflow=" not in url:
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service
