"""Gathers what Dagster loads, for the profile that `$BADGEWIRE_PROFILE` names."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.alerting import deliver_alerts, due_alerts, operation_watch
from pipelines.defs.assets import captures, documents, published_snapshot, stories, warehouse_tables
from pipelines.defs.crawling import crawl
from pipelines.defs.jobs import hourly, reread
from pipelines.defs.publishing import daily_search_index, rebuild_search_index, report, search_index
from pipelines.defs.resources import WebResource, resources_of
from pipelines.defs.schedules import every_hour
from pipelines.defs.sensors import failed_run
from pipelines.workspace import Workspace

__all__ = ["build_definitions", "defs"]


def build_definitions(
    place: Workspace, web: WebResource | None = None, console: dg.LoggerDefinition | None = None
) -> dg.Definitions:
    """Assets, jobs, schedules and sensors over one workspace. `web` and `console` replace how it crawls and logs."""
    resources = {**resources_of(place), "pipes": dg.PipesSubprocessClient()}
    if web is not None:
        resources["web"] = web
    return dg.Definitions(
        assets=[crawl, captures, documents, stories, warehouse_tables, published_snapshot, report, search_index],
        jobs=[hourly, reread, rebuild_search_index, deliver_alerts],
        schedules=[every_hour, daily_search_index],
        sensors=[failed_run, due_alerts, operation_watch],
        resources=resources,
        executor=dg.in_process_executor,
        loggers={"console": console} if console else None,
    )


defs = build_definitions(Workspace.from_environment())
