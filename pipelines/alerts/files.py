"""JSON Lines: one object an alert, appended whole or not at all, and never a second time."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.alerts.outgoing import Outgoing, Result

__all__ = ["append_lines"]

# A message whose writer was killed stands at the very end of the file.
LOOK_BYTES = 64 * 1024


def append_lines(path: Path, message: Outgoing) -> Result:
    """Append the message's objects to the file, unless a killed writer has done it; a line it left half is cut off."""
    lines = [
        json.dumps(
            {"message_id": message.message_id, "message_kind": message.kind, **data},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for data in message.rendered.objects
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            tail = read_tail(file.fileno(), size, len(lines))
            whole = tail.rfind(b"\n") + 1
            if whole < len(tail):
                file.truncate(size - (len(tail) - whole))
            written = sum(f'"message_id":"{message.message_id}"'.encode() in line for line in tail[:whole].splitlines())
            data = "".join(f"{line}\n" for line in lines[written:])
            file.write(data.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Result.failed(f"cannot be written: {error.strerror}")
    return Result.sent("written")


def read_tail(descriptor: int, size: int, lines: int) -> bytes:
    """The end of a file, from the start of a line on: so many whole lines at least, and what is left half after them."""
    most = LOOK_BYTES
    while True:
        start = max(0, size - most)
        tail = os.pread(descriptor, size - start, start)
        if start == 0:
            return tail
        if tail.count(b"\n") > lines:
            return tail[tail.find(b"\n") + 1 :]
        most *= 2
