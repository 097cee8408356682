"""Whether the endpoints of the registry answer: a crawl of the endpoints alone, judged by its log and the archive.

The check keeps the rules of every crawl (robots.txt, pace, public addresses) since it is one; it fetches no story.
What it learns is remembered where crawls remember things, so that `with_memory` can tell later which addresses
somebody has seen answer, and which endpoints were discovered for sources that name a homepage alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from crawler.addresses import fetchable_url
from crawler.archive import read_capture
from crawler.crawl_log import LOG_SUFFIX, LogRow, Purpose, read_rows
from crawler.discovery import recognize_endpoint
from crawler.errors import ArchiveError
from crawler.frontier import Frontier
from crawler.job import Counts, CrawlJob
from crawler.registry import Endpoint, EndpointKind, Source
from crawler.run import crawl
from crawler.spiders.feed import read_feed
from crawler.spiders.links import Reading, date_in_url
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap

__all__ = ["EndpointHealth", "Health", "check_sources", "judge", "with_memory"]

STALE_AFTER_DAYS: Final = 30
MOST_HOPS: Final = 10
PURPOSES: Final[tuple[Purpose, ...]] = ("endpoint", "discovery")

Health = Literal["answers", "stale", "moved", "dead", "robots", "not found", "not tried"]


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How one endpoint fares.

    `answers`; `stale`: it does, its newest item is old; `moved`: it redirects for good, to `moved_to`, which answers;
    `dead`: `reason` says why; `robots`: robots.txt forbids it; `not found`: a homepage (`kind` None) that led to no
    feed or sitemap; `not tried`: the run's time was up before. `newest` is the date of the newest item, None where
    items carry none. `verified` is the day on which it last answered. `is_discovered`: the registry does not name it.
    """

    source_id: str
    kind: EndpointKind | None
    url: str
    health: Health
    reason: str | None = None
    newest: datetime | None = None
    verified: date | None = None
    moved_to: str | None = None
    is_discovered: bool = False


def check_sources(
    job: CrawlJob, stale_after_days: int = STALE_AFTER_DAYS, report: Callable[[Counts], None] = lambda _: None
) -> list[EndpointHealth]:
    """Ask every endpoint of the job's sources once, discovering those of sources that name none; by source and URL.

    Like `crawl` to be called once in a process. Raises ArchiveError as `crawl` does.
    """
    crawl(replace(job, endpoints_only=True), report)
    rows = [row for path in sorted(job.archive.glob(f"*/{job.run_id}{LOG_SUFFIX}")) for row in read_rows(path)[0]]
    memory = Frontier(job.archive, job.state)
    try:
        remembered = {source.id: _endpoints(source, memory) for source in job.sources}
        bodies = _Bodies(job.archive, memory)
        return judge(job.sources, rows, remembered, bodies.newest, job.now, stale_after_days)
    finally:
        memory.close()


def judge(
    sources: Iterable[Source],
    rows: Iterable[LogRow],
    remembered: dict[str, tuple[Endpoint, ...]],
    newest_of: Callable[[LogRow, Endpoint], datetime | None],
    now: datetime,
    stale_after_days: int = STALE_AFTER_DAYS,
) -> list[EndpointHealth]:
    """What a run's log rows say of the endpoints of each source; by source and URL.

    `remembered` holds each source's endpoints, discovered ones included, with the day on which each last answered;
    `newest_of` gives the date of the newest item in what an endpoint answered.
    """
    tried: dict[str, dict[str, LogRow]] = {}
    for row in rows:
        if row.purpose in PURPOSES:
            tried.setdefault(row.source_id, {}).setdefault(row.url, row)
    oldest = now - timedelta(days=stale_after_days)
    found = []
    for source in sources:
        pages = tried.get(source.id, {})
        named = {endpoint.url for endpoint in source.endpoints}
        endpoints = remembered.get(source.id, source.endpoints)
        for endpoint in endpoints:
            health = _judge_endpoint(source.id, endpoint, pages, newest_of, oldest)
            found.append(replace(health, is_discovered=endpoint.url not in named))
        if not endpoints:
            found.append(_judge_homepage(source, pages))
    return sorted(found, key=lambda health: (health.source_id, health.url))


def with_memory(sources: Sequence[Source], archive: Path, state: Path) -> tuple[Source, ...]:
    """The sources as crawls know them: discovered endpoints added, and `verified` the last day each endpoint answered.

    An address that no crawl has seen answer keeps the registry's `verified`. Without any crawl the sources come back
    as they are. Raises ArchiveError where the state cannot be read.
    """
    if not state.exists():
        return tuple(sources)
    memory = Frontier(archive, state)
    try:
        return tuple(replace(source, endpoints=_endpoints(source, memory)) for source in sources)
    finally:
        memory.close()


