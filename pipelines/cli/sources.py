"""`badgewire sources`: what the registry holds, and whether it answers."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.registry import Source, load_registry
from pipelines.cli.query import print_table
from pipelines.workspace import PROJECT

__all__ = ["sources"]

sources = typer.Typer(no_args_is_help=True, help="List the sources of the live registry, and check whether they answer.")

REGISTRY = PROJECT / "crawler" / "sources"


@sources.command("list")
def list_sources(
    state: Annotated[str | None, typer.Option(help="Only sources of this state, two letters.")] = None,
) -> None:
    """List sources with their endpoints; `unverified` marks an address that nobody has yet seen answer."""
    chosen = [source for source in load_registry(REGISTRY) if state is None or source.state == state.upper()]
    rows = [(source.id, source.name, source.kind, source.state, told) for source in chosen for told in endpoints_of(source)]
    print_table(["id", "name", "kind", "state", "endpoints"], rows, f"{len(chosen)} sources")


def endpoints_of(source: Source) -> list[str]:
    """A line for each endpoint of a source, or one that says where its endpoints will be looked for."""
    named = [
        f"{each.kind} {each.url} ({f'answered {each.verified}' if each.verified else 'unverified'})" for each in source.endpoints
    ]
    return named or [f"to be discovered at {source.homepage} (unverified)"]
