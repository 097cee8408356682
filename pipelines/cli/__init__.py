"""The command `badgewire`: one module a subcommand, and one place where an error becomes a line and an exit code."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from crawler.errors import BadgewireError
from pipelines.cli.alerts import alerts
from pipelines.cli.correct import correct, corrections
from pipelines.cli.doctor import doctor
from pipelines.cli.explain import explain
from pipelines.cli.lists import agencies, agreements
from pipelines.cli.query import query
from pipelines.cli.reread import rebuild, reread
from pipelines.cli.run import run
from pipelines.cli.shell import shell
from pipelines.cli.sources import sources
from pipelines.cli.ui import ui

__all__ = ["app", "main"]

app = typer.Typer(
    name="badgewire",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""
    Who cooperates with immigration enforcement, who refuses, who just changed position, and in whose words.

    Start with [bold]badgewire run[/bold]: it reads the embedded sample and needs no network.

    Exit codes: 0 done · 1 something to mend, said in one line · 2 wrong usage, or a step of the run failed ·
    3 a source or the contact · 4 the archive · 5 the warehouse, ledger or snapshot · 6 a rule or model file ·
    130 interrupted.
    """,
)
app.command()(run)
app.command()(query)
app.command()(shell)
app.command()(explain)
app.command()(correct)
app.command()(ui)
app.command()(reread)
app.command()(rebuild)
app.command()(doctor)
app.add_typer(corrections, name="corrections")
app.add_typer(sources, name="sources")
app.add_typer(alerts, name="alerts")
app.add_typer(agencies, name="agencies")
app.add_typer(agreements, name="agreements")


def main() -> None:
    """Run the command line; a BadgewireError becomes one line on standard error and its exit code."""
    try:
        app()
    except BadgewireError as error:
        Console(stderr=True, highlight=False).print(f"badgewire: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
