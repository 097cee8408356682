"""The child process of the asset `crawl`: `python -m pipelines.defs.crawl_process`, started through Dagster Pipes.

It holds the archive's lock for as long as it runs, so that two runs never append to one archive at once.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

from crawler.errors import ArchiveError, BadgewireError, SourceError
from crawler.job import Counts, CrawlJob, Pace
from crawler.registry import Source, read_registry
from crawler.replay import replay
from crawler.run import crawl
from pipelines.workspace import Profile, Workspace

__all__ = ["main"]


def main() -> None:
    """Run one crawl or replay as the parent's extras ask, and report its counts as the asset's metadata."""
    with open_dagster_pipes() as pipes:
        try:
            report(pipes, run(pipes, pipes.extras))
        except BadgewireError as error:
            pipes.log.error(str(error))
            raise SystemExit(error.exit_code) from error


def run(pipes: PipesContext, extras: dict[str, Any]) -> Counts:
    """Take the lock, then replay WARC files where any are named, else crawl."""
    place = Workspace(Profile(extras["profile"]), Path(extras["root"]))
    now = datetime.fromisoformat(extras["now"])
    with sole_writer(place):
        if extras["replay"]:
            paths = tuple(Path(path) for path in extras["replay"])
            return replay(paths, place.archive, run_id=extras["run_id"], now=now)
        if not extras["user_agent"]:
            raise SourceError("no contact for the user agent: set BADGEWIRE_CONTACT to your e-mail address or web page")
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


@contextmanager
def sole_writer(place: Workspace) -> Iterator[None]:
    """Hold the archive's lock. Raises ArchiveError where another crawl holds it."""
    place.archive.mkdir(parents=True, exist_ok=True)
    with (place.root / "archive.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ArchiveError(f"{place.archive} is being written to by another crawl: wait for it to end") from error
        yield


if __name__ == "__main__":
    main()
