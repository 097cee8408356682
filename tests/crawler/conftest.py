"""A web server on loopback, and a crawl of it in a few words."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive import Capture, days_with_captures, index_day
from crawler.crawl_log import LogRow, read_log
from crawler.job import Counts, CrawlJob, Limits, Pace
from crawler.registry import Endpoint, ListingSelectors, Source
from crawler.run import crawl
from tests.site import Site

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Collector:
    """Crawls a site into an archive of the test's own, at times that the test names."""

    noon = NOON

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.archive, self.state = site, folder / "archive", folder / "state.sqlite"
        self.runs = 0

    def source(self, *endpoints: Endpoint, id: str = "gazette", homepage: str | None = None) -> Source:
        return Source(id, id.title(), "outlet", homepage or f"{self.site.root}/", endpoints=endpoints)

    def feed(self, path: str = "/feed") -> Endpoint:
        return Endpoint("feed", f"{self.site.root}{path}")

    def sitemap(self, path: str = "/sitemap.xml") -> Endpoint:
        return Endpoint("sitemap", f"{self.site.root}{path}")

    def listing(self, path: str, **selectors: object) -> Endpoint:
        return Endpoint("listing", f"{self.site.root}{path}", ListingSelectors(**selectors))  # type: ignore[arg-type]

    def job(self, *sources: Source, now: datetime = NOON, **changes: object) -> CrawlJob:
        self.runs += 1
        job = CrawlJob(
            run_id=f"run{self.runs}",
            sources=sources or (self.source(self.feed()),),
            archive=self.archive,
            state=self.state,
            user_agent="BadgewireTest/1.0 (+mailto:desk@example.org)",
            now=now,
            loopback_ports=frozenset({self.site.port}),
            pace=Pace(0.0, 8, 16, auto_throttle=False),
            limits=Limits(body_bytes=200_000, request_seconds=5.0),
        )
        return replace(job, **changes)  # type: ignore[arg-type]

    def crawl(self, *sources: Source, **changes: object) -> Counts:
        return crawl(self.job(*sources, **changes), lambda _: None)

    def start_crawl(self, *sources: Source, **changes: object) -> multiprocessing.process.BaseProcess:
        """A crawl in a process of its own, for a test that will kill it."""
        job = self.job(*sources, **changes)
        process = multiprocessing.get_context("spawn").Process(target=crawl, args=(job, print))
        process.start()
        return process

    def rows(self, purpose: str | None = None) -> list[LogRow]:
        days = sorted(folder.name for folder in self.archive.iterdir() if folder.is_dir())
        rows = [row for day in days for row in read_log(self.archive, datetime.fromisoformat(day).date())]
        return [row for row in rows if purpose is None or row.purpose == purpose]

    def row(self, path: str) -> LogRow:
        """The last row of a URL."""
        return next(row for row in reversed(self.rows()) if row.url == f"{self.site.root}{path}")

    def captures(self, purpose: str | None = "story") -> list[Capture]:
        found = [
            capture for day in days_with_captures(self.archive) for capture in index_day(self.archive, day).captures
        ]
        wanted = [capture for capture in found if purpose is None or capture.purpose == purpose]
        return sorted(wanted, key=lambda capture: (capture.captured_at.date(), capture.url, capture.captured_at))


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on loopback."""
    server = Site()
    yield server
    server.close()


@pytest.fixture
def collector(site: Site, tmp_path: Path) -> Collector:
    """A crawl of the site."""
    return Collector(site, tmp_path)
