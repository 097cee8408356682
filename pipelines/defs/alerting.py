"""Alerts as Dagster runs them: a sensor on the ledger starts deliveries; another watches what the operator must know.

Neither opens the warehouse: a load may be writing to it. The watch reads the published snapshot and Dagster's own runs.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from crawler.errors import BadgewireError
from pipelines.alerts.facts import content_id
from pipelines.defs.resources import WorkspaceResource
from pipelines.steps.alerting import alert_file
from pipelines.steps.composing import due_channels
from pipelines.steps.delivering import deliver_due
from pipelines.workspace import Profile
from warehouse.alert_ledger import AlertLedger, NoticeRow, open_alert_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["deliver_alerts", "due_alerts", "operation_watch"]

INTERVAL_SECONDS = 15
WATCH_SECONDS = 600
LATE = timedelta(hours=2, minutes=30)
# A source is dead when it answered before and has given nothing but errors for this long.
DEAD = timedelta(days=2)
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
        max(tried_at) as last_try,
        max(tried_at) filter (where outcome in ('captured', 'unchanged', 'redirected')) as last_answer
    from fetches
    where purpose <> 'robots'
    group by source_id
)
select source_id, last_answer
from seen
where last_answer is not null
    and last_try - last_answer > $dead
    and $now - last_try < $dead
order by source_id
"""


@dg.op
def send_due_alerts(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Send what is due on every channel; a channel that fails is told, and tried again later."""
    place = workspace.open()
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
    description="Tells the operator of dead sources and of a schedule that is late, once a day each.",
)
def operation_watch(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SkipReason:
    """Write what it finds into the ledger as notices; the delivery brings them to the operator's channels."""
    place, now = workspace.open(), datetime.now(UTC)
    try:
        with open_alert_ledger(place.ledger) as ledger:
            found = [*dead_sources(place.published, now)]
            if place.profile is Profile.LIVE:
                found += late_schedule(context.instance, now)
            for heading, text in found:
                tell(ledger, heading, text, now)
    except BadgewireError as error:
        return dg.SkipReason(str(error))
    return dg.SkipReason(f"{len(found)} things for the operator" if found else "all well")


def tell(ledger: AlertLedger, heading: str, text: str, now: datetime) -> None:
    """Keep a notice, once a day for each heading."""
    ledger.notes.add_notice(NoticeRow(content_id("watch", heading, f"{now:%Y-%m-%d}"), now, heading, text))


def dead_sources(published: Path, now: datetime) -> Iterator[tuple[str, str]]:
    """Sources that used to answer and have not for two days, as heading and text."""
    if not published.exists():
        return
    with open_snapshot(published) as connection:
        for source, answered in connection.execute(DEAD_SOURCES, {"dead": DEAD, "now": now}).fetchall():
            text = f"No answer since {answered:%Y-%m-%d %H:%M} UTC: look at it with `badgewire sources check`"
            yield f"source {source} is dead", text


def late_schedule(instance: dg.DagsterInstance, now: datetime) -> Iterator[tuple[str, str]]:
    """The hourly job where its last success lies too far back, as heading and text."""
    filters = dg.RunsFilter(job_name=HOURLY, statuses=[dg.DagsterRunStatus.SUCCESS])
    records = instance.get_run_records(filters, limit=1)
    if not records or records[0].end_time is None:
        return
    last = datetime.fromtimestamp(records[0].end_time, UTC)
    if now - last > LATE:
        yield (
            "the hourly run is late",
            f"The last one that succeeded ended {last:%Y-%m-%d %H:%M} UTC: see `badgewire ui`",
        )
