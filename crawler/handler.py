"""Scrapy's download handler for http and https: fetches through `crawler.transport` and archives before it answers.

A response that reaches a callback is in the archive. Stories reach it without their body: nothing is read from memory
that has to be read from the archive anyway, and what Scrapy need not carry costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.content import decode_content
from crawler.errors import ArchiveError
from crawler.transport import FetchError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.recorder import Visit
    from crawler.spiders.collect import CollectSpider

__all__ = ["ArchivingHandler"]

_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"


class ArchivingHandler(BaseDownloadHandler):
    """Answers with a Response whose meta holds the crawl-log row (`row`); raises IgnoreRequest where nothing came."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = cast("CollectSpider", crawler.spider)
        self._recorder = self._spider.recorder
        self._transport = self._spider.transport
        self._headers = (
            ("User-Agent", " ".join(self._spider.job.user_agent.split())),
            ("Accept", _ACCEPT),
            ("Accept-Language", "en-US,en;q=0.8"),
            ("Accept-Encoding", "gzip, deflate"),
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch and archive one URL, in the line of its host."""
        # Scrapy 2.19 counts a request against its slot's concurrency only when its task runs, and on asyncio starts
        # a whole queue at once; the limit of a host is kept here.
        async with self._spider.line(request.url):
            return await self._download(request, request.meta["visit"])

    async def _download(self, request: Request, visit: Visit) -> Response:
        if pause := self._spider.reason_to_skip(request.url):
            self._recorder.refuse(request.url, visit, pause, "skipped")
            raise IgnoreRequest(pause)
        try:
            exchange = await self._transport.fetch(request.url, (*self._headers, *_conditions(visit)))
        except FetchError as failure:
            await self._require_proxy()
            self._recorder.refuse(request.url, visit, str(failure))
            raise IgnoreRequest(str(failure)) from failure
        if exchange.truncated == "disconnect":
            await self._require_proxy()
        if exchange.status == 429 or (exchange.status == 503 and "retry-after" in exchange.headers):
            self._spider.pause(exchange.url, f"host asked to wait (HTTP status {exchange.status})")
        request.meta["download_latency"] = exchange.elapsed_ms / 1000
        try:
            request.meta["row"] = await self._recorder.archive(exchange, visit)
        except ArchiveError as error:
            raise IgnoreRequest(str(error)) from error
        body = b""
        if visit.purpose != "story" and exchange.status < 300:
            body = decode_content(exchange.body, exchange.headers.get("content-encoding")).body
        return Response(exchange.url, status=exchange.status, body=body)

    async def _require_proxy(self) -> None:
        """A proxy that is gone ends the run before it blames the sites for it. Raises IgnoreRequest."""
        if await self._transport.has_lost_proxy():
            proxy = self._spider.job.proxy
            self._recorder.give_up(ArchiveError(f"the proxy {proxy} does not answer: start it and run again"))
            raise IgnoreRequest("the proxy is gone")

    async def close(self) -> None:
        """Close the kept connections."""
        await self._transport.close()


def _conditions(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The conditional headers (RFC 9110, 13.1) for an address that was captured before."""
    earlier = visit.earlier
    if earlier is None:
        return ()
    pairs = (("If-None-Match", earlier.etag), ("If-Modified-Since", earlier.last_modified))
    return tuple((name, value) for name, value in pairs if value and value.isprintable())
