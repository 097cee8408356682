"""AutoThrottle with floors: a host is never asked faster than its source, or its robots.txt, says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

    from crawler.spiders.collect import CollectSpider

__all__ = ["FlooredThrottle"]


class FlooredThrottle(AutoThrottle):
    """Scrapy's AutoThrottle; the delay of a host stays at or above the spider's floor for it."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        host, slot = self._get_slot(request, spider)
        if host is not None and slot is not None:
            slot.delay = max(slot.delay, cast("CollectSpider", spider).floors.get(host, 0.0))
