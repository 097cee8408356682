"""`badgewire doctor`: is everything in place, and if not, what to do about it?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import typer
from rich.console import Console

from crawler.errors import BadgewireError
from crawler.registry import read_registry
from pipelines.cli.options import Live, workspace_of
from pipelines.steps.pending import pending_days
from pipelines.workspace import PROJECT, Profile, Workspace, user_agent
from warehouse.ledger import open_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["doctor"]

LEAST_FREE_BYTES = 2 * 1024**3


def doctor(live: Live = False) -> None:
    """Check versions, disk, sources, contact, archive, ledger and snapshot; exit with 1 where something needs mending."""
    place = workspace_of(live).create()
    console = Console(highlight=False)
    faults = 0
    for name, check in checks(place):
        try:
            told, good = check(), True
        except BadgewireError as error:
            told, good = str(error), False
            faults += 1
        console.print(f"{'ok  ' if good else 'MEND'}  {name}: {told}", markup=False, style=None if good else "red")
    raise typer.Exit(1 if faults else 0)


def checks(place: Workspace) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each thing to look at, by name; a check raises BadgewireError where it needs mending."""
    packages = ("scrapy", "dagster", "duckdb", "trafilatura")
    yield (
        "versions",
        lambda: f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in packages),
    )
    yield "data", lambda: free_space(place.root)
    registry = PROJECT / ("sample" if place.profile is Profile.SAMPLE else "crawler") / "sources"
    yield "sources", lambda: sound_sources(registry)
    if place.profile is Profile.LIVE:
        yield "user agent", user_agent
    yield "archive", lambda: waiting(place)
    yield "ledger", lambda: sound_ledger(place)
    yield "snapshot", lambda: newest(place)


def free_space(root: Path) -> str:
    """Where data lies and how much room is left."""
    usage = os.statvfs(root)
    free = usage.f_bavail * usage.f_frsize
    if free < LEAST_FREE_BYTES:
        raise BadgewireError(f"{root} has {free / 1024**3:.1f} GB free: make room, a day of pages may need more")
    return f"{root}, {free / 1024**3:.0f} GB free"


def sound_sources(folder: Path) -> str:
    """How many sources the registry holds."""
    registry = read_registry(folder)
    if registry.problems:
        raise BadgewireError("\n".join(map(str, registry.problems)))
    return f"{len(registry.sources)} in {folder}"


def waiting(place: Workspace) -> str:
    """Whether days wait to be read."""
    days = pending_days(place)
    return f"not yet read whole: {', '.join(map(str, days))}" if days else "every capture is read"


def sound_ledger(place: Workspace) -> str:
    """Whether the ledger opens."""
    with open_ledger(place.ledger) as ledger:
        return f"{len(ledger.identities('story'))} addresses of first sight"


def newest(place: Workspace) -> str:
    """What is published."""
    if not place.published.exists():
        return "nothing published yet"
    with open_snapshot(place.published) as connection:
        counted = connection.execute(
            "select count(*), (select max(tried_at) from fetches) from stories"
        ).fetchone() or (0, None)
    return f"{counted[0]} stories, the latest try {counted[1]:%Y-%m-%d %H:%M} UTC" if counted[0] else "no stories yet"
