"""`badgewire report`: the page that an editor opens."""

from __future__ import annotations

import typer

from pipelines.cli.options import Live, workspace_of
from pipelines.steps.report import write_report

__all__ = ["report"]


def report(live: Live = False) -> None:
    """Write the report, one HTML file that needs nothing else, and print its path."""
    place = workspace_of(live)
    write_report(place)
    typer.echo(place.report)
