"""`badgewire alerts`: try a rule, see what was raised, take note of it, mute, send again."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from crawler.entries import nearest
from crawler.errors import RuleError, WarehouseError
from pipelines.alerts.facts import Alert, StatementFacts
from pipelines.alerts.match import Matcher
from pipelines.alerts.messages import labels
from pipelines.alerts.raising import raise_alert
from pipelines.cli.alert_delivery import deliver_now
from pipelines.cli.alert_lines import print_alert
from pipelines.cli.options import Live, workspace_of
from pipelines.cli.query import print_table
from pipelines.steps.alert_facts import facts_since
from pipelines.steps.alert_readings import as_read_now
from pipelines.steps.alerting import alert_file
from pipelines.steps.rule_names import known_agencies, unknown_names
from pipelines.steps.sound_rules import delivery_file
from pipelines.steps.watching import published_notices, tell
from pipelines.workspace import Workspace
from warehouse.alert_ledger import AlertLedger, MuteRow, RaisedRow, open_alert_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["alerts"]

alerts = typer.Typer(
    no_args_is_help=True, help="Try alert rules, see what was raised, take note of it, mute, send again."
)

DRY_RUN_DAYS = 30
SPANS = {"m": "minutes", "h": "hours", "d": "days"}
AlertId = Annotated[str, typer.Argument(metavar="ALERT", help="Its id, or the beginning of it, from `alerts list`.")]


class Mutable(StrEnum):
    """What can be muted."""

    RULE = "rule"
    AGENCY = "agency"
    CHANNEL = "channel"


What = Annotated[Mutable, typer.Argument(help="What to mute: rule, agency or channel.")]


@alerts.command("test")
def try_rule(rule: Annotated[str, typer.Argument(help="Name of a rule in alerts.yml.")], live: Live = False) -> None:
    """Show what a rule would have raised over the past 30 days, newest last. Sends nothing, writes nothing."""
    place = workspace_of(live)
    file = alert_file(place)
    matcher = Matcher([file.rule(rule)])
    since = datetime.now(UTC) - timedelta(days=DRY_RUN_DAYS)
    found = [
        alert
        for facts in published_facts(place, since)
        for alert in [raise_alert(facts, file, matcher, facts.captured_at)]
        if alert
    ]
    console = Console(highlight=False)
    with open_snapshot(place.published) as connection:
        for line in unknown_names(connection, replace(file, rules=tuple(matcher.rules))):
            typer.echo(line, err=True)
    for alert in found:
        print_alert(console, alert, f"{alert.facts.captured_at:%Y-%m-%d}", why_of(alert))
    console.print(f"{counted(len(found))} of rule {rule} in {DRY_RUN_DAYS} days; nothing was sent", style="bold")


@alerts.command("list")
def list_alerts(
    live: Live = False,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back.")] = 30,
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 20,
) -> None:
    """List the alerts raised, newest first, with what became of each on its channels, and what is muted."""
    now = datetime.now(UTC)
    console = Console(highlight=False)
    with ledger_of(live) as ledger:
        noted, readings = ledger.notes.acknowledged(), ledger.alerts.readings()
        found = ledger.alerts.raised(since=now - timedelta(days=days), newest_first=True)
        for raised in found[:most]:
            alert = as_read_now(raised, readings)
            told = [", ".join(alert.rules), ", ".join(states(ledger, raised))]
            told += ["noted"] if raised.alert_id in noted else []
            print_alert(console, alert, raised.alert_id[:10], f"{raised.raised_at:%Y-%m-%d %H:%M} · {' · '.join(told)}")
        muted = [(mute.what, mute.name, f"{mute.until:%Y-%m-%d %H:%M}", mute.by) for mute in ledger.notes.mutes(now)]
    shown = f", the newest {most} shown (--most for more)" if len(found) > most else ""
    console.print(f"{counted(len(found))} in {days} days{shown}", style="bold")
    if muted:
        print_table(["muted", "name", "until (UTC)", "by"], muted)


@alerts.command()
def ack(
    alert: AlertId, live: Live = False, note: Annotated[str, typer.Option(help="Why, or what was done.")] = ""
) -> None:
    """Take note of an alert: what still waits to be sent of it is dropped."""
    with ledger_of(live) as ledger:
        raised = known(ledger, alert)
        ledger.notes.add_ack(raised.alert_id, datetime.now(UTC), getpass.getuser(), note)
    typer.echo(f"noted: {raised.alert_id}")


@alerts.command()
def mute(
    what: What,
    name: Annotated[str, typer.Argument(help="Name of the rule or channel, or id of the agency.")],
    for_: Annotated[str, typer.Option("--for", help="How long: 30m, 12h or 7d.")] = "24h",
    live: Live = False,
) -> None:
    """Send nothing of a rule, agency or channel for a while; feeds and files still keep record of it."""
    now = datetime.now(UTC)
    check_name(what, name, workspace_of(live))
    until = now + span(for_)
    with ledger_of(live) as ledger:
        ledger.notes.add_mute(MuteRow(what.value, name, now, until, getpass.getuser()))
    typer.echo(f"{what.value} {name} is muted until {until:%Y-%m-%d %H:%M} UTC")


@alerts.command()
def unmute(what: What, name: Annotated[str, typer.Argument(help="As it was muted.")], live: Live = False) -> None:
    """End a mute. What was withheld meanwhile is not sent; `alerts resend` sends it."""
    now = datetime.now(UTC)
    with ledger_of(live) as ledger:
        muted = [mute.name for mute in ledger.notes.mutes(now) if mute.what == what.value]
        if name not in muted:
            known = f"; muted: {', '.join(muted)}" if muted else ""
            raise RuleError(f"{what.value} {name!r} is not muted{known}: see `badgewire alerts list`")
        ledger.notes.add_mute(MuteRow(what.value, name, now, now, getpass.getuser()))
    typer.echo(f"{what.value} {name} is no longer muted")


@alerts.command()
def resend(
    alert: AlertId,
    channel: Annotated[str, typer.Argument(help="Name of a channel in alerts.yml.")],
    live: Live = False,
) -> None:
    """Send an alert once more on a channel, at the next delivery."""
    check_name(Mutable.CHANNEL, channel, workspace_of(live))
    with ledger_of(live) as ledger:
        raised = known(ledger, alert)
        ledger.notes.add_resend(raised.alert_id, channel, datetime.now(UTC))
    typer.echo(f"{raised.alert_id} will be sent again on {channel}")


@alerts.command()
def deliver(live: Live = False) -> None:
    """Send now what is due, without Dagster, and look at what the operator must know; exits with 1 where that failed."""
    place, now = workspace_of(live).create(), datetime.now(UTC)
    with open_alert_ledger(place.ledger) as ledger:
        file, fault = delivery_file(place, ledger, now)
        try:
            for notice in published_notices(place, file, now):
                tell(ledger, notice, now)
        except WarehouseError as error:
            fault = fault or str(error)
    if fault:
        typer.echo(f"alerts: {fault}", err=True)
    counts = deliver_now(place, file)
    typer.echo(f"{counts.sent} sent, {counts.failed} failed, {counts.parked} given up, {counts.withheld} withheld")
    raise typer.Exit(1 if counts.problems or fault else 0)


def published_facts(place: Workspace, since: datetime) -> list[StatementFacts]:
    """The facts of every statement and edit since a time, from the published snapshot."""
    with open_snapshot(place.published) as connection:
        try:
            return facts_since(connection, since)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise WarehouseError(f"{place.published} is of another version: run `badgewire run` ({first})") from error


def counted(alerts: int) -> str:
    """A number of alerts in words."""
    return "1 alert" if alerts == 1 else f"{alerts} alerts"


def why_of(alert: Alert) -> str:
    """What met each filter of the rule."""
    reasons = labels("en")["reasons"]
    return ", ".join(f"{reasons[name]} {met}".strip() for match in alert.matches for name, met in match.reasons)


def states(ledger: AlertLedger, raised: RaisedRow) -> Iterator[str]:
    """What became of an alert on each of its channels."""
    tried = ledger.messages.outcomes(raised.alert_id)
    for plan in ledger.alerts.planned(raised.alert_id):
        yield f"{plan.channel}: {tried.get(plan.channel, 'waiting')}"


def known(ledger: AlertLedger, alert: str) -> RaisedRow:
    """The alert of an id. Raises RuleError where there is none, or more than one."""
    found = ledger.alerts.alert(alert) if alert else None
    if found is None:
        raise RuleError(f"no single alert has an id that begins with {alert!r}: see `badgewire alerts list`")
    return found


def check_name(what: Mutable, name: str, place: Workspace) -> None:
    """Refuse a rule or channel that the file does not know, and an agency that was never published. Raises RuleError."""
    file = alert_file(place)
    if what is Mutable.AGENCY and place.published.exists():
        with open_snapshot(place.published) as connection:
            agencies = known_agencies(connection)
        if name not in agencies:
            raise RuleError(f"{place.published} knows no agency {name!r}{nearest(name, agencies)}")
    if what is Mutable.RULE:
        file.rule(name)
    elif what is Mutable.CHANNEL and file.channel(name) is None:
        raise RuleError(f"{file.path}: no channel {name!r}; known: {', '.join(each.name for each in file.channels)}")


def span(text: str) -> timedelta:
    """A time like 30m, 12h or 7d. Raises RuleError for anything else."""
    match = re.fullmatch(r"([1-9]\d{0,3})([mhd])", text)
    if not match:
        raise RuleError(f"{text!r} is no length of time: write 30m, 12h or 7d")
    return timedelta(**{SPANS[match[2]]: int(match[1])})


@contextmanager
def ledger_of(live: bool) -> Iterator[AlertLedger]:
    """The alerts' ledger of the profile."""
    with open_alert_ledger(workspace_of(live).create().ledger) as ledger:
        yield ledger
