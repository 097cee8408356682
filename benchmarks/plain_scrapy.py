"""The peers of the end-to-end bench: a spider on Scrapy's defaults that extracts in its callback, filtered or not.

Run by `benchmarks.end_to_end` in a process of its own. Prints its seconds and how many pages it kept.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from benchmarks.page_server import page_url
from pipelines.relevance.prefilter import may_concern

__all__ = ["main"]


class PlainSpider(scrapy.Spider):
    """Every address once; the text and metadata of each page that `keeps` lets through is an item."""

    name = "plain"

    def __init__(self, pages: int, keeps: Callable[[bytes], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pages, self.keeps, self.kept, self.seen = pages, keeps, 0, 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """All addresses, as a feed would have told them."""
        for number in range(self.pages):
            yield scrapy.Request(page_url(number))

    def parse(self, response: Response, **kwargs: Any) -> Iterator[dict[str, Any]]:
        """Extract in the callback."""
        self.seen += 1
        if self.keeps(response.body):
            self.kept += 1
            text = trafilatura.extract(response.body, url=response.url, output_format="json", with_metadata=True)
            yield {"url": response.url, "document": text}


def main() -> None:
    """Crawl, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--filter", action="store_true")
    parser.add_argument("--items", type=Path, required=True)
    given = parser.parse_args()
    os.environ["http_proxy"] = given.proxy  # Scrapy's own middleware takes it from here
    started = time.perf_counter()
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "FEEDS": {str(given.items): {"format": "jsonlines"}}})
    crawler = process.create_crawler(PlainSpider)
    process.crawl(crawler, pages=given.pages, keeps=may_concern if given.filter else lambda body: True)
    process.start()
    seconds = time.perf_counter() - started
    spider: Any = crawler.spider
    assert spider.seen == given.pages, (spider.seen, given.pages)
    print(json.dumps({"seconds": seconds, "kept": spider.kept, "pages": spider.seen}))


if __name__ == "__main__":
    main()
