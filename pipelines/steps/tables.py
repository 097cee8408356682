"""The Parquet files between the steps: their columns, and how they are written so that no reader sees half a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["CAPTURES", "DOCUMENTS", "STORIES", "read_note", "read_rows", "write_rows"]

MOMENT = pa.timestamp("us", tz="UTC")

CAPTURES = pa.schema(
    [
        ("warc_file", pa.string()),
        ("warc_offset", pa.int64()),
        ("warc_length", pa.int64()),
        ("url", pa.string()),
        ("captured_at", MOMENT),
        ("source_id", pa.string()),
        ("purpose", pa.string()),
        ("status", pa.int32()),
        ("content_type", pa.string()),
        ("digest", pa.string()),
        ("run_id", pa.string()),
        ("verdict", pa.string()),  # candidate, or the outcome of a capture that is not read further
        ("reason", pa.string()),
        ("filter_version", pa.string()),
    ]
)
PLACE = [("warc_file", pa.string()), ("warc_offset", pa.int64())]
DOCUMENTS = pa.schema(
    [
        *PLACE,
        ("url", pa.string()),
        ("captured_at", MOMENT),
        ("source_id", pa.string()),
        ("digest", pa.string()),
        ("run_id", pa.string()),
        ("failure", pa.string()),
        ("canonical_url", pa.string()),
        ("title", pa.string()),
        ("byline", pa.string()),
        ("site", pa.string()),
        ("published_at", MOMENT),
        ("published_at_raw", pa.string()),
        ("published_source", pa.string()),
        ("modified_at", MOMENT),
        ("modified_at_raw", pa.string()),
        ("modified_source", pa.string()),
        ("language", pa.string()),
        ("text", pa.string()),
        ("word_count", pa.int32()),
        ("access_hint", pa.string()),
        ("extractor", pa.string()),
        ("extraction_version", pa.string()),
    ]
)
STORIES = pa.schema(
    [
        *PLACE,
        ("reading_key", pa.string()),
        ("relevant", pa.bool_()),
        ("relevance_score", pa.float64()),
        ("relevance_evidence", pa.string()),  # JSON
        ("statements", pa.string()),  # JSON, as pipelines.statements.wire_form writes it
        ("failure", pa.string()),
        ("reading_version", pa.string()),
    ]
)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema, note: str = "") -> None:
    """Write rows to a Parquet file, swapped in whole; `note` is kept in its metadata."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    table = pa.Table.from_pylist(list(rows), schema=schema.with_metadata({"note": note}))
    try:
        pq.write_table(table, draft, compression="zstd")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def read_rows(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    """The rows of a Parquet file; none where it is missing, damaged, or of other columns: then it is made anew."""
    try:
        table = pq.read_table(path)
    except (FileNotFoundError, pa.ArrowInvalid, OSError):
        return []
    return table.to_pylist() if table.schema.names == schema.names else []


def read_note(path: Path) -> str:
    """The note that a file was written with; empty where there is no file."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (FileNotFoundError, pa.ArrowInvalid, OSError):
        return ""
    return str(metadata.get(b"note", b"").decode())
