"""Find the copies among new texts and all earlier ones: sketches in, pairs out, inside the caller's transaction.

Tables are read and written in SQL that this module hands to a database connection; which pairs to compare is found in
`candidates.py`, what they are in `likeness.py`. What a pair's verdict is never depends on what else is stored, and no
pair that qualifies is passed over, so batches may come in any order and of any size. The only exception is a shingle
that stands in more than `candidates.EVERYWHERE` texts, which is not looked up at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.copies.candidates import Published, Rows, find_candidates, find_shared, index_rows
from pipelines.copies.likeness import compare_sketches
from pipelines.copies.runs import MERGED_RUNS, RUN_TEXTS, RunRange, RunStore
from pipelines.copies.sketch import Sketches, sketch_texts

__all__ = ["Connection", "TextToSketch", "find_copies", "insert_rows", "store_sketches"]

_SQL = Path(__file__).parent / "sql"


class Answer(Protocol):
    """What a statement gives back."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def to_arrow_table(self) -> pa.Table: ...


class Connection(Protocol):
    """The part of a DuckDB connection that is used here."""

    def execute(self, query: str, parameters: Sequence[object] | Mapping[str, object] = ..., /) -> Answer: ...
    def register(self, view_name: str, python_object: object, /) -> object: ...
    def unregister(self, view_name: str, /) -> object: ...


@dataclass(frozen=True, slots=True)
class TextToSketch:
    """One text of one story, with the site that published it and whether it is a collection (live blog, roundup)."""

    revision_id: str
    story_id: str
    site: str
    collection: bool
    text: str


def store_sketches(connection: Connection, texts: Sequence[TextToSketch]) -> int:
    """Sketch texts and store the sketches. Returns the number of the first new one, for `find_copies`."""
    sketches = sketch_texts([text.text for text in texts])
    first = int(connection.execute(_statement("next_number")).fetchone()[0])
    numbers = np.arange(first, first + len(texts), dtype=np.int32)
    sizes = np.diff(sketches.index_ends, prepend=0)
    insert_rows(
        connection,
        "story_sketches",
        {
            "sketch_no": numbers,
            "revision_id": [text.revision_id for text in texts],
            "story_id": [text.story_id for text in texts],
            "site": [text.site for text in texts],
            "collection": [text.collection for text in texts],
            "hashes": _blobs(sketches.hashes, sketches.shingle_ends),
            "places": _blobs(sketches.places, sketches.shingle_ends),
            "index": _blobs(sketches.index, sketches.index_ends),
            "anchors": _blobs(sketches.anchors, sketches.anchor_ends),
            "index_size": sizes.astype(np.int32),
        },
    )
    return first


def find_copies(connection: Connection, first: int, runs: Path) -> int:
    """Compare the sketches from number `first` on with all stored ones and keep the copies. Returns their number.

    `runs` is the folder of the index, which nothing else is kept in.
    """
    index = _Index(connection, RunStore(runs))
    arrived, waiting = index.read(first), index.read(index.end, first - 1)
    shared = find_shared(arrived, [*index.rows, waiting])
    index.extend([waiting, arrived])
    if not len(shared.rows):
        return 0
    published = _read_published(connection)
    candidates = find_candidates(shared, first, published)
    if not len(candidates):
        return 0
    # A text can be the partner of many.
    connection.register("candidate_texts", pa.table({"sketch_no": np.unique(candidates).astype(np.int32)}))
    rows = connection.execute(_statement("read_candidates")).to_arrow_table()
    connection.unregister("candidate_texts")
    pairs = np.searchsorted(rows["sketch_no"].to_numpy(), candidates)
    collections = rows["collection"].to_numpy()
    likeness = compare_sketches(
        _sketches(rows),
        pairs,
        published.sites[candidates[:, 0]] == published.sites[candidates[:, 1]],
        collections[pairs[:, 0]] | collections[pairs[:, 1]],
    )
    stories = np.array(rows["story_id"].to_pylist(), dtype=object)
    revisions = np.array(rows["revision_id"].to_pylist(), dtype=object)
    # Two texts of one story are no copies of each other; of two stories the smaller id comes first.
    copied = np.flatnonzero(likeness.copied & (stories[pairs[:, 0]] != stories[pairs[:, 1]]))
    swap = stories[pairs[copied, 0]] > stories[pairs[copied, 1]]
    one = np.where(swap, pairs[copied, 1], pairs[copied, 0])
    other = np.where(swap, pairs[copied, 0], pairs[copied, 1])
    found = {
        "story_id": pa.array(stories[one], pa.string()),
        "other_story_id": pa.array(stories[other], pa.string()),
        "revision_id": pa.array(revisions[one], pa.string()),
        "other_revision_id": pa.array(revisions[other], pa.string()),
        "share": likeness.share[copied],
        "spread": likeness.spread[copied],
        "anchors": likeness.anchors[copied],
        "whole": likeness.whole[copied],
    }
    insert_rows(connection, "story_copies", found)
    return len(copied)


