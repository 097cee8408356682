"""Deliver alerts from a command, and say what went wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import typer
from dotenv import load_dotenv

from pipelines.alerts.rules import AlertFile
from pipelines.steps.delivering import DeliveryCounts, deliver_due
from pipelines.workspace import PROJECT, Workspace

__all__ = ["deliver_now"]


def deliver_now(place: Workspace, file: AlertFile, at: datetime | None = None) -> DeliveryCounts:
    """Send what is due on every channel, a terminal's alerts to standard output; each problem is a line on error.

    `at` is the time in the sample, whose visits lie in the past.
    """
    load_dotenv(PROJECT / ".env")
    counts = deliver_due(
        place.ledger, place.root / "alerts", file, os.environ, lambda: at or datetime.now(UTC), typer.echo
    )
    for problem in counts.problems:
        typer.echo(f"alerts: {problem}", err=True)
    if counts.busy:
        typer.echo(f"alerts: {counts.busy} channels are busy with another delivery", err=True)
    return counts
