"""Find the copies among new texts and all earlier ones: sketches in, pairs out, inside the caller's transaction.

Tables are read and written in SQL that this module hands to a database connection; which pairs to compare is found in
`candidates.py`, what they are in `likeness.py`. What a pair's verdict is never depends on what else is stored, and no
pair that qualifies is passed over, so batches may come in any order and of any size. The only exception is a shingle
that stands in more than `candidates.EVERYWHERE` texts, which is not looked up at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.copies.candidates import IndexRows, Published, find_candidates
from pipelines.copies.likeness import compare_sketches
from pipelines.copies.sketch import Sketches, sketch_texts

__all__ = ["Connection", "TextToSketch", "find_copies", "insert_rows", "store_sketches"]

# Rows of the index read at a time.
_STORED_ROWS = 1_000_000
_SQL = Path(__file__).parent / "sql"


class Answer(Protocol):
    """What a statement gives back."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def to_arrow_table(self) -> pa.Table: ...
    def to_arrow_reader(self, batch_size: int, /) -> pa.RecordBatchReader: ...


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
    """Sketch texts and store sketches and index. Returns the number of the first new sketch, for `find_copies`."""
    sketches = sketch_texts([text.text for text in texts])
    first = int(connection.execute("select coalesce(max(sketch_no) + 1, 0) from story_sketches").fetchone()[0])
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
    # In order of hashes, so that a later look-up touches memory in order.
    order = np.argsort(sketches.index)
    insert_rows(
        connection,
        "story_shingles",
        {"hash": sketches.index[order], "sketch_no": np.repeat(numbers, sizes)[order]},
    )
    return first


def find_copies(connection: Connection, first: int) -> int:
    """Compare the sketches from number `first` on with all stored ones and keep the copies. Returns their number."""
    published = _read_published(connection)
    arrived = _read_index(connection, first, len(published.sizes))
    candidates = find_candidates(arrived, _read_index(connection, 0, first), first, published)
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


def _read_index(connection: Connection, first: int, below: int) -> Iterator[IndexRows]:
    """The index of the texts from number `first` to `below`, some rows at a time."""
    found = connection.execute(_statement("read_index"), {"first": first, "below": below})
    for batch in found.to_arrow_reader(_STORED_ROWS):
        yield IndexRows(batch["hash"].to_numpy(), batch["sketch_no"].to_numpy())


def _read_published(connection: Connection) -> Published:
    """Size and site of every text, by its number; where a number is no longer used, 0."""
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
