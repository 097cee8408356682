"""Everything one run shares: its clock, its archive and log, its counts.

Compressing and writing happen in one thread of their own (ISA-L, SHA-1 and the disk let go of the interpreter's lock),
in the order in which they were asked for. The first failure of the disk ends the run: `failure` holds it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from crawler.archive import outcome_of
from crawler.archive_writer import ArchiveWriter, Earlier
from crawler.crawl_log import CrawlLog, LogRow, Outcome, Purpose
from crawler.errors import ArchiveError
from crawler.job import Counts, CrawlJob
from crawler.registry import EndpointKind
from crawler.warc import Exchange

__all__ = ["Recorder", "Visit"]

logger = logging.getLogger(__name__)

REPORT_SECONDS: Final = 1.0
LONGEST_VALUE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Visit:
    """Why a URL is asked for.

    `kind` says how an endpoint is read; `depth` is 0 for the endpoint itself and counts the sitemaps and pages behind
    it. `hops` are the URLs that led here by redirect.
    """

    source_id: str
    purpose: Purpose
    endpoint: str | None = None
    kind: EndpointKind | None = None
    earlier: Earlier | None = None
    hops: tuple[str, ...] = ()
    depth: int = 0
    title: str | None = None
    published: str | None = None


class Recorder:
    """Archives exchanges and logs rows for one run."""

    def __init__(self, job: CrawlJob, report: Callable[[Counts], None]) -> None:
        self.counts = Counts()
        self.failure: ArchiveError | None = None
        self.on_failure: Callable[[], object] = lambda: None
        self._report = report
        self._reported = 0.0
        self._start = time.monotonic()
        self._now = job.now.astimezone(UTC)
        self._is_frozen = job.frozen
        self._frozen = job.frozen
        self._writer = ArchiveWriter(job.archive, job.run_id, job.user_agent)
        self._log = CrawlLog(job.archive, job.run_id)
        self._thread = ThreadPoolExecutor(1, "archive")

    def now(self) -> datetime:
        """The run's time: when it was told to start, plus the time elapsed unless the job's clock is frozen."""
        elapsed = 0.0 if self._frozen else time.monotonic() - self._start
        return self._now + timedelta(seconds=elapsed)

    async def archive(self, exchange: Exchange, visit: Visit) -> LogRow:
        """Archive an exchange; returns its row. Rows of stories and robots files are logged with it, others are not:
        their reader completes them. Raises ArchiveError where the disk refuses."""
        is_complete = visit.purpose in ("story", "robots")
        row = await asyncio.wrap_future(self._submit(lambda: self._store(exchange, visit, is_complete)))
        if is_complete:
            self._count(row)
        return row

    def log(self, row: LogRow) -> None:
        """Log a row, in its turn behind what was asked for before."""
        if row.outcome == "error" and row.purpose == "endpoint":
            logger.warning("%s: %s: %s", row.source_id, row.url, row.reason)
        self._count(row)
        self._submit(lambda: self._append(row))

    def refuse(self, url: str, visit: Visit, reason: str, outcome: Outcome = "error") -> None:
        """Log that a URL gave nothing to archive, and why."""
        row = LogRow(
            url=url,
            source_id=visit.source_id,
            purpose=visit.purpose,
            tried_at=self.now(),
            outcome=outcome,
            reason=reason,
            endpoint=visit.endpoint,
            kind=visit.kind if visit.depth == 0 else None,
            title=visit.title,
            published=visit.published,
        )
        self.log(row)

    def give_up(self, error: ArchiveError) -> None:
        """End the run: nothing is recorded from now on. The first failure counts."""
        if self.failure is None:
            self.failure = error
            self.on_failure()

    def close(self) -> None:
        """Write what is left and close the files."""
        self._thread.shutdown(wait=True)
        self._writer.close()
        self._log.close()
        self._report(self.counts)

    def _submit(self, work: Callable[[], LogRow]) -> Future[LogRow]:
        return self._thread.submit(self._guarded, work)

    def _guarded(self, work: Callable[[], LogRow]) -> LogRow:
        if self.failure is not None:
            raise self.failure
        try:
            return work()
        except ArchiveError as error:
            self.give_up(error)
            raise

    def _store(self, exchange: Exchange, visit: Visit, is_complete: bool) -> LogRow:
        stored = self._writer.store(exchange, visit.source_id, visit.purpose, visit.earlier)
        outcome, reason = outcome_of(exchange.status, stored.warc_type == "revisit", exchange.truncated, visit.purpose)
        row = LogRow(
            url=exchange.url,
            source_id=visit.source_id,
            purpose=visit.purpose,
            tried_at=exchange.fetched_at,
            outcome=outcome,
            reason=reason,
            status=exchange.status,
            endpoint=visit.endpoint,
            location=_short(exchange.headers.get("location")) if outcome == "redirected" else None,
            etag=_short(exchange.headers.get("etag")),
            last_modified=_short(exchange.headers.get("last-modified")),
            content_type=_short(exchange.headers.get("content-type")),
            digest=stored.digest,
            warc_type=stored.warc_type,
            warc_file=stored.warc_file,
            warc_start=stored.warc_start,
            warc_offset=stored.warc_offset,
            warc_length=stored.warc_length,
            truncated=exchange.truncated,
            bytes=len(exchange.body),
            elapsed_ms=exchange.elapsed_ms,
            title=visit.title,
            published=visit.published,
        )
        return self._append(row) if is_complete else row

    def _append(self, row: LogRow) -> LogRow:
        self._log.append(row)
        return row

    def _count(self, row: LogRow) -> None:
        counts = self.counts
        self.counts = replace(
            counts,
            tried=counts.tried + 1,
            bytes=counts.bytes + (row.bytes or 0),
            **{row.outcome: getattr(counts, row.outcome) + 1},
        )
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            self._reported = time.monotonic()
            self._report(self.counts)


def _short(value: str | None) -> str | None:
    """A header's value, unless it is longer than any that means something: it would stand in every row and request."""
    return value if value is not None and len(value) <= LONGEST_VALUE else None
