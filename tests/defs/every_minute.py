"""The definitions as `badgewire ui` loads them, but that the hourly schedule ticks every minute."""

from collections.abc import Iterator

import dagster as dg

from pipelines.defs.definitions import build_definitions
from pipelines.defs.jobs import hourly
from pipelines.defs.resources import WorkspaceResource
from pipelines.defs.schedules import every_hour, requests_of_the_hour
from pipelines.workspace import Workspace

__all__ = ["defs"]


@dg.schedule(
    name=every_hour.name,
    cron_schedule="* * * * *",
    target=hourly,
    default_status=every_hour.default_status,
    execution_timezone=every_hour.execution_timezone,
)
def every_minute(
    context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """What the hourly schedule decides."""
    yield from requests_of_the_hour(workspace.open(), context.instance)


def with_schedule(built: dg.Definitions, schedule: dg.ScheduleDefinition) -> dg.Definitions:
    """The definitions with this schedule alone."""
    return dg.Definitions(
        assets=built.assets,
        jobs=built.jobs,
        sensors=built.sensors,
        resources=built.resources,
        executor=built.executor,
        schedules=[schedule],
    )


defs = with_schedule(build_definitions(Workspace.from_environment()), every_minute)
