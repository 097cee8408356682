"""A message on its way out, and what a receiver made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.alerts.messages import Rendered

__all__ = ["Outgoing", "Result"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out: `message_id` is the same at every try, `created_at` too.

    `taken` are the recipients, by the id of their address, that took it at an earlier try.
    """

    message_id: str
    kind: str
    created_at: datetime
    rendered: Rendered
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """`sent`, or `failed`: to be tried again, not before `retry_after`, where not all of the recipients took it.

    `taken` are the recipients that did where others did not, by the id of their address.
    """

    outcome: str
    detail: str
    retry_after: timedelta | None = None
    taken: tuple[str, ...] = ()

    @classmethod
    def sent(cls, detail: str) -> Result:
        """The channel has confirmed it."""
        return cls("sent", detail)

    @classmethod
    def failed(cls, detail: str, retry_after: timedelta | None = None) -> Result:
        """It may work later, not before `retry_after`."""
        return cls("failed", detail, retry_after)
