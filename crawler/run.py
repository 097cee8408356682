"""Run one crawl in this process, from its job to its counts.

Called in a child process of its own: Scrapy installs an event loop and signal handlers for the whole process.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from scrapy.crawler import AsyncCrawlerProcess

from crawler.archive_writer import hold_archive
from crawler.errors import ArchiveError
from crawler.frontier import Frontier
from crawler.job import Counts, CrawlJob
from crawler.recorder import Recorder
from crawler.settings import crawl_settings
from crawler.spiders.collect import CollectSpider

__all__ = ["crawl"]


def crawl(job: CrawlJob, report: Callable[[Counts], None]) -> Counts:
    """Crawl until nothing is left to fetch or the run's time is up; returns what the log counts.

    `report` is called about once a second and at the end. What goes wrong with a URL, an endpoint or a host is a row of
    the log. Raises ArchiveError where the archive or its state cannot be read or written, or another run writes to it.
    """
    with hold_archive(job.archive):
        frontier = Frontier(job.archive, job.state)
        try:
            frontier.catch_up()
            recorder = Recorder(job, report)
            try:
                _run(job, recorder, frontier)
            finally:
                recorder.close()
            if recorder.failure is not None:
                raise recorder.failure
            frontier.catch_up()
        finally:
            frontier.close()
    return recorder.counts


def _run(job: CrawlJob, recorder: Recorder, frontier: Frontier) -> None:
    # libuv asks for names in as many threads as this, four unless told; hundreds of hosts would stand in line.
    os.environ.setdefault("UV_THREADPOOL_SIZE", "16")
    process = AsyncCrawlerProcess(crawl_settings(job))
    for name in ("scrapy", "twisted", "asyncio"):  # Scrapy has just set its own to DEBUG
        logging.getLogger(name).setLevel(logging.ERROR)
    finished = process.crawl(CollectSpider, job=job, recorder=recorder, frontier=frontier)
    process.start()
    if finished.cancelled():
        raise ArchiveError(f"run {job.run_id} was interrupted; run again: what is archived is not fetched twice")
    if error := finished.exception():
        raise error
