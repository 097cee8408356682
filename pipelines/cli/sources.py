"""`badgewire sources`: what the registry holds, and whether it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from crawler.check import check_sources, with_memory
from crawler.errors import SourceError
from crawler.job import CrawlJob
from crawler.registry import Source, read_registry
from pipelines.cli.options import workspace_of
from pipelines.cli.query import print_table
from pipelines.workspace import PROJECT, user_agent

__all__ = ["sources"]

sources = typer.Typer(
    no_args_is_help=True, help="List the sources of the live registry, and check whether they answer."
)

REGISTRY = PROJECT / "crawler" / "sources"


@sources.command("list")
def list_sources(
    state: Annotated[str | None, typer.Option(help="Only sources of this state, two letters.")] = None,
) -> None:
    """List sources with their endpoints; `unverified` marks an address that nobody has yet seen answer."""
    place = workspace_of(live=True)
    registry = read_registry(REGISTRY)
    if state is not None and state.upper() not in {each.state for each in registry.sources}:
        raise SourceError(f"no source lies in {state!r}: give the two letters of a state, such as TX")
    known = with_memory(registry.sources, place.archive, place.crawl_state)
    chosen = [source for source in known if state is None or source.state == state.upper()]
    rows = [
        (source.id, source.name, source.kind, source.state, told) for source in chosen for told in endpoints_of(source)
    ]
    print_table(["id", "name", "kind", "state", "endpoints"], rows, f"{len(chosen)} sources", unbroken="id")
    if registry.problems:
        raise SourceError(
            "\n".join(["these entries are left out until they are mended:", *map(str, registry.problems)])
        )


@sources.command()
def check(
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="ID", help="Only this source. Repeatable.")
    ] = None,
    state: Annotated[str | None, typer.Option(help="Only sources of this state, two letters.")] = None,
) -> None:
    """Ask every endpoint once: which answer, are stale, have moved, or are dead. Exits with 1 where one needs a look."""
    agent = user_agent()
    place = workspace_of(live=True).create()
    read = read_registry(REGISTRY)
    registry = read.sources
    for problem in read.problems:
        typer.echo(f"left out: {problem}", err=True)
    chosen = [each for each in registry if each.id in source] if source else list(registry)
    if unknown := set(source or ()) - {each.id for each in registry}:
        raise SourceError(f"no source named {', '.join(sorted(unknown))}: see `badgewire sources list`")
    if state:
        chosen = [each for each in chosen if each.state == state.upper()]
    now = datetime.now(UTC)
    job = CrawlJob(
        run_id=f"{now:%Y%m%dT%H%M%S}-check",
        sources=tuple(chosen),
        archive=place.archive,
        state=place.crawl_state,
        user_agent=agent,
        now=now,
    )
    console = Console(stderr=True, highlight=False)
    with console.status(f"Asking {len(chosen)} sources") as status:
        found = check_sources(job, report=lambda counts: status.update(f"{counts.tried} addresses tried"))
    rows = [
        (each.source_id, each.kind, each.health, each.url, each.moved_to or each.reason, each.newest) for each in found
    ]
    print_table(["source", "kind", "health", "address", "moved to, or why", "newest"], rows, unbroken="source")
    raise typer.Exit(0 if all(each.health == "answers" for each in found) else 1)


def endpoints_of(source: Source) -> list[str]:
    """A line for each endpoint of a source, or one that says where its endpoints will be looked for."""
    named = [
        f"{each.kind} {each.url} ({f'answered {each.verified}' if each.verified else 'unverified'})"
        for each in source.endpoints
    ]
    return named or [f"to be discovered at {source.homepage} (unverified)"]
