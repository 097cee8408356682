"""When things run: every hour, as soon as the daemon does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import dagster as dg

from crawler.errors import BadgewireError
from pipelines.defs.jobs import READING, hourly
from pipelines.defs.partitions import contiguous
from pipelines.defs.resources import WorkspaceResource
from pipelines.steps.pending import pending_days
from pipelines.workspace import Profile, Workspace, user_agent

__all__ = ["UNFINISHED", "every_hour", "range_tags", "requests_of_the_hour", "run_requests"]

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.schedule(
    cron_schedule="7 * * * *",
    target=hourly,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    execution_timezone="UTC",
)
def every_hour(
    context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Crawl and read each hour; skip, and say why, while no contact is configured or the last run still goes on."""
    yield from requests_of_the_hour(workspace.open(), context.instance)


def requests_of_the_hour(place: Workspace, instance: dg.DagsterInstance) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """What to run for a workspace now, or why nothing."""
    if place.profile is Profile.LIVE:
        try:
            user_agent()
        except BadgewireError as error:
            yield dg.SkipReason(f"{error}, and start again")
            return
    going = instance.get_run_ids(dg.RunsFilter(job_name=hourly.name, statuses=UNFINISHED), limit=1)
    if going:
        yield dg.SkipReason(f"run {going[0]} of the last hour still goes on")
        return
    yield from run_requests(pending_days(place), datetime.now(UTC).date())


def run_requests(pending: list[date], today: date) -> Iterator[dg.RunRequest]:
    """One run with a crawl for today and the unread days that lead up to it, one without for each earlier stretch."""
    for first, last in contiguous([*pending, today]):
        yield dg.RunRequest(asset_selection=None if last == today else READING, tags=range_tags(first, last))


def range_tags(first: date, last: date) -> dict[str, str]:
    """The tags that make one run materialise a range of days."""
    return {RANGE_START: first.isoformat(), RANGE_END: last.isoformat()}
