"""`badgewire run`: the whole job once, from pages to the published database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from crawler.errors import ArchiveError, SourceError
from crawler.registry import read_registry
from pipelines.alerts.rules import AlertFile
from pipelines.cli.alert_delivery import deliver_now
from pipelines.cli.findings import count_alerts, show_findings
from pipelines.cli.progress import progress_logger
from pipelines.defs.crawling import CrawlConfig
from pipelines.defs.runner import Runner, open_runner
from pipelines.sample_clock import mark_visit, open_visits, sample_anchor
from pipelines.steps.alerting import alert_file
from pipelines.steps.imports import agency_lists, keep_agencies, keep_agreements
from pipelines.workspace import PROJECT, Profile, Workspace, user_agent
from sample.newsstand import VISITS

__all__ = ["run"]

WARC = "warc:"
SAMPLE = PROJECT / "sample"


def run(
    live: Annotated[bool, typer.Option("--live", help="Crawl the live sources of the registry.")] = False,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="ID|warc:PATH",
            help="Crawl only this live source, or read pages from a WARC file or folder. Repeatable.",
        ),
    ] = None,
) -> None:
    """Collect, read, load and publish once, then show what was found.

    Without options it reads the embedded sample from a newsstand on this machine and needs no network.
    """
    named = source or []
    place = Workspace.of(Profile.LIVE if live or named else Profile.SAMPLE).create()
    replay = [str(existing(name.removeprefix(WARC))) for name in named if name.startswith(WARC)]
    ids = [name for name in named if not name.startswith(WARC)]
    known = {each.id for each in read_registry(PROJECT / "crawler" / "sources").sources} if ids else set()
    if unknown := [name for name in ids if name not in known]:
        raise SourceError(f"no source named {', '.join(unknown)}: see `badgewire sources list`")
    if place.profile is Profile.LIVE and (ids or not replay):
        user_agent()  # before anything starts: a crawl without a contact would fail in the middle
    console = Console(stderr=True, highlight=False)
    rules = alert_file(place)  # before anything starts: a load with a faulty file would fail in the middle
    alerts_before = count_alerts(place)
    with console.status("Starting") as status, open_runner(place, console=progress_logger(status)) as runner:
        if place.profile is Profile.SAMPLE:
            run_sample(runner, place, console, rules)
        else:
            if replay:
                collect(runner, CrawlConfig(replay=replay), console, "archive read")
            if ids or not replay:
                collect(runner, CrawlConfig(sources=ids), console, "web crawled")
            if not place.warehouse.exists():
                raise ArchiveError(f"{place.archive} is empty: `badgewire sources check` tells which sources answer")
            runner.publish()
    deliver_now(place, rules)
    show_findings(place, alerts_before)


def run_sample(runner: Runner, place: Workspace, console: Console, rules: AlertFile) -> None:
    """Pay each visit that is still open, at its own time, and publish after the last, which is paid only then.

    Alerts go out at the time of their visit too.
    """
    if not agency_lists(place):
        keep_agencies(place, SAMPLE / "agencies.csv")
        keep_agreements(place, SAMPLE / "agreements.csv", (sample_anchor(place.root) + VISITS[0]).date())
    *earlier, last = open_visits(place.root, VISITS)
    for visit in (*earlier, last):
        collect(runner, CrawlConfig(now=visit.isoformat()), console, f"visit of {visit:%d %B, %H:%M}")
        deliver_now(place, rules, visit)
        if visit is last:
            runner.publish()
        mark_visit(place.root, visit)


def collect(runner: Runner, config: CrawlConfig, console: Console, title: str) -> None:
    """Crawl once and read what came, saying how much."""
    counts = runner.crawl(config)
    runner.read_pending()
    told = ", ".join(
        f"{counts[name]} {name}"
        for name in ("captured", "unchanged", "redirected", "robots", "error")
        if counts.get(name)
    )
    console.print(f"{title}: {counts.get('tried', 0)} addresses tried: {told or 'nothing new'}", markup=False)


def existing(path: str) -> Path:
    """An absolute path that exists. Raises SourceError."""
    found = Path(path).expanduser().absolute()
    if not found.exists():
        raise SourceError(f"{found} does not exist: name a WARC file or a folder of them")
    return found
