"""AutoThrottle with floors: a host is never asked faster than its source, or its robots.txt, says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.http import Response

    from crawler.spiders.collect import CollectSpider

__all__ = ["FlooredThrottle"]


class FlooredThrottle(AutoThrottle):
    """Scrapy's AutoThrottle; the delay of a host stays at or above the spider's floor for it."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        spider = cast("CollectSpider", self.crawler.spider)
        request = response.request
        host = request.meta.get("download_slot", "") if request else ""
        slot.delay = max(slot.delay, spider.floors.get(host, 0.0))
