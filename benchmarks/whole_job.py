"""This project's side of the end-to-end bench: the pipeline's own steps, from the web to the rows, timed one by one.

Run by `benchmarks.end_to_end`, the crawl and the reading in a process each, as in a run of the job.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.page_server import HOSTS
from pipelines.workspace import Profile, Workspace

__all__ = ["main"]

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def main() -> None:
    """Run one part, and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["crawl", "read"])
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--root", type=Path, required=True)
    given = parser.parse_args()
    place = Workspace(Profile.LIVE, given.root).create()
    print(json.dumps(crawl_pages(place, given.proxy) if given.part == "crawl" else read_pages(place)))


def crawl_pages(place: Workspace, proxy: str) -> dict[str, Any]:
    """Fetch everything that the sitemaps name into the archive."""
    from crawler.job import CrawlJob, Pace
    from crawler.registry import load_registry
    from crawler.run import crawl

    job = CrawlJob(
        run_id="bench",
        sources=load_registry(registry_of(place)),
        archive=place.archive,
        state=place.crawl_state,
        user_agent="Badgewire/0.1 (bench; +bench@badgewire.example)",
        now=NOW,
        proxy=proxy,
        loopback_ports=frozenset({urlsplit(proxy).port or 0}),
        pace=Pace(delay_seconds=0.0, requests_per_host=4, requests_in_all=64, auto_throttle=False),
    )
    started = time.perf_counter()
    counts = crawl(job, lambda counts: None)
    return {"crawl into WARC": time.perf_counter() - started, "captured": counts.captured}


def registry_of(place: Workspace) -> Path:
    """The folder with the outlets of the bench, written where it is not there."""
    folder = place.root / "sources"
    folder.mkdir(exist_ok=True)
    entries = [
        f"- id: outlet{host}\n  name: Outlet {host}\n  kind: outlet\n  homepage: http://outlet{host}.example/\n"
        f"  endpoints:\n    - kind: sitemap\n      url: http://outlet{host}.example/sitemap.xml\n"
        for host in range(HOSTS)
    ]
    (folder / "outlets.yml").write_text("\n".join(entries), encoding="utf-8")
    return folder


def read_pages(place: Workspace) -> dict[str, Any]:
    """Everything from the archive to the rows of the warehouse."""
    from pipelines.steps.captures import index_captures
    from pipelines.steps.documents import extract_documents
    from pipelines.steps.load import load_day
    from pipelines.steps.stories import read_stories

    registry = registry_of(place)
    day: date = NOW.date()
    seconds: dict[str, Any] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        counts = step()
        seconds[name] = time.perf_counter() - started
        return counts

    captures = timed("index and byte filter", lambda: index_captures(place, day))
    timed("extract documents", lambda: extract_documents(place, day))
    timed("read stories", lambda: read_stories(place, day, registry))
    loads = timed("load rows", lambda: load_day(place, day, registry))
    return {
        **seconds,
        "kept": captures.candidates,
        "off_topic": captures.off_topic,
        "stories": loads.stories,
        "rows": loads.tries,
    }


if __name__ == "__main__":
    main()
