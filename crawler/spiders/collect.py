"""The one spider: walks the endpoints of every source, fetches the stories they name, and young stories again.

What differs between sources is data (`crawler.registry`); what differs between formats is a reader (`feed`,
`sitemap`, `listing`). Each URL tried ends in one row of the crawl log: those of stories are logged as they are
archived, those of endpoints here, when it is known what they held.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.addresses import address_key, fetchable_url
from crawler.archive import read_capture
from crawler.archive_writer import Earlier
from crawler.crawl_log import LogRow, Purpose
from crawler.discovery import find_endpoints, recognize_endpoint, well_known_addresses
from crawler.errors import ArchiveError
from crawler.frontier import Frontier, Known, is_due
from crawler.job import CrawlJob
from crawler.recorder import Recorder, Visit
from crawler.registry import Endpoint, EndpointKind, Source
from crawler.robots import robots_text
from crawler.spiders.feed import read_feed
from crawler.spiders.links import LONGEST_DATE, Link, Reading, date_in_url
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap
from crawler.transport import Transport

__all__ = ["CollectSpider"]

logger = logging.getLogger(__name__)

MOST_SITEMAP_DEPTH: Final = 3
MOST_SITEMAPS: Final = 100  # of one source in one run
MOST_UNDATED: Final = 200  # addresses without any date in one sitemap, where old ones are to be left out
REDISCOVER_AFTER: Final = timedelta(days=1)
ENDPOINTS_FIRST: Final = 10


class CollectSpider(scrapy.Spider):
    """Collects for one job. Shared with the handler and the middlewares: `recorder`, `frontier`, `transport`."""

    name = "collect"

    def __init__(self, job: CrawlJob, recorder: Recorder, frontier: Frontier, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job, self.recorder, self.frontier = job, recorder, frontier
        self.transport = Transport(job, recorder.now)
        self.robots_texts: dict[str, str] = {}
        self.floors: dict[str, float] = {}
        self._lines: dict[str, asyncio.Semaphore] = {}
        self._paused: dict[str, str] = {}
        self._end: str | None = None
        self._owing = frozenset[str]()
        self._sources = {source.id: source for source in job.sources}
        self._seen: set[str] = set()
        self._seen_pages: dict[str, str] = {}
        self._sitemaps: dict[str, int] = {}
        self._probes: dict[str, list[str]] = {}
        self._probing: dict[str, int] = {}
        self._found: set[str] = set()
        age = job.max_age_days
        self._oldest = recorder.now() - timedelta(days=age) if age is not None else None

    async def start(self) -> AsyncIterator[Any]:
        """The endpoints of every source, then the stories that are due again."""
        loop = asyncio.get_running_loop()
        self.recorder.on_failure = partial(loop.call_soon_threadsafe, self._stop, "the archive could not be written")
        loop.call_later(self.job.limits.run_seconds, self._stop, "the time of the run was up")
        for source in self.job.sources:
            if source.delay_seconds is not None:
                for url in (source.homepage, *(endpoint.url for endpoint in source.endpoints)):
                    self.slow_down(urlsplit(url).hostname or "", source.delay_seconds)
        collected = frozenset[str]() if self.job.endpoints_only else frozenset(self._sources)
        self._owing = self.frontier.owing_endpoints(self.recorder.now())
        due = list(self.frontier.due_stories(collected, self.recorder.now()))
        self._seen.update(address_key(known.url) for known in due)
        for source in self.job.sources:
            for request in self._open(source):
                yield request
        for known in due:
            visit = Visit(known.source_id, "story", known.endpoint, earlier=known.earlier)
            yield self._request(known.url, visit)

    def slow_down(self, host: str, delay_seconds: float) -> None:
        """Ask a host no faster than this from now on, one request at a time."""
        self.floors[host] = max(delay_seconds, self.floors.get(host, 0.0))
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": self.floors[host], "concurrency": 1}
        if slot := downloader.slots.get(host):
            slot.delay, slot.concurrency = max(slot.delay, self.floors[host]), 1

    def line(self, url: str) -> asyncio.Semaphore:
        """The line of a URL's host: as many requests at once as the pace allows."""
        host = urlsplit(url).hostname or ""
        if host not in self._lines:
            self._lines[host] = asyncio.Semaphore(1 if host in self.floors else self.job.pace.requests_per_host)
        return self._lines[host]

    def pause(self, url: str, reason: str) -> None:
        """Ask nothing more of a URL's host in this run."""
        self._paused[urlsplit(url).netloc] = reason

    def reason_to_skip(self, url: str) -> str | None:
        """Why a URL is left to the next run; None where it is not."""
        return self._end or self._paused.get(urlsplit(url).netloc)

    def _stop(self, reason: str) -> None:
        """End the run: what is under way is finished, what waits in a host's line is let go."""
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None:
            self._end = reason
            for slot in engine.downloader.slots.values():
                slot.delay = 0.0
            self._stopping = asyncio.ensure_future(engine.close_spider_async(reason=reason))

    # Sources and their endpoints

    def _open(self, source: Source) -> Iterator[Request]:
        """The requests with which a source begins."""
        remembered = self.frontier.endpoints(source.id)
        alive = {url: kind for url, kind, is_alive in remembered if is_alive}
        dead = {url for url, _, is_alive in remembered if not is_alive}
        endpoints = source.endpoints or tuple(Endpoint(kind, url) for url, kind in alive.items())
        for endpoint in endpoints:
            yield from self._open_endpoint(source.id, endpoint, "endpoint")
        is_lost = all(endpoint.url in dead for endpoint in endpoints)
        if source.endpoints and not is_lost:
            return
        homepage = fetchable_url(source.homepage) or source.homepage
        known = self.frontier.page("discovery", homepage)
        if known is not None and self.recorder.now() < known.last_tried + REDISCOVER_AFTER:
            is_wanted = self._broke_off(known, is_lost)
        else:
            is_wanted = is_lost
        if is_wanted:
            visit = Visit(source.id, "discovery", earlier=known.earlier if known else None)
            yield from self._page_request(homepage, visit)

    def _broke_off(self, homepage: Known, is_lost: bool) -> bool:
        """Whether the discovery from a homepage left addresses untried, as that of a killed run does."""
        page = self._landing(homepage, "discovery")
        if page is None or page.earlier is None:
            return page is None
        parts = urlsplit(page.url)
        robots = self.frontier.page("robots", f"{parts.scheme}://{parts.netloc}/robots.txt")
        try:
            rules = robots_text(self.archived_body(robots.earlier if robots else None))
            declared = find_endpoints(self.archived_body(page.earlier), page.url, rules)
        except ArchiveError:
            return True
        wanted = [endpoint.url for endpoint in declared] + list(well_known_addresses(page.url) if is_lost else ())
        return any(self.frontier.page("discovery", fetchable_url(url) or url) is None for url in wanted)

    def _landing(self, page: Known | None, purpose: Purpose) -> Known | None:
        """The page to which the redirects of an address have led; None where it was never asked for."""
        for _ in range(self.job.limits.redirects):
            if page is not None and page.outcome == "redirected" and page.location is not None:
                page = self.frontier.page(purpose, page.location)
        return page

    def _open_endpoint(self, source_id: str, endpoint: Endpoint, purpose: Purpose) -> Iterator[Request]:
        url = fetchable_url(endpoint.url) or endpoint.url
        visit = Visit(source_id, purpose, endpoint.url, endpoint.kind)
        other = self._seen_pages.get(url, source_id)
        if other != source_id:
            self.recorder.refuse(url, visit, f"asked for already, for {other}", outcome="skipped")
            return
        yield from self._page_request(url, visit)

    def _page_request(self, url: str, visit: Visit) -> Iterator[Request]:
        """A request for an endpoint, a homepage or a page behind them, unless it was asked for in this run."""
        if url in self._seen_pages:
            return
        self._seen_pages[url] = visit.source_id
        known = self.frontier.page(visit.purpose, url)
        yield self._request(url, replace(visit, earlier=known.earlier if known else None))

    def _request(self, url: str, visit: Visit) -> Request:
        is_story = visit.purpose == "story"
        return Request(
            url,
            callback=self.read_story if is_story else self.read_page,
            errback=self.read_failure,
            meta={"visit": visit},
            priority=0 if is_story else ENDPOINTS_FIRST,
            dont_filter=True,
        )

    # What comes back

    def read_story(self, response: Response) -> Iterator[Request]:
        """A story lies in the archive and its row in the log; a redirect is followed."""
        row: LogRow = response.meta["row"]
        if row.outcome == "redirected":
            yield from self._follow(row, response.meta["visit"])

    def read_page(self, response: Response) -> Iterator[Request]:
        """Read an endpoint or homepage, log what it held, and go on from there."""
        row: LogRow = response.meta["row"]
        visit: Visit = response.meta["visit"]
        if row.outcome not in ("captured", "unchanged"):
            is_dead = row.outcome == "error" and visit.depth == 0
            self._log(replace(row, kind=visit.kind if is_dead else None))
            requests = list(self._follow(row, visit)) if row.outcome == "redirected" else []
            yield from requests
            if not requests:
                yield from self._after_probe(visit)
            return
        body = response.body
        if row.status == 304:
            try:
                body = self.archived_body(visit.earlier)
            except ArchiveError as error:
                self._log(replace(row, outcome="error", reason=str(error)))
                return
        if visit.kind is None:
            self._log(row)
            yield from self._discover(row, visit, body)
            return
        reading = self._read(body, row.url, row.content_type, visit)
        is_unreadable = reading.problem is not None and not (reading.stories or reading.sitemaps)
        self._log(
            replace(
                row,
                kind=visit.kind if visit.depth == 0 else None,
                outcome="error" if is_unreadable else row.outcome,
                reason=reading.problem,
                links=len(reading.stories) + len(reading.sitemaps),
            )
        )
        if not is_unreadable and visit.purpose == "discovery":
            self._found.add(visit.source_id)
        yield from self._go_on(reading, visit)
        yield from self._after_probe(visit)

    def read_failure(self, failure: Failure) -> Iterator[Request]:
        """Nothing was archived. What was expected is logged already; what was not is logged here."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        visit: Visit = request.meta["visit"]
        if not isinstance(failure.value, IgnoreRequest):
            self.recorder.refuse(request.url, visit, f"{type(failure.value).__name__}: {failure.value}"[:300])
        yield from self._after_probe(visit)

    def archived_body(self, earlier: Earlier | None) -> bytes:
        """The body that a 304 stands for: a killed run may not have fetched all that it named."""
        return read_capture(self.job.archive, earlier.warc_file, earlier.warc_offset).body if earlier else b""

    def _read(self, body: bytes, url: str, content_type: str | None, visit: Visit) -> Reading:
        try:
            if visit.kind == "listing":
                source = self._sources[visit.source_id]
                endpoint = next(one for one in source.endpoints if one.url == visit.endpoint)
                if endpoint.selectors is None:
                    return Reading("listing", problem="no selectors")
                return read_listing(body, url, content_type, endpoint.selectors)
            if visit.kind == "feed" and recognize_endpoint(body, None) != "sitemap":
                return read_feed(body, url)
            return read_sitemap(body, url)
        except Exception as error:  # the boundary: whatever a page makes a reader do, the run goes on
            logger.exception("%s: %s: the reader failed", visit.source_id, url)
            return Reading(visit.kind or "", problem=f"{type(error).__name__} while reading: {error}"[:300])

    def _go_on(self, reading: Reading, visit: Visit) -> Iterator[Request]:
        """What an endpoint leads to: its stories, its sitemaps, its next page."""
        if self.job.endpoints_only:
            return
        requests = list(self._stories(reading, visit))
        yield from requests
        if reading.sitemaps and visit.depth < MOST_SITEMAP_DEPTH:
            for link in self._recent_first(reading.sitemaps):
                if self._sitemaps.get(visit.source_id, 0) >= MOST_SITEMAPS:
                    break
                asked = list(self._page_request(link.url, replace(visit, depth=visit.depth + 1, hops=())))
                self._sitemaps[visit.source_id] = self._sitemaps.get(visit.source_id, 0) + len(asked)
                yield from asked
        if reading.next_page and self._has_more_pages(visit):
            behind = replace(visit, depth=visit.depth + 1, hops=())
            seen = self._seen_before(reading.next_page, behind)
            if seen is not None:
                yield from self._go_on(seen, behind)
            # An older page is worth a request while there is news, and while it may name a story that failed.
            if seen is None or requests or visit.endpoint in self._owing:
                yield from self._page_request(reading.next_page, behind)

    def _seen_before(self, url: str, visit: Visit) -> Reading | None:
        """What an older page held when it was last captured: a run that was broken off may not have fetched all of it."""
        known = self._landing(self.frontier.page(visit.purpose, url), visit.purpose)
        if known is None or known.earlier is None or known.outcome == "error":
            return None
        try:
            page = read_capture(self.job.archive, known.earlier.warc_file, known.earlier.warc_offset)
        except ArchiveError:
            return None
        return self._read(page.body, page.url, page.content_type, visit)

    def _has_more_pages(self, visit: Visit) -> bool:
        endpoints = self._sources[visit.source_id].endpoints
        selectors = next((one.selectors for one in endpoints if one.url == visit.endpoint), None)
        return selectors is not None and visit.depth + 1 < selectors.max_pages

    # Stories

    def _stories(self, reading: Reading, visit: Visit) -> Iterator[Request]:
        undated = 0
        for link in reading.stories:
            if self._oldest is not None:
                day = link.published_at or date_in_url(link.url)
                if day is not None and day < self._oldest:
                    continue
                undated += day is None
                if day is None and visit.kind == "sitemap" and undated > MOST_UNDATED:
                    continue
            yield from self._story(link, visit)

    def _story(self, link: Link, visit: Visit) -> Iterator[Request]:
        """A request for a story, unless it was asked for in this run or is known and not due."""
        published = link.published[:LONGEST_DATE] if link.published else None
        story = Visit(visit.source_id, "story", visit.endpoint, title=link.title, published=published)
        url: str | None = link.url
        for _ in range(self.job.limits.redirects):
            if url is None or (key := address_key(url)) in self._seen:
                return
            self._seen.add(key)
            known = self.frontier.story(url)
            if known is None or self._is_worth_a_try(known):
                yield self._request(url, replace(story, earlier=known.earlier if known else None))
                return
            if known.outcome != "redirected":
                return
            url = known.location  # followed before; where it led may not have been reached

    def _is_worth_a_try(self, known: Known) -> bool:
        """Whether an address that was never captured is to be tried again; captured ones come from `due_stories`."""
        if known.first_captured is not None or known.outcome == "redirected":
            return False
        return is_due(known.first_tried, known.last_tried, self.recorder.now())

    def _follow(self, row: LogRow, visit: Visit) -> Iterator[Request]:
        """The request to which a redirect leads, if it may be followed; why not is logged."""
        target = fetchable_url(row.location, row.url) if row.location else None
        onward = replace(visit, hops=(*visit.hops, row.url), earlier=None)
        if target is None:
            self.recorder.refuse(row.url, visit, "redirected to no address that may be fetched", outcome="skipped")
        elif target in onward.hops or len(onward.hops) > self.job.limits.redirects:
            self.recorder.refuse(target, onward, "redirected in a circle or too often", outcome="error")
        elif visit.purpose != "story":
            yield from self._page_request(target, onward)
        else:
            key = address_key(target)
            is_same = key in {address_key(hop) for hop in onward.hops}
            if is_same or key not in self._seen:
                self._seen.add(key)
                known = self.frontier.story(target)
                if is_same or known is None or self._is_worth_a_try(known):
                    yield self._request(target, replace(onward, earlier=known.earlier if known else None))

    # Discovery

    def _discover(self, row: LogRow, visit: Visit, homepage: bytes) -> Iterator[Request]:
        """Try what a homepage declares; where it declares nothing, the well-known addresses one by one."""
        parts = urlsplit(row.url)
        declared = find_endpoints(homepage, row.url, self.robots_texts.get(f"{parts.scheme}://{parts.netloc}"))
        self._probes[visit.source_id] = list(reversed(well_known_addresses(row.url)))
        requests = [
            request
            for endpoint in declared
            for request in self._open_endpoint(visit.source_id, endpoint, "discovery")
        ]  # fmt: skip
        yield from requests
        self._probing[visit.source_id] = len(requests) + 1
        yield from self._after_probe(visit)

    def _after_probe(self, visit: Visit) -> Iterator[Request]:
        """When the last probe of a source has come back and none was an endpoint: the next one."""
        source_id = visit.source_id
        if visit.purpose != "discovery" or visit.depth or source_id not in self._probing:
            return
        self._probing[source_id] -= 1
        probes = self._probes[source_id]
        while probes and not self._probing[source_id] and source_id not in self._found:
            candidate = probes.pop()
            kind: EndpointKind = "sitemap" if "sitemap" in candidate else "feed"
            requests = list(self._open_endpoint(source_id, Endpoint(kind, candidate), "discovery"))
            self._probing[source_id] += len(requests)
            yield from requests

    def _recent_first(self, links: Iterable[Link]) -> list[Link]:
        dated = [(link.published_at or date_in_url(link.url), link) for link in links]
        wanted = [(day, link) for day, link in dated if self._oldest is None or day is None or day >= self._oldest]
        return [link for _, link in sorted(wanted, key=lambda pair: -(pair[0].timestamp() if pair[0] else 9e12))]

    def _log(self, row: LogRow) -> None:
        self.recorder.log(row)
