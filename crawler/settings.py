"""Scrapy's settings for a job: what is switched off is what this crawl does elsewhere, or not at all.

Redirects, retries, compression, cookies and robots.txt are ours (each response must land in the archive as it came);
Scrapy brings the scheduler, the slots of each host, AutoThrottle and the engine, on uvloop without a Twisted reactor.
"""

from __future__ import annotations

import sys
from typing import Any

from crawler.job import CrawlJob

__all__ = ["crawl_settings"]


def crawl_settings(job: CrawlJob) -> dict[str, Any]:
    """The settings with which a crawl runs."""
    handler = "crawler.handler.ArchivingHandler"
    return {
        "BOT_NAME": "badgewire",
        "USER_AGENT": job.user_agent,
        "TWISTED_REACTOR_ENABLED": False,
        "ASYNCIO_EVENT_LOOP": None if sys.platform == "win32" else "uvloop.Loop",
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "data": None, "file": None, "ftp": None, "s3": None},
        "CONCURRENT_REQUESTS": job.pace.requests_in_all,
        "CONCURRENT_ITEMS": 1,  # a callback yields few requests, and Scrapy starts this many tasks for each response
        "CONCURRENT_REQUESTS_PER_DOMAIN": job.pace.requests_per_host,
        "DOWNLOAD_DELAY": job.pace.delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "AUTOTHROTTLE_ENABLED": job.pace.auto_throttle,
        "AUTOTHROTTLE_START_DELAY": job.pace.delay_seconds,
        "AUTOTHROTTLE_MAX_DELAY": 30.0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {"crawler.robots.RobotsGuard": 100},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "EXTENSIONS": {"crawler.pace.FlooredThrottle": 0},
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # as the feeds have it: news first
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_LEVEL": "ERROR",
        "LOG_VERSIONS": [],
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }
