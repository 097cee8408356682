"""The command `badgewire`: one module a subcommand, and one place where an error becomes a line and an exit code.

Only the module of the subcommand that is called is imported: Dagster alone takes a second, which a query need not pay.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterable
from importlib import import_module, metadata
from typing import Annotated

import typer
from rich.console import Console

from crawler.errors import BadgewireError
from pipelines.workspace import data_home

__all__ = ["build_app", "is_disk_refusal", "main"]

# Each subcommand, in the order of the help, and the module that defines a function or a group of that name.
MODULES = {
    "run": "pipelines.cli.run",
    "query": "pipelines.cli.query",
    "shell": "pipelines.cli.shell",
    "explain": "pipelines.cli.explain",
    "report": "pipelines.cli.report",
    "ui": "pipelines.cli.ui",
    "alerts": "pipelines.cli.alerts",
    "correct": "pipelines.cli.correct",
    "corrections": "pipelines.cli.correct",
    "sources": "pipelines.cli.sources",
    "agencies": "pipelines.cli.lists",
    "agreements": "pipelines.cli.lists",
    "reread": "pipelines.cli.reread",
    "rebuild": "pipelines.cli.reread",
    "doctor": "pipelines.cli.doctor",
}
INTERRUPTED = 130
DISK_REFUSALS = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY)


def main() -> None:
    """Run the command line; a BadgewireError becomes one line on standard error and its exit code."""
    named = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    try:
        build_app([named] if named in MODULES else MODULES)()
    except BadgewireError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"badgewire: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if not is_disk_refusal(error):
            raise
        told = f"the disk of {data_home()} is full or refuses to be written: make room and run again; nothing is lost"
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"badgewire: {told}", style="red", markup=False)
        sys.exit(1)


def is_disk_refusal(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is a full or failing disk: the system's word, or SQLite's for it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
            return True
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in DISK_REFUSALS:
            return True
        error = error.__cause__ or error.__context__
    return False


def build_app(names: Iterable[str]) -> typer.Typer:
    """The command line with these subcommands."""
    app = typer.Typer(
        name="badgewire",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(badgewire)
    for name in names:
        member = getattr(import_module(MODULES[name]), name)
        if isinstance(member, typer.Typer):
            app.add_typer(member, name=name)
        else:
            # A query may begin with a comment: "-- who refuses?"
            app.command(name, context_settings={"ignore_unknown_options": name == "query"})(member)
    return app


def show_version(asked: bool) -> None:
    """Print the version and end, where it is asked for."""
    if asked:
        typer.echo(f"badgewire {metadata.version('badgewire')}")
        raise typer.Exit


def badgewire(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=show_version, help="Print the version and end.")
    ] = False,
) -> None:
    """Who cooperates with immigration enforcement, who refuses, who just changed position, and in whose words.

    Start with [bold]badgewire run[/bold]: it reads the embedded sample and needs no network.

    Exit codes: 0 done · 1 something to mend, said in one line · 2 wrong usage · 3 a source or the contact · 4 the
    archive · 5 the warehouse, ledger or snapshot · 6 a rule or model file · 7 a step of the run failed otherwise, or
    another command is at work · 130 interrupted.
    """
