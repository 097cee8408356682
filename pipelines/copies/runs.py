"""The index of the sketches: which texts hold a shingle, kept beside the database in sorted runs.

A run is a file with the index of some consecutive texts, sorted by shingle, and is read where it lies: a look-up is a
binary search, so what a new text costs grows with the logarithm of what is stored. New texts gather until they make a
run; a run that has grown to half of the one before is merged with it, so that there are few (a log-structured merge
tree; O'Neil et al., 1996).

The database knows which runs there are, in the transaction that stores the texts (table shingle_runs), and keeps each
text's own index in story_sketches. A file that is lost, written to by anybody else, or of a transaction that was rolled back is therefore no
loss: it is written anew, or removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from pipelines.copies.candidates import IndexRows, merged_rows

__all__ = ["RUN_TEXTS", "RunRange", "RunStore"]

# Texts that make a run of their own; fewer are read from the database at every look-up.
RUN_TEXTS = 10_000
# Rows merged at a time, so that memory does not grow with what is stored.
_MERGED_ROWS = 4_000_000


@dataclass(frozen=True, slots=True)
class RunRange:
    """A run as the database knows it: its file's name, the numbers of its texts (both ends included), its rows, and when
    the file was last written, in nanoseconds since 1970.
    """

    run_id: str
    first: int
    last: int
    rows: int
    written_ns: int


class RunStore:
    """The files of runs in one folder, which nothing else is kept in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, run: RunRange) -> IndexRows:
        """The rows of a run, read where they lie: all hashes, then all numbers of texts, 32 bits each.

        Raises OSError where the file is lost, and ValueError where anybody has written to it since it was made.
        """
        path = self._path(run.run_id)
        found = path.stat()
        if (found.st_size, found.st_mtime_ns) != (8 * run.rows, run.written_ns):
            raise ValueError(f"{path} is not what was written")
        stored = np.memmap(path, np.uint32, "r", shape=(2, run.rows)) if run.rows else np.zeros((2, 0), np.uint32)
        return IndexRows(stored[0], stored[1].view(np.int32))

    def write(self, first: int, last: int, parts: list[IndexRows]) -> RunRange:
        """A run of the texts from `first` to `last`, of rows that are sorted in each part, on the disk for good."""
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = sum(len(part.hashes) for part in parts)
        run_id = uuid4().hex
        draft = self._path(run_id).with_suffix(".part")
        with draft.open("wb") as file:
            at = 0
            for piece in _merged(parts):
                for row, values in enumerate((piece.hashes, piece.texts)):
                    file.seek(4 * (row * rows + at))
                    file.write(values.tobytes())
                at += len(piece.hashes)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path(run_id))
        return RunRange(run_id, first, last, rows, self._path(run_id).stat().st_mtime_ns)

    def keep_only(self, runs: list[RunRange]) -> None:
        """Remove every file that belongs to none of these runs."""
        kept = {self._path(run.run_id) for run in runs}
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path not in kept and path.is_file():
                    path.unlink(missing_ok=True)

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.run"


def _merged(parts: list[IndexRows]) -> Iterator[IndexRows]:
    """The rows of several sorted parts as one sorted sequence, some of them at a time."""
    total = sum(len(part.hashes) for part in parts)
    if sum(len(part.hashes) > 0 for part in parts) == 1:
        yield from (part for part in parts if len(part.hashes))
        return
    steps = -(-total // _MERGED_ROWS)
    # Hashes are spread evenly, so that equal ranges of them hold about as many rows each.
    bounds = np.linspace(0, 1 << 32, steps + 1).astype(np.uint64)[1:-1].astype(np.uint32)
    cuts = [[0, *np.searchsorted(part.hashes, bounds), len(part.hashes)] for part in parts]
    for step in range(steps):
        pieces = [slice(cut[step], cut[step + 1]) for cut in cuts]
        yield merged_rows(
            [IndexRows(part.hashes[piece], part.texts[piece]) for part, piece in zip(parts, pieces, strict=True)]
        )
