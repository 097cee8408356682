"""Alerts as Dagster runs them: a sensor on the ledger starts deliveries; another watches what the operator must know.

Neither opens the warehouse: a load may be writing to it. The watch reads the published snapshot and Dagster's own runs.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dotenv import load_dotenv

from crawler.errors import BadgewireError
from pipelines.alerts.facts import content_id
from pipelines.defs.jobs import hourly
from pipelines.defs.resources import WorkspaceResource
from pipelines.defs.schedules import UNFINISHED
from pipelines.steps.composing import due_channels
from pipelines.steps.delivering import deliver_due
from pipelines.steps.sound_rules import delivery_file
from pipelines.steps.watching import Notice, published_notices, tell
from pipelines.workspace import PROJECT, Profile
from warehouse.alert_ledger import open_alert_ledger

__all__ = ["deliver_alerts", "due_alerts", "operation_watch"]

INTERVAL_SECONDS = 15
WATCH_SECONDS = 600
LATE = timedelta(hours=2, minutes=30)


@dg.op
def send_due_alerts(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Send what is due on every channel; a channel that fails is told, and tried again later."""
    place = workspace.open()
    load_dotenv(PROJECT / ".env")
    with open_alert_ledger(place.ledger) as ledger:
        file, fault = delivery_file(place, ledger, datetime.now(UTC))
    if fault:
        context.log.warning(fault)
    counts = deliver_due(place.ledger, place.root / "alerts", file, os.environ, show=context.log.info)
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
            now = datetime.now(UTC)
            channels = due_channels(ledger, delivery_file(place, ledger, now)[0], now)
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
            found = published_notices(place, delivery_file(place, ledger, now)[0], now)
            if place.profile is Profile.LIVE:
                found += late_schedule(context.instance, now, watched_since(context, now))
            for each in found:
                tell(ledger, each, now)
    except BadgewireError as error:
        return dg.SkipReason(str(error))
    return dg.SkipReason(f"{len(found)} things for the operator" if found else "all well")


def watched_since(context: dg.SensorEvaluationContext, now: datetime) -> datetime:
    """When this sensor looked for the first time."""
    if not context.cursor:
        context.update_cursor(now.isoformat())
    return datetime.fromisoformat(context.cursor) if context.cursor else now


def late_schedule(instance: dg.DagsterInstance, now: datetime, since: datetime) -> Iterator[Notice]:
    """The hourly job where its last success, or else its first try of all, lies too far back: told once a day.

    One that was never tried is late when it was looked for `since` so long ago.
    """
    good = dg.RunsFilter(job_name=hourly.name, statuses=[dg.DagsterRunStatus.SUCCESS])
    ended = [record.end_time for record in instance.get_run_records(good, limit=1) if record.end_time]
    if ended:
        last = datetime.fromtimestamp(ended[0], UTC)
        told = f"The last one that succeeded ended {last:%Y-%m-%d %H:%M} UTC"
    else:
        first = instance.get_run_records(dg.RunsFilter(job_name=hourly.name), limit=1, ascending=True)
        last = first[0].create_timestamp.astimezone(UTC) if first else since
        told = f"None has succeeded since {'the first was started' if first else 'the watch began'} {last:%Y-%m-%d %H:%M} UTC"
    if now - last > LATE:
        yield Notice(content_id("late", f"{now:%Y-%m-%d}"), "the hourly run is late", f"{told}: see `badgewire ui`")
