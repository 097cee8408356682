"""What went wrong in a run, in the words of the step that failed rather than Dagster's around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from crawler.errors import ArchiveError, BadgewireError, FailedRunError, RuleError, SourceError, WarehouseError

__all__ = ["ERRORS", "cause_of", "exit_code_of"]

ERRORS: dict[str, type[BadgewireError]] = {
    kind.__name__: kind for kind in (ArchiveError, BadgewireError, RuleError, SourceError, WarehouseError)
}


def cause_of(event: dg.DagsterEvent) -> str:
    """What the step of a failure event said, in one line: its description, an error of ours, or the innermost error."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    errors = list(chain(failure.error))
    if ours := next((error for error in errors if error.cls_name in ERRORS), None):
        return " ".join(ours.message.partition(": ")[2].split())
    told = errors[-1].message.strip().splitlines() if errors else []
    return f"step {event.step_key} failed: {told[-1]}" if told else f"step {event.step_key} failed"


def exit_code_of(event: dg.DagsterEvent) -> int:
    """What the command line ends with after this failure: the code of an error of ours, else that of a failed step."""
    names = (error.cls_name for error in chain(event.step_failure_data.error))
    return next((ERRORS[name].exit_code for name in names if name in ERRORS), FailedRunError.exit_code)


def chain(error: Any) -> Iterator[Any]:
    """An error as Dagster records it, and what led to it, outermost first."""
    while error is not None:
        yield error
        error = error.cause
