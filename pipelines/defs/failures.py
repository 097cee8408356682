"""What went wrong in a run, in the words of the step that failed rather than Dagster's around them."""

from __future__ import annotations

import dagster as dg

from crawler.errors import ArchiveError, BadgewireError, RuleError, SourceError, WarehouseError

__all__ = ["cause_of"]

OURS = {kind.__name__ for kind in (ArchiveError, BadgewireError, RuleError, SourceError, WarehouseError)}


def cause_of(event: dg.DagsterEvent) -> str:
    """What the step of a failure event said, in one line: its description, an error of ours, or the innermost error."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error, innermost = failure.error, None
    while error is not None:
        innermost = error
        if error.cls_name in OURS:
            return " ".join(error.message.partition(": ")[2].split())
        error = error.cause
    told = innermost.message.strip().splitlines() if innermost else []
    return f"step {event.step_key} failed: {told[-1]}" if told else f"step {event.step_key} failed"
