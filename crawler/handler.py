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
        spider = cast("CollectSpider", crawler.spider)
        self._recorder = spider.recorder
        self._transport = spider.transport
        self._headers = (
            ("User-Agent", " ".join(spider.job.user_agent.split())),
            ("Accept", _ACCEPT),
            ("Accept-Language", "en-US,en;q=0.8"),
            ("Accept-Encoding", "gzip, deflate"),
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch and archive one URL."""
        visit: Visit = request.meta["visit"]
        try:
            exchange = await self._transport.fetch(request.url, (*self._headers, *_conditions(visit)))
        except FetchError as failure:
            self._recorder.refuse(request.url, visit, str(failure))
            raise IgnoreRequest(str(failure)) from failure
        request.meta["download_latency"] = exchange.elapsed_ms / 1000
        try:
            row = await self._recorder.archive(exchange, visit)
        except ArchiveError as error:
            raise IgnoreRequest(str(error)) from error
        request.meta["row"] = row
        body = b""
        if visit.purpose != "story" and exchange.status < 300:
            body = decode_content(exchange.body, exchange.headers.get("content-encoding")).body
        return Response(exchange.url, status=exchange.status, body=body)

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
