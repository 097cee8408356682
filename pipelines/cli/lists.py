"""`badgewire agencies` and `badgewire agreements`: import official lists."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli.options import Live, workspace_of
from pipelines.steps.imports import ListImport, keep_agencies, keep_agreements

__all__ = ["agencies", "agreements"]

agencies = typer.Typer(no_args_is_help=True, help="Import the FBI's or PDAP's list of law-enforcement agencies.")
agreements = typer.Typer(no_args_is_help=True, help="Import ICE's lists of 287(g) agreements.")

File = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="The list as published.")
]
SHOWN = 20


@agencies.callback()
@agreements.callback()
def group() -> None:
    """Keep `import` a subcommand of its own."""


@agencies.command("import")
def import_agencies(file: File, live: Live = False) -> None:
    """Keep a list of agencies (CSV, also gzipped): the next run loads it and reads stories with it."""
    tell(keep_agencies(workspace_of(live).create(), file), "agencies")


@agreements.command("import")
def import_agreements(
    file: File,
    live: Live = False,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the list, where its file name does not tell.")
    ] = None,
) -> None:
    """Keep a list of 287(g) agreements (XLSX or CSV): the next run loads it. Several lists show what ended."""
    tell(keep_agreements(workspace_of(live).create(), file, day.date() if day else None), "rows")


def tell(found: ListImport, what: str) -> None:
    """Say what a list held, what was left out, and which agencies it named that the register does not know.

    A terminal shows the first of each; a file or a pipe gets them all.
    """
    console = Console(highlight=False)
    most = SHOWN if console.is_terminal else None
    console.print(f"{found.rows:,} {what} kept; `badgewire reread` loads them now, the next run by itself")
    for title, lines in (
        ("left out", found.skipped),
        ("not in the register, kept under an id of ours", found.unmatched),
    ):
        if lines:
            console.print(f"{len(lines):,} {title}:")
            for line in lines[:most]:
                console.print(f"  {line}", markup=False)
            if most is not None and len(lines) > most:
                console.print(f"  … and {len(lines) - most:,} more: all of them with `| less`")
