"""Gathers what Dagster loads, for the profile that `$BADGEWIRE_PROFILE` names."""

import dagster as dg

from pipelines.defs import assets
from pipelines.defs.crawling import crawl
from pipelines.defs.jobs import hourly, reread
from pipelines.defs.resources import resources_of
from pipelines.defs.schedules import every_hour
from pipelines.defs.sensors import failed_run
from pipelines.workspace import Workspace

__all__ = ["defs"]

defs = dg.Definitions(
    assets=[crawl, *dg.load_assets_from_modules([assets])],
    jobs=[hourly, reread],
    schedules=[every_hour],
    sensors=[failed_run],
    resources={**resources_of(Workspace.from_environment()), "pipes": dg.PipesSubprocessClient()},
    executor=dg.in_process_executor,
)
