"""One command at a time works in a workspace: who holds its lock may load and publish."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import FailedRunError
from pipelines.workspace import Workspace

__all__ = ["COMMAND_TAG", "is_at_work", "run_lock"]

# The tag of a run that a command executes: the folder of its workspace.
COMMAND_TAG = "badgewire/command"


def is_at_work(root: Path) -> bool:
    """Whether a command holds the lock of the workspace in a folder."""
    try:
        with (root / "run.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


@contextmanager
def run_lock(place: Workspace) -> Iterator[None]:
    """Hold the workspace's run lock, which ends with the process. Raises FailedRunError where another process does."""
    with (place.root / "run.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            told = f"another `badgewire` command is at work in {place.root}: wait for it to end"
            raise FailedRunError(told) from error
        yield
