"""What a run in this process tells on the terminal: the step it is at, and warnings; nothing else."""

from __future__ import annotations

import logging

import dagster as dg
from rich.markup import escape
from rich.status import Status

__all__ = ["progress_logger"]


class StatusHandler(logging.Handler):
    """Shows Dagster's messages as the text of a status line, and prints warnings above it."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        message = str(meta.get("orig_message") or record.getMessage()).strip()
        step = str(meta.get("step_key") or "")
        event = meta.get("dagster_event")
        if event is None and record.levelno >= logging.WARNING:
            self._status.console.print(f"{step}: {message.splitlines()[0]}", style="yellow", markup=False)
        elif event is not None and event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY:
            self._status.console.print(f"{step} failed and is tried again", style="yellow", markup=False)
        elif step:
            told = f": {message.splitlines()[0]}" if event is None and message else ""
            self._status.update(escape(f"{step}{told}"))


def progress_logger(status: Status) -> dg.LoggerDefinition:
    """A Dagster logger that writes to a status line."""

    @dg.logger
    def console(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("badgewire", logging.DEBUG)  # a retry is told at this level
        logger.addHandler(StatusHandler(status))
        return logger

    return console
