"""`badgewire ui`: Dagster's web pages, schedule and sensors, everything set up."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import Live, workspace_of
from pipelines.defs.runner import dagster_home
from pipelines.workspace import PROJECT, Workspace

__all__ = ["server_command", "server_environment", "ui"]


def ui(
    live: Live = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 3000,
) -> None:
    """Open Dagster on this machine: the graph, the runs, and the hourly schedule, which ticks as long as this runs."""
    place = workspace_of(live).create()
    home = dagster_home(place)
    typer.echo(f"Dagster for the {place.profile} profile: http://127.0.0.1:{port} (stop with Ctrl-C)", err=True)
    os.chdir(home)
    # In this process's place: whoever stops it stops the web pages and the daemon with it.
    os.execve(sys.executable, server_command(port), server_environment(place, home))  # noqa: S606  # no shell wanted


def server_command(port: int, module: str = "pipelines.defs.definitions") -> list[str]:
    """The command that serves the web pages and runs the daemon for a module's definitions, from any folder."""
    code = ["--module-name", module, "--working-directory", str(PROJECT)]
    serve = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-m", "dagster", "dev", *code, *serve]


def server_environment(place: Workspace, home: Path) -> dict[str, str]:
    """The environment of that command; `home` is where Dagster keeps everything."""
    return {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "BADGEWIRE_PROFILE": place.profile.value,
        "PYTHONWARNINGS": "ignore",
    }
