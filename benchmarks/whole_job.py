"""This project's side of the end-to-end bench: the pipeline's own steps, from the web to the rows, timed one by one.

Run by `benchmarks.end_to_end`, each part in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from benchmarks.page_server import HOSTS
from pipelines.workspace import Profile, Workspace

__all__ = ["main"]

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
DAY = NOW.date()
Counted = TypeVar("Counted")


def main() -> None:
    """Run one part, and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["crawl", "extract", "statements", "load"])
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--root", type=Path, required=True)
    given = parser.parse_args()
    place = Workspace(Profile.LIVE, given.root).create()
    match given.part:
        case "crawl":
            figures = crawl_pages(place, given.proxy)
        case "extract":
            figures = extract_pages(place)
        case "statements":
            figures = read_statements(place)
        case _:
            figures = load_rows(place)
    print(json.dumps(figures))


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


def extract_pages(place: Workspace) -> dict[str, Any]:
    """From the archive to documents."""
    from pipelines.steps.captures import index_captures
    from pipelines.steps.documents import extract_documents

    index_seconds, captures = timed(lambda: index_captures(place, DAY))
    document_seconds, documents = timed(lambda: extract_documents(place, DAY))
    assert documents.failed == 0, documents
    seconds = {"index and byte filter": index_seconds, "extract documents": document_seconds}
    return {**seconds, "kept": captures.candidates, "off_topic": captures.off_topic}


def read_statements(place: Workspace) -> dict[str, Any]:
    """Relevance and statements of the documents."""
    from pipelines.steps.stories import read_stories

    seconds, _ = timed(lambda: read_stories(place, DAY, registry_of(place)))
    return {"read for statements": seconds}


def load_rows(place: Workspace) -> dict[str, Any]:
    """The rows of the warehouse; an empty one is made before the clock starts, as that is done once in its life."""
    from pipelines.steps.load import load_day
    from warehouse.database import open_warehouse

    with open_warehouse(place.warehouse):
        pass
    seconds, loads = timed(lambda: load_day(place, DAY, registry_of(place)))
    return {"load rows": seconds, "stories": loads.stories, "rows": loads.tries}


def timed(step: Callable[[], Counted]) -> tuple[float, Counted]:
    """The seconds that a step takes, and its counts."""
    started = time.perf_counter()
    counts = step()
    return time.perf_counter() - started, counts


if __name__ == "__main__":
    main()
