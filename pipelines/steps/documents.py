"""Extract the document of each candidate page of a day, on two processes, from the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from crawler.archive import Capture, iterate_bodies
from pipelines.extraction import ExtractionFailure, extract_document, read_many
from pipelines.records import Document
from pipelines.steps.captures import CANDIDATE
from pipelines.steps.tables import CAPTURES, DOCUMENTS, read_rows, write_rows
from pipelines.versions import EXTRACTION_VERSION
from pipelines.workspace import Workspace

__all__ = ["DocumentCounts", "extract_documents"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What a worker is given: the body of one response and what was said of it."""

    body: bytes
    url: str
    content_type: str | None


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """The candidates of a day: documents made, of these now, pages that gave none; and some reasons."""

    documents: int
    extracted_now: int
    failed: int
    reasons: tuple[str, ...]


def extract_documents(place: Workspace, day: date) -> DocumentCounts:
    """Write `steps/documents/DAY.parquet`: a document, or the reason why there is none, for every candidate capture.

    A page is read once for each version of the extraction. Raises ArchiveError where the archive cannot be read.
    """
    path = place.step("documents", day)
    candidates = [row for row in read_rows(place.step("captures", day), CAPTURES) if row["verdict"] == CANDIDATE]
    known = {
        (row["warc_file"], row["warc_offset"]): row
        for row in read_rows(path, DOCUMENTS)
        if row["extraction_version"] == EXTRACTION_VERSION
    }
    fresh = [row for row in candidates if (row["warc_file"], row["warc_offset"]) not in known]
    for row, result in zip(fresh, read_many(pages(place, fresh), read_page), strict=True):
        known[row["warc_file"], row["warc_offset"]] = document_row(row, result)
    rows = [known[row["warc_file"], row["warc_offset"]] for row in candidates]
    write_rows(path, rows, DOCUMENTS)
    failures = [f"{row['url']}: {row['failure']}" for row in rows if row["failure"]]
    return DocumentCounts(
        documents=len(rows) - len(failures),
        extracted_now=len(fresh),
        failed=len(failures),
        reasons=tuple(failures[:10]),
    )


def pages(place: Workspace, rows: list[Row]) -> Iterator[Page]:
    """The bodies of captures, read from the archive one after another."""
    captures = [Capture(**{name: row[name] for name in CAPTURE_FIELDS}, is_revisit=False) for row in rows]
    for capture, content in iterate_bodies(place.archive, captures):
        yield Page(content.body, capture.url, capture.content_type)


CAPTURE_FIELDS = (
    "url", "source_id", "purpose", "captured_at", "status", "content_type", "digest", "warc_file", "warc_offset",
    "warc_length",
)  # fmt: skip


def read_page(page: Page) -> Document | ExtractionFailure:
    """What a worker does with a page."""
    return extract_document(page.body, url=page.url, content_type=page.content_type)


def document_row(capture: Row, result: Document | ExtractionFailure) -> Row:
    """A row of the documents file."""
    row = {
        name: capture[name]
        for name in ("warc_file", "warc_offset", "url", "captured_at", "source_id", "digest", "run_id")
    }
    row["extraction_version"] = EXTRACTION_VERSION
    if isinstance(result, Document):
        if capture["reason"] and result.access_hint is None:  # a body that ended early or was cut
            result = replace(result, access_hint="truncated")
        return {**asdict(result), **row, "failure": None}
    return {**row, "failure": f"{result.reason}: {result.detail}"}
