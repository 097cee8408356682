"""`badgewire reread` and `badgewire rebuild`: read the archive again, without a single request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console

from crawler.archive import days_with_tries
from crawler.errors import ArchiveError
from pipelines.cli.findings import count_alerts, show_findings
from pipelines.cli.options import Live, workspace_of
from pipelines.cli.progress import progress_logger
from pipelines.defs.runner import open_runner
from pipelines.workspace import Workspace

__all__ = ["rebuild", "reread"]

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of capture, UTC.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of capture, UTC.")]


def reread(live: Live = False, since: Since = None, until: Until = None) -> None:
    """Read days of the archive again, with the rules as they are now, and publish."""
    place = workspace_of(live).create()
    first, last = since.date() if since else date.min, until.date() if until else date.max
    read(place, [day for day in days_with_tries(place.archive) if first <= day <= last], anew=False)


def rebuild(live: Live = False) -> None:
    """Make the warehouse anew from the archive and the ledger: same rows, same ids."""
    place = workspace_of(live).create()
    read(place, days_with_tries(place.archive), anew=True)


def read(place: Workspace, days: list[date], *, anew: bool) -> None:
    """Materialise the days, in a new warehouse if `anew`, and publish. Raises ArchiveError where there are none."""
    if not days:
        raise ArchiveError(f"{place.archive} holds no captures of those days: run `badgewire run` first")
    console = Console(stderr=True, highlight=False)
    alerts_before = count_alerts(place)
    with console.status("Starting") as status, open_runner(place, console=progress_logger(status)) as runner:
        if anew:
            for path in (place.warehouse, place.warehouse.with_name(f"{place.warehouse.name}.wal")):
                path.unlink(missing_ok=True)
        runner.read_days(days)
        runner.publish()
    show_findings(place, alerts_before)
