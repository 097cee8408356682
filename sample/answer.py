"""What the newsstand gives back for one request. A plain record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `delay_seconds` is waited before it; `stream_bytes` of filler follow `body` when not 0."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0
    stream_bytes: int = 0
