"""What is built from the published snapshot: the report after each, and less often the search index, once a day."""

from dataclasses import asdict

import dagster as dg

from pipelines.defs.assets import RETRY, published_snapshot
from pipelines.defs.resources import WorkspaceResource
from pipelines.steps.report import write_report
from warehouse.search import build_search_index

__all__ = ["daily_search_index", "rebuild_search_index", "report", "search_index"]


@dg.asset(deps=[published_snapshot], group_name="publishing", kinds={"html"}, retry_policy=RETRY)
def report(workspace: WorkspaceResource) -> dg.MaterializeResult:
    """The page that an editor opens: one HTML file that needs nothing else."""
    place = workspace.open()
    return dg.MaterializeResult(
        metadata={**asdict(write_report(place)), "path": dg.MetadataValue.path(str(place.report))}
    )


@dg.asset(deps=[published_snapshot], group_name="publishing", kinds={"duckdb"}, retry_policy=RETRY)
def search_index(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """The BM25 index over stories and statements, a read-only file beside the snapshot."""
    place = workspace.open()
    built = build_search_index(place.published, place.published.parent)
    path = dg.MetadataValue.path(str(place.published.with_name("search.duckdb")))
    return dg.MaterializeResult(metadata={"documents": built.documents, "bytes": built.bytes, "path": path})


rebuild_search_index = dg.define_asset_job(
    "rebuild_search_index", selection=[search_index.key], description="Build the search index anew."
)


@dg.schedule(
    cron_schedule="37 4 * * *",
    target=rebuild_search_index,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    execution_timezone="UTC",
)
def daily_search_index(workspace: WorkspaceResource) -> dg.RunRequest | dg.SkipReason:
    """Rebuild the index each night; skip while nothing is published."""
    place = workspace.open()
    return (
        dg.RunRequest() if place.published.exists() else dg.SkipReason(f"nothing is published at {place.published} yet")
    )