def insert_rows(connection: Connection, table: str, columns: Mapping[str, object]) -> None:
    """Insert columns of rows by name."""
    connection.register("incoming_rows", pa.table(dict(columns)))
    # The table's name is this package's own.
    connection.execute(f"insert into {table} by name select * from incoming_rows")  # noqa: S608
    connection.unregister("incoming_rows")


class _Index:
    """The runs of the index as they are in this transaction, and the texts that are in none yet."""

    def __init__(self, connection: Connection, store: RunStore) -> None:
        self._connection = connection
        self._store = store
        self._runs = [RunRange(*row) for row in connection.execute(_statement("read_runs")).fetchall()]
        store.keep_only(self._runs)
        self.rows = [self._opened(at) for at in range(len(self._runs))]

    @property
    def end(self) -> int:
        """The number of the first text that is in no run."""
        return self._runs[-1].last + 1 if self._runs else 0

    def read(self, first: int, last: int | None = None) -> Rows:
        """The index of the texts with these numbers, both ends included, from the database; sorted."""
        found = self._connection.execute(_statement("read_index"), {"first": first, "last": last}).to_arrow_table()
        if not len(found):
            return np.zeros(0, np.uint64)
        hashes, ends = _values(found["index"], np.uint32)
        return index_rows(hashes, np.repeat(found["sketch_no"].to_numpy(), np.diff(ends, prepend=0)))

    def extend(self, parts: list[Rows]) -> None:
        """Make a run of the texts that are in none, where they are enough, of their rows; merge runs of about one size."""
        last = int(self._connection.execute(_statement("next_number")).fetchone()[0]) - 1
        if last - self.end + 1 < RUN_TEXTS:
            return
        self._add(self.end, last, parts)
        while len(self._runs) >= MERGED_RUNS and self._runs[-MERGED_RUNS].rows < MERGED_RUNS * self._runs[-1].rows:
            few, rows = self._runs[-MERGED_RUNS:], self.rows[-MERGED_RUNS:]
            del self._runs[-MERGED_RUNS:], self.rows[-MERGED_RUNS:]
            self._add(few[0].first, few[-1].last, rows)
        self._keep()

    def _add(self, first: int, last: int, parts: list[Rows]) -> None:
        run = self._store.write(first, last, parts)
        self._runs.append(run)
        self.rows.append(self._opened(-1))

    def _opened(self, at: int) -> Rows:
        """The rows of a run; written anew from the texts where its file is no longer what it was."""
        run = self._runs[at]
        try:
            return self._store.open(run)
        except (OSError, ValueError):
            self._runs[at] = self._store.write(run.first, run.last, [self.read(run.first, run.last)])
            self._keep()
            return self._store.open(self._runs[at])

    def _keep(self) -> None:
        self._connection.execute("delete from shingle_runs")
        columns = {
            "run_id": [run.run_id for run in self._runs],
            "first_sketch_no": [run.first for run in self._runs],
            "last_sketch_no": [run.last for run in self._runs],
            "row_count": [run.rows for run in self._runs],
            "written_ns": [run.written_ns for run in self._runs],
        }
        insert_rows(self._connection, "shingle_runs", columns)


def _read_published(connection: Connection) -> Published:
    """Size and site of every text, by its number; where a number is no longer used, 0.

    All of them: whoever asks names most of them, and two short columns are read faster than texts are picked out.
    """
    rows = connection.execute(_statement("read_published")).to_arrow_table()
    numbers = rows["sketch_no"].to_numpy()
    sizes = np.zeros(numbers.max(initial=-1) + 1, np.int64)
    sites = np.zeros(len(sizes), np.uint64)
    sizes[numbers] = rows["index_size"].to_numpy()
    sites[numbers] = rows["site"].to_numpy()
    return Published(sizes, sites)


def _statement(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _blobs(values: npt.NDArray[Any], ends: npt.NDArray[np.int64]) -> pa.Array:
    """Slices of an array as one blob each, without a Python object for any."""
    offsets = np.concatenate([[0], ends * values.itemsize]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.large_binary(), len(ends), buffers)


def _sketches(rows: pa.Table) -> Sketches:
    """Stored sketches as the arrays that they were."""
    hashes, ends = _values(rows["hashes"], np.uint32)
    places, _ = _values(rows["places"], np.uint8)
    index, index_ends = _values(rows["index"], np.uint32)
    anchors, anchor_ends = _values(rows["anchors"], np.uint32)
    return Sketches(hashes, places, ends, index, index_ends, anchors, anchor_ends)


def _values(column: pa.ChunkedArray, kind: type[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """The blobs of a column as one array, and where each ends in it."""
    blobs = pa.concat_arrays([chunk.cast(pa.large_binary()) for chunk in column.chunks])
    _, offset_buffer, value_buffer = blobs.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[blobs.offset : blobs.offset + len(blobs) + 1]
    size = np.dtype(kind).itemsize
    values = np.frombuffer(value_buffer, kind, count=offsets[-1] // size) if value_buffer else np.zeros(0, kind)
    return values[offsets[0] // size :], (offsets[1:] - offsets[0]) // size
