"""Files that are being written: each bears its writer's process id, `NAME.PID.part`, and outlives it only by a kill."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["abandoned_drafts"]


def abandoned_drafts(folder: Path) -> Iterator[Path]:
    """The drafts in a folder whose writer is gone. One whose process id was given out again is left for later."""
    for path in folder.glob("*.part*"):
        writer = re.search(r"\.(\d+)\.part", path.name)
        if writer is None or not is_alive(int(writer[1])):
            yield path


def is_alive(process: int) -> bool:
    """Whether a process of that id runs, whoever's it is."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # somebody else's
    return True
