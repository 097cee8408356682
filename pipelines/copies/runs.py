"""The index of the sketches: which texts hold a shingle, kept beside the database in sorted runs.

A run is a file with the index of some consecutive texts, sorted by shingle, and is read where it lies: a look-up is a
binary search, so what a new text costs grows with the logarithm of what is stored. New texts gather until they make a
run; runs that have come to be of about one size are merged, so that there are few (a log-structured merge tree; O'Neil
et al., 1996).

The database knows which runs there are, in the transaction that stores the texts (table shingle_runs), and keeps each
text's own index in story_sketches. A file that is lost, written to by anybody else, or of a transaction that was rolled
back is therefore no loss: it is written anew, or removed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from pipelines.copies.candidates import Rows, merged

__all__ = ["MERGED_RUNS", "RUN_TEXTS", "RunRange", "RunStore"]

# Texts that make a run of their own; fewer are read from the database at every look-up.
RUN_TEXTS = 10_000
# So many runs of about one size become one.
MERGED_RUNS = 4
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

    def open(self, run: RunRange) -> Rows:
        """The rows of a run, read where they lie.

        Raises OSError where the file is lost, and ValueError where anybody has written to it since it was made.
        """
        path = self._path(run.run_id)
        found = path.stat()
        if (found.st_size, found.st_mtime_ns) != (8 * run.rows, run.written_ns):
            raise ValueError(f"{path} is not what was written")
        return np.memmap(path, np.uint64, "r").view(np.ndarray) if run.rows else np.zeros(0, np.uint64)

    def write(self, first: int, last: int, parts: list[Rows]) -> RunRange:
        """A run of the texts from `first` to `last`, of rows that are sorted in each part, on the disk for good."""
        self._folder.mkdir(parents=True, exist_ok=True)
        run_id = uuid4().hex
        draft = self._path(run_id).with_suffix(".part")
        with draft.open("wb") as file:
            for piece in _merged(parts):
                file.write(piece.data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path(run_id))
        return RunRange(run_id, first, last, sum(map(len, parts)), self._path(run_id).stat().st_mtime_ns)

    def keep_only(self, runs: list[RunRange]) -> None:
        """Remove every file that belongs to none of these runs."""
        kept = {self._path(run.run_id) for run in runs}
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path not in kept and path.is_file():
                    path.unlink(missing_ok=True)

    def _path(self, run_id: str) -> Path:
        # Files of an earlier layout end in ".run": they are removed, and their texts written anew.
        return self._folder / f"{run_id}.rows"


def _merged(parts: list[Rows]) -> Iterator[Rows]:
    """The rows of several sorted parts as one sorted sequence, some of them at a time."""
    steps = -(-sum(map(len, parts)) // _MERGED_ROWS)
    # Hashes are spread evenly, so that equal ranges of them hold about as many rows each.
    bounds = np.linspace(0, 1 << 32, steps + 1).astype(np.uint64)[1:-1] << np.uint64(32)
    cuts = [[0, *np.searchsorted(part, bounds), len(part)] for part in parts]
    for step in range(steps):
        yield merged([part[cut[step] : cut[step + 1]] for part, cut in zip(parts, cuts, strict=True)])
