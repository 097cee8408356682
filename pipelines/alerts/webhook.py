"""Webhook: one POST of JSON with an idempotency key; Retry-After is obeyed (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from pipelines.alerts.outgoing import Outgoing, Result

__all__ = ["retry_after", "send_webhook"]

TIMEOUT = httpx.Timeout(15.0, connect=5.0)


def send_webhook(url: str, message: Outgoing) -> Result:
    """POST the message to `url`. A redirect is not followed: it would hand the alerts to somebody else."""
    body = {
        "message_id": message.message_id,
        "kind": message.kind,
        "created_at": message.created_at.isoformat(),
        "subject": message.rendered.subject,
        "text": message.rendered.text,
        "items": list(message.rendered.objects),
    }
    headers = {"Idempotency-Key": message.message_id, "User-Agent": "Badgewire/0.1"}
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, json=body, headers=headers) as response,
        ):
            status, asked = response.status_code, response.headers.get("Retry-After")
    except httpx.HTTPError as error:
        return Result.failed(f"no answer: {type(error).__name__}")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return Result.failed("the webhook's address is no web address")
    if 200 <= status < 300:
        return Result.sent(f"answered {status}")
    if 300 <= status < 400:
        return Result.failed(f"answered {status}: the webhook has moved, set its new address")
    return Result.failed(f"answered {status}", retry_after(asked, datetime.now(UTC)))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone: seconds or a date; None where it does not say or says nonsense."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), 10**7))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(date.replace(tzinfo=date.tzinfo or UTC) - now, timedelta(0))
