"""Index the records that lie in a day's WARC files, and let the byte filter say which pages are worth reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crawler.archive import Capture, index_day, iterate_bodies
from pipelines.extraction import ExtractionFailure, read_many
from pipelines.relevance.prefilter import may_concern
from pipelines.steps.pending import fingerprint
from pipelines.steps.tables import CAPTURES, read_rows, write_rows
from pipelines.versions import FILTER_VERSION
from pipelines.workspace import Workspace

__all__ = ["CaptureCounts", "index_captures"]

CANDIDATE = "candidate"
BATCH_SIZE = 50
BATCH_SECONDS = 120.0
PAGE_TYPES = ("html", "text/plain", "xml")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker is given: captures that lie behind one another in the archive."""

    archive: Path
    captures: tuple[Capture, ...]


@dataclass(frozen=True, slots=True)
class CaptureCounts:
    """The records of a day by verdict. `damaged` are the places where a WARC file stops being readable."""

    records: int
    candidates: int
    off_topic: int
    others: int
    damaged: int
    damage: tuple[str, ...]


def index_captures(place: Workspace, day: date) -> CaptureCounts:
    """Write `steps/captures/DAY.parquet`: every response and revisit record of the day with its verdict.

    The filter reads a body once for each version of its terms. Raises ArchiveError where the archive cannot be read.
    """
    note = fingerprint(place.archive, day)
    path = place.step("captures", day)
    known = {
        (row["warc_file"], row["warc_offset"]): (row["verdict"], row["reason"])
        for row in read_rows(path, CAPTURES)
        if row["filter_version"] == FILTER_VERSION
    }
    index = index_day(place.archive, day)
    verdicts = known | dict(judge(place, [c for c in index.captures if (c.warc_file, c.warc_offset) not in known]))
    rows = [row_of(capture, *verdicts[capture.warc_file, capture.warc_offset]) for capture in index.captures]
    write_rows(path, rows, CAPTURES, note)
    tally = [row["verdict"] for row in rows]
    return CaptureCounts(
        records=len(rows),
        candidates=tally.count(CANDIDATE),
        off_topic=tally.count("off topic"),
        others=sum(verdict not in (CANDIDATE, "off topic") for verdict in tally),
        damaged=len(index.damage),
        damage=tuple(f"{found.path.name} at {found.offset}: {found.reason}" for found in index.damage),
    )


def judge(place: Workspace, captures: list[Capture]) -> Iterator[tuple[tuple[str, int], tuple[str, str | None]]]:
    """Each capture's place and verdict; only pages of stories are opened."""
    pages = []
    for capture in captures:
        verdict = verdict_without_body(capture)
        if verdict is None:
            pages.append(capture)
        else:
            yield (capture.warc_file, capture.warc_offset), verdict
    batches = [Batch(place.archive, tuple(pages[at : at + BATCH_SIZE])) for at in range(0, len(pages), BATCH_SIZE)]
    for batch, verdicts in zip(batches, read_many(batches, judge_batch, seconds_per_page=BATCH_SECONDS), strict=True):
        if isinstance(verdicts, ExtractionFailure):
            verdicts = [("unreadable", f"{verdicts.reason}: {verdicts.detail}")] * len(batch.captures)
        for capture, verdict in zip(batch.captures, verdicts, strict=True):
            yield (capture.warc_file, capture.warc_offset), verdict


def judge_batch(batch: Batch) -> list[tuple[str, str | None]]:
    """What a worker does with a batch: open each page in the archive and ask the filter."""
    verdicts: list[tuple[str, str | None]] = []
    for capture, content in iterate_bodies(batch.archive, batch.captures):
        if may_concern(content.body):
            cut_off = f"the body was cut off ({capture.truncated})" if capture.truncated else None
            verdicts.append((CANDIDATE, content.problem or cut_off))
        elif content.problem and not content.body:
            verdicts.append(("unreadable", content.problem))
        else:
            verdicts.append(("off topic", None))
    return verdicts


def verdict_without_body(capture: Capture) -> tuple[str, str | None] | None:
    """The verdict on a capture that is no page of a story; None where its body must be looked at."""
    if capture.purpose != "story":
        return "endpoint", None
    if capture.is_revisit or capture.status == 304:
        return "unchanged", None
    if not 200 <= capture.status < 300:
        return "not a page", f"HTTP status {capture.status}"
    kind = (capture.content_type or "html").lower()
    if not any(page in kind for page in PAGE_TYPES):
        return "not a page", f"content type {kind[:80]}"
    return None


def row_of(capture: Capture, verdict: str, reason: str | None) -> dict[str, Any]:
    """A row of the captures file."""
    return {
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "warc_length": capture.warc_length,
        "url": capture.url,
        "captured_at": capture.captured_at,
        "source_id": capture.source_id,
        "purpose": capture.purpose,
        "status": capture.status,
        "content_type": capture.content_type,
        "digest": capture.digest,
        "run_id": capture.run_id,
        "verdict": verdict,
        "reason": reason,
        "filter_version": FILTER_VERSION,
    }
