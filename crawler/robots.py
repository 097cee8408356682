"""robots.txt obeyed (RFC 9309), one file a host and run, fetched through the archive like everything else.

4xx means that nothing is forbidden; 5xx or no answer means that everything is, until the next run. A Crawl-delay is
kept (no standard, but asked for by those who run small servers), up to a minute.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.addresses import fetchable_url, refusal_of_host
from crawler.crawl_log import Outcome
from crawler.errors import ArchiveError
from crawler.recorder import Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.collect import CollectSpider

__all__ = ["RobotsGuard", "agent_token", "robots_text"]

MOST_HOPS: Final = 5
MOST_BYTES: Final = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are read
LONGEST_DELAY_SECONDS: Final = 60.0


class RobotsGuard:
    """Downloader middleware: drops what robots.txt forbids, and logs it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Task[Protego | str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsGuard:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest where the URL may not be fetched."""
        visit: Visit = request.meta["visit"]
        if visit.purpose == "robots":
            return
        spider = cast("CollectSpider", self._crawler.spider)
        outcome: Outcome = "error"
        reason = refusal_of_host(request.url, spider.job.loopback_ports)
        if reason is None:
            rules = await self.rules_for(request.url, visit.source_id)
            if isinstance(rules, str):
                reason = rules
            elif rules.can_fetch(request.url, agent_token(spider.job.user_agent)):
                return
            else:
                outcome, reason = "robots", "disallowed by robots.txt"
        spider.recorder.refuse(request.url, visit, reason, outcome)
        raise IgnoreRequest(reason)

    async def rules_for(self, url: str, source_id: str) -> Protego | str:
        """The rules of a URL's host, or why nothing may be fetched from it. Asked for once a run."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._rules.get(origin)
        if task is None:
            task = self._rules[origin] = asyncio.ensure_future(self._fetch(origin, source_id))
        return await asyncio.shield(task)

    async def _fetch(self, origin: str, source_id: str) -> Protego | str:
        spider = cast("CollectSpider", self._crawler.spider)
        first = url = f"{origin}/robots.txt"
        known = spider.frontier.page("robots", url)
        for _ in range(MOST_HOPS):
            visit = Visit(source_id, "robots", earlier=known.earlier if known and url == first else None)
            request = Request(url, meta={"visit": visit}, dont_filter=True)
            try:
                response = await self._crawler.engine.download_async(request)
            except IgnoreRequest as error:
                return f"robots.txt could not be read ({error})"
            row = request.meta["row"]
            if row.status == 304 and visit.earlier is not None:
                try:
                    body = spider.archived_body(visit.earlier)
                except ArchiveError as error:
                    return f"robots.txt could not be read ({error})"
                return self._parse(body, origin)
            target = fetchable_url(row.location, url) if row.location else None
            if row.outcome == "redirected" and target is not None:
                url = target
                continue
            if 200 <= response.status < 300:
                return self._parse(response.body, origin)
            if response.status >= 500 or row.truncated:
                return f"robots.txt could not be read (HTTP status {response.status})"
            break
        return self._parse(b"", origin)

    def _parse(self, body: bytes, origin: str) -> Protego:
        spider = cast("CollectSpider", self._crawler.spider)
        text = robots_text(body)
        rules = Protego.parse(text)
        delay = rules.crawl_delay(agent_token(spider.job.user_agent))
        if delay:
            spider.slow_down(urlsplit(origin).hostname or "", min(float(delay), LONGEST_DELAY_SECONDS))
        spider.robots_texts[origin] = text
        return rules


def robots_text(body: bytes) -> str:
    """What of a robots.txt is read."""
    return body[:MOST_BYTES].decode("utf-8", "replace")


def agent_token(user_agent: str) -> str:
    """The name by which robots.txt addresses a crawler: the first word of its user agent, without its version."""
    return user_agent.split("/")[0].split(" ")[0] or "*"
