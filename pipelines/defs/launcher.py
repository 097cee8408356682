"""Whether the process of a run still lives: asked by Dagster's run monitoring, so that a dead run holds nothing up.

After a power cut a run counts as going on. Dagster's own launcher cannot tell; schedule and sensor would wait for the
longest time that a run may take.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster_shared.serdes import deserialize_value

from pipelines.run_lock import COMMAND_TAG, is_at_work

__all__ = ["WatchedRunLauncher"]


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Launches runs as the default does, and asks the code server that started one whether its process is there."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Let run monitoring ask."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """`RUNNING` or `NOT_FOUND`. A command, which no code server starts, lives as long as its lock is held."""
        if (root := run.tags.get(COMMAND_TAG)) is not None:
            status = WorkerStatus.RUNNING if is_at_work(Path(root)) else WorkerStatus.NOT_FOUND
            return CheckRunHealthResult(status, f"the command in {root}")
        server = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if server is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "no code server started it")
        try:
            told = server.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id))
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "the code server that started it is gone")
        if deserialize_value(told, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its process is gone")
