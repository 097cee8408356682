"""The child process of the asset `crawl`: `python -m pipelines.defs.crawl_process`, started through Dagster Pipes.

The crawler itself keeps two runs from appending to one archive at once.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

from crawler.errors import BadgewireError, SourceError
from crawler.job import Counts, CrawlJob, Pace
from crawler.registry import Source, read_registry
from crawler.run import crawl
from crawler.spiders.replay import replay
from pipelines.workspace import Profile, Workspace

__all__ = ["main"]


PARENT_LOOK_SECONDS = 0.5


def main() -> None:
    """Run one crawl or replay as the parent's extras ask, and report its counts as the asset's metadata."""
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    with open_dagster_pipes() as pipes:
        try:
            report(pipes, run(pipes, pipes.extras))
        except BadgewireError as error:
            pipes.report_custom_message({"error": str(error), "kind": type(error).__name__})


def end_with_parent(parent: int) -> None:
    """End this process once the parent that started it is gone: a run that was killed must not go on crawling."""
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_SECONDS)
    os._exit(1)


def run(pipes: PipesContext, extras: Mapping[str, Any]) -> Counts:
    """Replay WARC files where any are named, else crawl."""
    place = Workspace(Profile(extras["profile"]), Path(extras["root"]))
    now = datetime.fromisoformat(extras["now"])
    if extras["replay"]:
        paths = tuple(Path(path) for path in extras["replay"])
        return replay(paths, place.archive, run_id=extras["run_id"], now=now)
    job = CrawlJob(
        run_id=extras["run_id"],
        sources=chosen_sources(pipes, Path(extras["registry"]), extras["sources"]),
        archive=place.archive,
        state=place.crawl_state,
        user_agent=extras["user_agent"],
        now=now,
        frozen=extras["frozen"],
        proxy=extras["proxy"],
        loopback_ports=frozenset(extras["loopback_ports"]),
        max_age_days=extras["max_age_days"],
        pace=Pace(delay_seconds=extras["delay_seconds"], auto_throttle=extras["delay_seconds"] > 0),
    )
    return crawl(job, lambda counts: pipes.log.info(f"{counts.tried} addresses tried, {counts.captured} captured"))


def chosen_sources(pipes: PipesContext, registry: Path, names: list[str]) -> tuple[Source, ...]:
    """The registry's sources, or those named; an entry with a fault is reported and left out."""
    read = read_registry(registry)
    for problem in read.problems:
        pipes.log.warning(str(problem))
    if not names:
        return read.sources
    known = {source.id: source for source in read.sources}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SourceError(f"no source named {', '.join(unknown)} in {registry}: see `badgewire sources list`")
    return tuple(known[name] for name in names)


def report(pipes: PipesContext, counts: Counts) -> None:
    """Hand the counts to Dagster."""
    metadata = {name: {"raw_value": value, "type": "int"} for name, value in asdict(counts).items()}
    pipes.report_asset_materialization(metadata=metadata)


if __name__ == "__main__":
    main()
