"""What went wrong in a run, in the words of the step that failed rather than Dagster's around them."""

from __future__ import annotations

import dagster as dg

__all__ = ["cause_of"]


def cause_of(event: dg.DagsterEvent) -> str:
    """What the step of a failure event said: its own description, else the innermost error's last line."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    if error is None:
        return f"step {event.step_key} failed"
    while error.cause:
        error = error.cause
    return f"step {event.step_key} failed: {error.message.strip().splitlines()[-1]}"
