"""What one crawl is asked to do, and what it counts. Plain records: no I/O, nothing of Scrapy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.registry import Source

__all__ = ["Counts", "CrawlJob", "Limits", "Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How gently one host is treated.

    `delay_seconds` lies between two requests to a host (a source's own `delay_seconds` and the Crawl-delay of its
    robots.txt raise it); `auto_throttle` lengthens it where a host answers slowly.
    """

    delay_seconds: float = 1.0
    requests_per_host: int = 2
    requests_in_all: int = 64
    auto_throttle: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Where one response, one redirect chain and one run end."""

    body_bytes: int = 16 * 1024 * 1024
    request_seconds: float = 60.0
    connect_seconds: float = 15.0
    redirects: int = 8
    run_seconds: float = 50 * 60


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """One run of the crawler over some sources, appending to one archive.

    `state` is a cache that the run brings up to date from the archive's logs, or builds anew. `now` is the time at
    which the run starts; the run's clock is `now` plus the time elapsed, or stands still where `frozen` is set (the
    sample plays past visits so). With `proxy` ("http://127.0.0.1:PORT") every request, https included, goes there in
    plain http with its absolute URI, and no name is asked for. `max_age_days` leaves out what feeds and sitemaps say
    is older. With `endpoints_only` no story is fetched: endpoints are asked, discovered and logged (`crawler.check`).
    `user_agent` carries the operator's contact.
    """

    run_id: str
    sources: tuple[Source, ...]
    archive: Path
    state: Path
    user_agent: str
    now: datetime
    frozen: bool = False
    proxy: str | None = None
    loopback_ports: frozenset[int] = frozenset()
    max_age_days: int | None = None
    endpoints_only: bool = False
    pace: Pace = Pace()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many URLs a run has tried, by what became of them; `bytes` received in bodies, as they came."""

    tried: int = 0
    captured: int = 0
    unchanged: int = 0
    redirected: int = 0
    robots: int = 0
    error: int = 0
    skipped: int = 0
    bytes: int = 0
