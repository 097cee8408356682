"""A message on its way out, and what a receiver made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.alerts.messages import Rendered

__all__ = ["Outgoing", "Result"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out: `message_id` is the same at every try, `created_at` too."""

    message_id: str
    kind: str
    created_at: datetime
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Result:
    """`sent`, `failed` (worth another try, not before `retry_after`) or `refused` (never to be taken)."""

    outcome: str
    detail: str
    retry_after: timedelta | None = None

    @classmethod
    def sent(cls, detail: str) -> Result:
        """The channel has confirmed it."""
        return cls("sent", detail)

    @classmethod
    def failed(cls, detail: str, retry_after: timedelta | None = None) -> Result:
        """It may work later, not before `retry_after`."""
        return cls("failed", detail, retry_after)

    @classmethod
    def refused(cls, detail: str) -> Result:
        """The receiver will never take this message."""
        return cls("refused", detail)