def _endpoints(source: Source, memory: Frontier) -> tuple[Endpoint, ...]:
    """The endpoints of a source, named and discovered, each with the day on which it last answered."""
    named = {endpoint.url for endpoint in source.endpoints}
    discovered = [
        Endpoint(kind, url)
        for url, kind, is_alive in memory.endpoints(source.id)
        if url not in named and (is_alive or _answered(url, memory))
    ]
    return tuple(
        replace(endpoint, verified=_answered(endpoint.url, memory) or endpoint.verified)
        for endpoint in (*source.endpoints, *discovered)
    )


def _answered(url: str, memory: Frontier) -> date | None:
    """The day on which an address, or the one to which it redirects, last answered."""
    days = []
    for purpose in PURPOSES:
        address: str | None = fetchable_url(url) or url
        for _ in range(MOST_HOPS):
            known = memory.page(purpose, address) if address else None
            if known is None:
                break
            if known.outcome in ("captured", "unchanged"):
                days.append(known.last_tried.astimezone(UTC).date())
            elif known.earlier is not None:
                days.append(known.earlier.captured_at.astimezone(UTC).date())
            if known.outcome != "redirected":
                break
            address = known.location
    return max(days, default=None)


def _judge_endpoint(
    source_id: str,
    endpoint: Endpoint,
    pages: dict[str, LogRow],
    newest_of: Callable[[LogRow, Endpoint], datetime | None],
    oldest: datetime,
) -> EndpointHealth:
    health = EndpointHealth(source_id, endpoint.kind, endpoint.url, "not tried", verified=endpoint.verified)
    row = pages.get(fetchable_url(endpoint.url) or endpoint.url)
    if row is None:
        return replace(health, reason="the run ended before its turn")
    has_moved = row.outcome == "redirected"
    for _ in range(MOST_HOPS):
        if row.outcome != "redirected":
            break
        has_moved = has_moved and row.status in (301, 308)
        target = fetchable_url(row.location or "", row.url)
        if target is None or target not in pages:
            return replace(health, health="dead", reason=f"redirected to {row.location}, which was not reached")
        row = pages[target]
    if row.outcome == "robots":
        return replace(health, health="robots", reason=row.reason or "robots.txt forbids it")
    if row.outcome == "skipped":
        return replace(health, reason=row.reason)
    if row.outcome not in ("captured", "unchanged"):
        return replace(health, health="dead", reason=row.reason or "redirected in a circle")
    newest = newest_of(row, endpoint)
    answered = replace(health, newest=newest, verified=row.tried_at.astimezone(UTC).date(), reason=row.reason)
    if has_moved:
        return replace(answered, health="moved", moved_to=row.url)
    if newest is not None and newest < oldest:
        return replace(answered, health="stale", reason=f"its newest item is of {newest.date()}")
    return replace(answered, health="answers")


def _judge_homepage(source: Source, pages: dict[str, LogRow]) -> EndpointHealth:
    """A source without endpoints, for which discovery found none."""
    health = EndpointHealth(source.id, None, source.homepage, "not found")
    row = pages.get(fetchable_url(source.homepage) or source.homepage)
    if row is None:
        return replace(health, health="not tried", reason="the homepage was asked for within the last day, or not yet")
    if row.outcome in ("robots", "error"):
        return replace(health, health="robots" if row.outcome == "robots" else "dead", reason=row.reason)
    return replace(health, reason="no feed or sitemap declared or at a usual place; name one in the source's entry")


class _Bodies:
    """What endpoints answered, read from the archive."""

    def __init__(self, archive: Path, memory: Frontier) -> None:
        self._archive, self._memory = archive, memory

    def newest(self, row: LogRow, endpoint: Endpoint) -> datetime | None:
        """The date of the newest item; dates of the future, which templates and slips produce, do not count."""
        known = self._memory.page(row.purpose, row.url)
        if known is None or known.earlier is None:
            return None
        try:
            capture = read_capture(self._archive, known.earlier.warc_file, known.earlier.warc_offset)
        except ArchiveError:
            return None
        reading = _read(capture.body, row.url, capture.content_type, endpoint)
        dates = [link.published_at or date_in_url(link.url) for link in (*reading.stories, *reading.sitemaps)]
        return max((day for day in dates if day is not None and day <= row.tried_at + timedelta(days=1)), default=None)


def _read(body: bytes, url: str, content_type: str | None, endpoint: Endpoint) -> Reading:
    if endpoint.kind == "listing" and endpoint.selectors is not None:
        return read_listing(body, url, content_type, endpoint.selectors)
    if endpoint.kind == "feed" and recognize_endpoint(body, None) != "sitemap":
        return read_feed(body, url)
    return read_sitemap(body, url)
