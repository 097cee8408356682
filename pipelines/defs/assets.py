"""Everything right of the archive: captures → documents → stories → warehouse, a day each, then what is published.

Each asset calls one step and reports its counts. A day may be materialised as often as one likes: a step does only
what is new for the capture and the rules' version, and makes no request.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import dagster as dg

from pipelines.defs.crawling import crawl
from pipelines.defs.partitions import SINGLE_RUN, capture_days
from pipelines.defs.resources import WebResource, WorkspaceResource
from pipelines.steps.captures import CaptureCounts, index_captures
from pipelines.steps.documents import DocumentCounts, extract_documents
from pipelines.steps.load import LoadCounts, load_day
from pipelines.steps.publish import publish
from pipelines.steps.stories import StoryCounts, read_stories

__all__ = ["captures", "documents", "published_snapshot", "stories", "warehouse_tables"]

Counts = TypeVar("Counts", CaptureCounts, DocumentCounts, StoryCounts, LoadCounts)
# Candidates of a run that give no document: more than these, and it is a fault of ours or a wall before a site.
FEW_FAILED, MOST_FAILED = 10, 0.1
RETRY = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


@dg.asset(
    deps=[crawl], partitions_def=capture_days, backfill_policy=SINGLE_RUN, group_name="reading", kinds={"parquet"},
    retry_policy=RETRY, check_specs=[dg.AssetCheckSpec("every_file_is_whole", asset="captures", blocking=False)],
)  # fmt: skip
def captures(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Index of the records lying in a day's WARC files, each with the byte filter's verdict."""
    place = workspace.open()
    indexed = each_day(context, lambda day: index_captures(place, day), partial(place.step, "captures"))
    damaged = sum(counts.damaged for counts in indexed)
    return checked("every_file_is_whole", damaged == 0, damaged=damaged)


@dg.asset(
    deps=[captures], partitions_def=capture_days, backfill_policy=SINGLE_RUN, group_name="reading",
    kinds={"parquet"}, retry_policy=RETRY,
    check_specs=[dg.AssetCheckSpec("most_pages_give_a_document", asset="documents", blocking=False)],
)  # fmt: skip
def documents(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Title, dates and text of each page that passes the byte filter, or the reason why it has none."""
    place = workspace.open()
    read = each_day(context, lambda day: extract_documents(place, day), partial(place.step, "documents"))
    made, failed = sum(counts.documents for counts in read), sum(counts.failed for counts in read)
    few = failed <= max(FEW_FAILED, MOST_FAILED * (made + failed))
    return checked("most_pages_give_a_document", few, documents=made, failed=failed)


@dg.asset(
    deps=[documents], partitions_def=capture_days, backfill_policy=SINGLE_RUN, group_name="reading",
    kinds={"parquet"}, retry_policy=RETRY,
)  # fmt: skip
def stories(context: dg.AssetExecutionContext, workspace: WorkspaceResource, web: WebResource) -> dg.MaterializeResult:
    """Whether each document is about our subject, and the agency statements in it."""
    place = workspace.open()
    each_day(context, lambda day: read_stories(place, day, web.registry_folder), partial(place.step, "stories"))
    return dg.MaterializeResult()


@dg.asset(
    deps=[stories], partitions_def=capture_days, backfill_policy=SINGLE_RUN, group_name="warehouse", kinds={"duckdb"},
    retry_policy=RETRY, pool="warehouse",
    check_specs=[dg.AssetCheckSpec("every_capture_has_one_outcome", asset="warehouse_tables", blocking=False)],
)  # fmt: skip
def warehouse_tables(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource, web: WebResource
) -> dg.MaterializeResult:
    """A day's captures, stories and statements as rows of the warehouse, in one transaction a day."""
    place = workspace.open()
    loads = each_day(context, lambda day: load_day(place, day, web.registry_folder), lambda _: place.warehouse)
    taken, missing = sum(load.captures for load in loads), sum(load.captures - load.outcomes for load in loads)
    return checked("every_capture_has_one_outcome", missing == 0, captures=taken, without_outcome=missing)


@dg.asset(deps=[warehouse_tables], group_name="publishing", kinds={"duckdb"}, retry_policy=RETRY, pool="warehouse")
def published_snapshot(workspace: WorkspaceResource) -> dg.MaterializeResult:
    """The read-only database that analysts open, swapped in whole."""
    place = workspace.open()
    snapshot = publish(place)
    return dg.MaterializeResult(metadata={**asdict(snapshot), "path": dg.MetadataValue.path(str(place.published))})


def checked(name: str, passed: bool, **counts: int) -> dg.MaterializeResult:
    """What an asset reports whose counts were checked."""
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name=name, passed=passed, metadata=counts)])


def each_day(
    context: dg.AssetExecutionContext, step: Callable[[date], Counts], file: Callable[[date], Path]
) -> list[Counts]:
    """Run a step for each day of the run; the counts of each are attached to its own materialisation.

    With them stand how long the step took, how many of the first count that is a second, and where its file lies.
    """
    found = []
    for day in (date.fromisoformat(key) for key in context.partition_keys):
        started = time.monotonic()
        counts = step(day)
        seconds = time.monotonic() - started
        told = dict(shown(asdict(counts)))
        first = next(iter(told))
        told |= {"seconds": round(seconds, 2), f"{first}_per_second": round(told[first] / max(seconds, 0.01), 1)}
        told["file"] = dg.MetadataValue.path(str(file(day)))
        context.add_asset_metadata(told, partition_key=day.isoformat())
        found.append(counts)
    return found


def shown(counts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Counts as Dagster metadata: lists of sample titles as Markdown, the rest as they are."""
    for name, value in counts.items():
        if isinstance(value, tuple):
            yield name, dg.MetadataValue.md("\n".join(f"- {markdown_text(line)}" for line in value))
        else:
            yield name, value


def markdown_text(line: str) -> str:
    """A remote text as Markdown shows it: letter for letter, no markup, no link."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]()<>#+-.!|~&:@" else char for char in " ".join(line.split()))
