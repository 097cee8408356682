"""`badgewire ui`: Dagster's web pages, schedule and sensors, everything set up."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from pipelines.cli.options import Live, workspace_of
from pipelines.defs.runner import dagster_home
from pipelines.workspace import PROJECT

__all__ = ["ui"]


def ui(
    live: Live = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 3000,
) -> None:
    """Open Dagster on this machine: the graph, the runs, and the hourly schedule, which ticks as long as this runs."""
    place = workspace_of(live).create()
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(dagster_home()),
        "BADGEWIRE_PROFILE": place.profile.value,
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    typer.echo(f"Dagster for the {place.profile} profile: http://127.0.0.1:{port} (stop with Ctrl-C)", err=True)
    raise typer.Exit(subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode)
