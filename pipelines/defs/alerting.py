"""Alerts as Dagster runs them: a sensor on the ledger starts deliveries; another watches what the operator must know.

Neither opens the warehouse: a load may be writing to it. The watch reads the published snapshot and Dagster's own runs.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dotenv import load_dotenv

from crawler.errors import BadgewireError
from pipelines.alerts.facts import content_id
from pipelines.alerts.rules import AlertFile
from pipelines.defs.resources import WorkspaceResource
from pipelines.steps.alerting import alert_file
from pipelines.steps.composing import due_channels
from pipelines.steps.delivering import deliver_due
from pipelines.steps.rule_names import unknown_names
from pipelines.workspace import PROJECT, Profile
from warehouse.alert_ledger import AlertLedger, NoticeRow, open_alert_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["deliver_alerts", "due_alerts", "operation_watch"]

INTERVAL_SECONDS = 15
WATCH_SECONDS = 600
LATE = timedelta(hours=2, minutes=30)
# A source is dead when it has given nothing but errors for this long.
DEAD = timedelta(days=2)
NAMED = 20
HOURLY = "hourly"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
DEAD_SOURCES = """
with seen as (
    select
        source_id,
        min(tried_at) as first_try,
        max(tried_at) as last_try,
        max(tried_at) filter (where outcome in ('captured', 'unchanged', 'redirected')) as last_answer
    from fetches
    where purpose <> 'robots'
    group by source_id
)
select source_id, last_answer
from seen
where last_try - coalesce(last_answer, first_try) > $dead
    and $now - last_try < $dead
order by source_id
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for the operator; what has the same id is told once."""

    notice_id: str
    heading: str
    text: str


@dg.op
def send_due_alerts(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Send what is due on every channel; a channel that fails is told, and tried again later."""
    place = workspace.open()
    load_dotenv(PROJECT / ".env")
    counts = deliver_due(place.ledger, place.root / "alerts", alert_file(place), os.environ, show=context.log.info)
    context.add_output_metadata(
        {name: getattr(counts, name) for name in ("sent", "failed", "parked", "withheld", "busy")}
    )
    for problem in counts.problems:
        context.log.warning(problem)


@dg.job(description="Bring alerts from the ledger to their channels. Touches neither archive nor warehouse.")
def deliver_alerts() -> None:
    """Send what is due."""
    send_due_alerts()


@dg.sensor(
    job=deliver_alerts,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a delivery as soon as the ledger holds something that is due.",
)
def due_alerts(
    context: dg.SensorEvaluationContext, workspace: WorkspaceResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One delivery at a time; it takes everything that is due."""
    place = workspace.open()
    going = context.instance.get_run_ids(dg.RunsFilter(job_name=deliver_alerts.name, statuses=UNFINISHED), limit=1)
    if going:
        yield dg.SkipReason(f"delivery {going[0]} still goes on")
        return
    try:
        with open_alert_ledger(place.ledger) as ledger:
            channels = due_channels(ledger, alert_file(place), datetime.now(UTC))
    except BadgewireError as error:
        yield dg.SkipReason(str(error))
        return
    if channels:
        yield dg.RunRequest(tags={"badgewire/channels": ", ".join(channels)})
    else:
        yield dg.SkipReason("nothing is due")


@dg.sensor(
    minimum_interval_seconds=WATCH_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells the operator of dead sources, of slips in alerts.yml and of a schedule that is late.",
)
def operation_watch(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SkipReason:
    """Write what it finds into the ledger as notices; the delivery brings them to the operator's channels."""
    place, now = workspace.open(), datetime.now(UTC)
    try:
        with open_alert_ledger(place.ledger) as ledger:
            found = [*dead_sources(place.published, now), *unknown_in_rules(place.published, alert_file(place), now)]
            if place.profile is Profile.LIVE:
                found += late_schedule(context.instance, now)
            for each in found:
                tell(ledger, each, now)
    except BadgewireError as error:
        return dg.SkipReason(str(error))
    return dg.SkipReason(f"{len(found)} things for the operator" if found else "all well")


def tell(ledger: AlertLedger, found: Notice, now: datetime) -> None:
    """Keep a notice, once for each id."""
    ledger.notes.add_notice(NoticeRow(found.notice_id, now, found.heading, found.text))


def dead_sources(published: Path, now: datetime) -> Iterator[Notice]:
    """Sources that are still tried and have not answered for two days: told when they change, and once a week."""
    if not published.exists():
        return
    with open_snapshot(published) as connection:
        dead = connection.execute(DEAD_SOURCES, {"dead": DEAD, "now": now}).fetchall()
    if dead:
        since = [f"{source} ({f'since {at:%Y-%m-%d %H:%M}' if at else 'never answered'})" for source, at in dead]
        more = f" and {len(dead) - NAMED} more" if len(dead) > NAMED else ""
        yield Notice(
            content_id("dead", f"{now:%G-%V}", *since),
            f"{len(dead)} sources are dead" if len(dead) > 1 else f"source {dead[0][0]} is dead",
            f"No answer, in UTC: {', '.join(since[:NAMED])}{more}. Look with `badgewire sources check`",
        )


def unknown_in_rules(published: Path, file: AlertFile, now: datetime) -> Iterator[Notice]:
    """Agencies and sources in `alerts.yml` that were never published: told when they change, and once a week."""
    if not published.exists():
        return
    with open_snapshot(published) as connection:
        unknown = unknown_names(connection, file)
    if unknown:
        heading = "alerts.yml names what is not known"
        yield Notice(content_id("unknown", f"{now:%G-%V}", *unknown), heading, "; ".join(unknown[:NAMED]))


def late_schedule(instance: dg.DagsterInstance, now: datetime) -> Iterator[Notice]:
    """The hourly job where its last success, or its first try of all, lies too far back: told once a day."""
    good = dg.RunsFilter(job_name=HOURLY, statuses=[dg.DagsterRunStatus.SUCCESS])
    ended = [record.end_time for record in instance.get_run_records(good, limit=1) if record.end_time]
    if ended:
        last = datetime.fromtimestamp(ended[0], UTC)
        told = f"The last one that succeeded ended {last:%Y-%m-%d %H:%M} UTC"
    else:
        first = instance.get_run_records(dg.RunsFilter(job_name=HOURLY), limit=1, ascending=True)
        if not first:
            return
        last = first[0].create_timestamp.astimezone(UTC)
        told = f"None has succeeded since the first was started {last:%Y-%m-%d %H:%M} UTC"
    if now - last > LATE:
        yield Notice(content_id("late", f"{now:%Y-%m-%d}"), "the hourly run is late", f"{told}: see `badgewire ui`")
