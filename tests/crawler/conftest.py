"""A web server on loopback whose every answer a test writes, and a crawl of it in a few words."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.archive import Capture, days_with_captures, index_day
from crawler.crawl_log import LogRow, read_log
from crawler.job import Counts, CrawlJob, Limits, Pace
from crawler.registry import Endpoint, ListingSelectors, Source
from crawler.run import crawl

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Asked:
    """One request that the server has seen."""

    url: str
    path: str
    headers: dict[str, str]


@dataclass
class Page:
    """An answer: plain, with headers, or written byte by byte by `write`."""

    body: bytes = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = "text/html; charset=utf-8"
    etag: str | None = None
    write: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None


class Site:
    """Serves `pages` by path, or by whole URL when asked as a proxy; 404 for the rest."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: bytes = b"", status: str = "200 OK", **answer: object) -> None:
        """Answer a path, or a whole URL asked of a proxy, so."""
        self.pages[path] = Page(body, status, **answer)  # type: ignore[arg-type]

    def times_asked(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def stories(self, count: int, path: str = "/feed") -> None:
        """A feed at the path that names so many stories, and those."""
        for number in range(count):
            self.pages[f"/story/{number}"] = Page(b"<html><p>Story %d.</p></html>" % number, etag=f'"s{number}"')
        self.feed([f"/story/{number}" for number in range(count)], path)

    def feed(self, links: list[str], path: str = "/feed") -> None:
        """A feed at the path that names these links."""
        items = "".join(f"<item><title>Title</title><link>{link}</link></item>" for link in links)
        body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        self.pages[path] = Page(body, content_type="application/rss+xml", etag=f'"f{hash(items)}"')

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._answer, "127.0.0.1", 0, limit=1 << 20))
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                target = first.split(" ")[1]
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                parts = urlsplit(target)
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                url = target if parts.scheme else f"http://{headers.get('host')}{target}"
                self.asked.append(Asked(url, path, headers))
                page = self.pages.get(url) or self.pages.get(path) or Page(b"none", "404 Not Found")
                if page.write is not None:
                    await page.write(writer)
                    break
                if page.etag and headers.get("if-none-match") == page.etag:
                    page = replace(page, status="304 Not Modified", body=b"")
                fields = {"Content-Length": str(len(page.body)), **page.headers}
                if page.content_type:
                    fields["Content-Type"] = page.content_type
                if page.etag:
                    fields["ETag"] = page.etag
                lines = [f"HTTP/1.1 {page.status}", *(f"{name}: {value}" for name, value in fields.items())]
                writer.write("\r\n".join([*lines, "\r\n"]).encode("latin-1") + page.body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


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
        found = [capture for day in days_with_captures(self.archive) for capture in index_day(self.archive, day)]
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
