"""What happens when a run fails: the operator finds it in one place, in one line."""

import json
from datetime import UTC, datetime

import dagster as dg

from pipelines.defs.failures import cause_of
from pipelines.defs.resources import WorkspaceResource

__all__ = ["failed_run"]


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes each failed run to failures.jsonl in the profile's folder.",
)
def failed_run(context: dg.RunFailureSensorContext, workspace: WorkspaceResource) -> None:
    """Append the run, the step that failed and its message to `failures.jsonl`."""
    steps = [{"step": event.step_key, "error": cause_of(event)} for event in context.get_step_failure_events()]
    row = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "message": context.failure_event.message,
        "steps": steps,
    }
    with (workspace.open().root / "failures.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
