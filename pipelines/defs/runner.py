"""Run the job once in this process: crawl, then every day that is pending, then publish. The command line's way in.

The runs are recorded in the same Dagster storage that `badgewire ui` shows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from crawler.errors import FailedRunError
from pipelines.defs.crawling import CrawlConfig
from pipelines.defs.definitions import build_definitions
from pipelines.defs.failures import cause_of, exit_code_of
from pipelines.defs.jobs import PUBLISHING, READING, hourly
from pipelines.defs.partitions import contiguous
from pipelines.defs.publishing import rebuild_search_index, search_index
from pipelines.defs.resources import WebResource
from pipelines.defs.schedules import UNFINISHED, range_tags
from pipelines.run_lock import COMMAND_TAG, run_lock
from pipelines.steps.pending import pending_days
from pipelines.workspace import PROJECT, Workspace
from warehouse.search import index_is_due

__all__ = ["Runner", "dagster_home", "open_runner"]

DAILY = [key for key in READING if key not in PUBLISHING]


class Runner:
    """Executes parts of the job in this process."""

    def __init__(self, place: Workspace, instance: dg.DagsterInstance, definitions: dg.Definitions) -> None:
        self._place = place
        self._instance = instance
        self._job = definitions.resolve_job_def(hourly.name)
        self._index_job = definitions.resolve_job_def(rebuild_search_index.name)

    def crawl(self, config: CrawlConfig) -> dict[str, int]:
        """Crawl (or replay) once; the counts by what became of the addresses tried. Raises FailedRunError."""
        result = self._execute(self._job, [dg.AssetKey("crawl")], {}, {"crawl": config})
        metadata = result.asset_materializations_for_node("crawl")[0].metadata
        return {name: value.value or 0 for name, value in metadata.items() if isinstance(value, dg.IntMetadataValue)}

    def read_days(self, days: Sequence[date]) -> None:
        """Materialise days from the archive. Raises FailedRunError."""
        for first, last in contiguous(list(days)):
            self._execute(self._job, DAILY, range_tags(first, last))

    def read_pending(self) -> list[date]:
        """Materialise every day that holds captures without an outcome; the days. Raises FailedRunError."""
        days = pending_days(self._place)
        self.read_days(days)
        return days

    def publish(self) -> None:
        """Publish the snapshot and what else is built once after the loads; the search index where it is due.

        Raises FailedRunError.
        """
        self._execute(self._job, PUBLISHING, {})
        if index_is_due(self._place.published.parent, datetime.now(UTC)):
            self._execute(self._index_job, [search_index.key], {})

    def _execute(
        self,
        job: dg.JobDefinition,
        keys: Sequence[dg.AssetKey],
        tags: dict[str, str],
        ops: dict[str, CrawlConfig] | None = None,
    ) -> dg.ExecuteInProcessResult:
        configured = {name: {"config": op.model_dump()} for name, op in (ops or {}).items()}
        config: dict[str, Any] = {"loggers": {"console": {}}, "ops": configured}
        result = job.execute_in_process(
            instance=self._instance,
            asset_selection=keys,
            tags={**tags, COMMAND_TAG: str(self._place.root)},
            run_config=config,
            raise_on_error=False,
        )
        if any(was_interrupted(event) for event in result.all_events):
            raise KeyboardInterrupt
        if not result.success:
            raise failure_of(result)
        return result


def was_interrupted(event: dg.DagsterEvent) -> bool:
    """Whether a step ended because the process was told to stop."""
    error = event.step_failure_data.error if event.is_step_failure else None
    return error is not None and error.cls_name == dg.DagsterExecutionInterruptedError.__name__


def failure_of(result: dg.ExecuteInProcessResult) -> FailedRunError:
    """What the first step that failed said, in one line, and its exit code."""
    failed = next((event for event in result.all_events if event.is_step_failure), None)
    if failed is None:
        return FailedRunError("the run failed; see `badgewire ui`")
    return FailedRunError(cause_of(failed), exit_code_of(failed))


@contextmanager
def open_runner(
    place: Workspace, web: WebResource | None = None, console: dg.LoggerDefinition | None = None
) -> Iterator[Runner]:
    """A runner over a workspace, its runs recorded in the folder of its profile."""
    home = dagster_home(place)
    with run_lock(place), dg.DagsterInstance.from_config(str(home)) as instance:
        end_dead_runs(instance, place)
        yield Runner(place, instance, build_definitions(place, web, console))


def end_dead_runs(instance: dg.DagsterInstance, place: Workspace) -> None:
    """Record that runs of commands that were killed have failed, and free the pools that they held.

    Whoever holds the run lock is the only command at work, so every such run that still counts as going on is dead.
    """
    for run in instance.get_runs(dg.RunsFilter(tags={COMMAND_TAG: str(place.root)}, statuses=UNFINISHED)):
        instance.report_run_failed(run, "the process was killed")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def dagster_home(place: Workspace) -> Path:
    """The folder of a profile that holds Dagster's storage, with the project's settings pointed at it."""
    home = place.root / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text(encoding="utf-8"))
    settings["storage"]["sqlite"]["base_dir"] = str(home)
    settings["local_artifact_storage"]["config"]["base_dir"] = str(home)
    settings["compute_logs"]["config"]["base_dir"] = str(home / "compute_logs")
    draft = home / "dagster.yaml.part"
    draft.write_text(yaml.safe_dump(settings), encoding="utf-8")
    shutil.move(draft, home / "dagster.yaml")
    return home
