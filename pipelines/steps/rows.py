"""Rows of the warehouse made from crawl log, captures and readings. No database, no decision: only shape."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.archive import run_of
from crawler.crawl_log import LOG_SUFFIX, LogRow
from crawler.crawl_log import read_rows as read_log_rows
from crawler.spiders.links import read_date
from pipelines.steps.identity import Identities
from pipelines.steps.publishers import Publishers
from pipelines.versions import RULES_VERSION
from warehouse.load import ENDPOINT_ROWS, SOURCE_ROWS

__all__ = [
    "Reading",
    "Try",
    "fetch_rows",
    "place_of",
    "redirects",
    "revision_rows",
    "source_tables",
    "text_hash",
    "tries_of",
]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Try:
    """A row of the crawl log with the run that wrote it, and its number in that run's log of the day."""

    run_id: str
    number: int
    row: LogRow


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and what was read in it (rows of the steps' files), with the story that it shows."""

    document: Row
    story: Row
    story_id: str

    @property
    def text_hash(self) -> str:
        return text_hash(self.document["text"])

    @property
    def revision_id(self) -> str:
        """The same for the same words under the same headline of the same story."""
        title = " ".join((self.document["title"] or "").split())
        return hashlib.sha256(f"{self.story_id}\n{title}\n{self.text_hash}".encode()).hexdigest()[:16]


def text_hash(text: str) -> str:
    """SHA-256 of a text, white space folded."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def place_of(row: Mapping[str, Any]) -> tuple[str, int]:
    """Where the record of a row lies in the archive."""
    return row["warc_file"], row["warc_offset"]


def tries_of(archive: Path, day: date, captures: Sequence[Row]) -> list[Try]:
    """Every try of a day: the rows of its crawl logs, and the captures that no log names (a killed run, a foreign file)."""
    tries = []
    for path in sorted((archive / day.isoformat()).glob(f"*{LOG_SUFFIX}")):
        rows, _ = read_log_rows(path)
        tries += [Try(run_of(path), number, row) for number, row in enumerate(rows)]
    logged = {(each.row.warc_file, each.row.warc_offset) for each in tries}
    unlogged = [row for row in captures if place_of(row) not in logged]
    return tries + [Try(row["run_id"], -1, log_row(row)) for row in unlogged]


def log_row(capture: Row) -> LogRow:
    """What the log would have said of a capture."""
    outcome = {"unchanged": "unchanged", "not a page": "error"}.get(capture["verdict"], "captured")
    return LogRow(
        url=capture["url"],
        source_id=capture["source_id"],
        purpose=capture["purpose"],
        tried_at=capture["captured_at"],
        outcome=outcome,  # type: ignore[arg-type]  # one of the three words above
        status=capture["status"],
        digest=capture["digest"],
        warc_file=capture["warc_file"],
        warc_offset=capture["warc_offset"],
    )


def redirects(tries: Iterable[Try]) -> dict[str, list[str]]:
    """For each address that was redirected to, the addresses that led there, nearest first."""
    before: dict[str, str] = {}
    for each in tries:
        if each.row.outcome == "redirected" and each.row.location:
            before.setdefault(each.row.location, each.row.url)
    chains: dict[str, list[str]] = {}
    for target in before:
        chain: list[str] = []
        at = target
        while at in before and before[at] not in (*chain, target):
            at = before[at]
            chain.append(at)
        chains[target] = chain
    return chains


def fetch_rows(
    day: date,
    tries: Iterable[Try],
    captures: Sequence[Row],
    documents: Sequence[Row],
    readings: Sequence[Reading],
    identities: Identities,
    publishers: Publishers,
) -> list[Row]:
    """Rows of the table fetches: each try with what the pipeline made of its capture."""
    verdicts = {place_of(row): (row["verdict"], row["reason"]) for row in captures}
    failures = {place_of(row): row["failure"] for row in documents if row["failure"]}
    shown = {place_of(reading.document): reading for reading in readings}
    return [fetch_row(day, each, verdicts, failures, shown, identities, publishers) for each in tries]


def fetch_row(
    day: date,
    each: Try,
    verdicts: Mapping[tuple[str, int], tuple[str, str | None]],
    failures: Mapping[tuple[str, int], str],
    shown: Mapping[tuple[str, int], Reading],
    identities: Identities,
    publishers: Publishers,
) -> Row:
    """One row of the table fetches."""
    row = each.row
    at = (row.warc_file or "", row.warc_offset or 0)
    reading, reason = verdicts.get(at, (None, None))
    story_id = revision_id = None
    if reading == "candidate":
        if at in shown:
            reading, reason = "story", shown[at].story["failure"] or reason
            story_id, revision_id = shown[at].story_id, shown[at].revision_id
        else:
            reading, reason = "unreadable", failures.get(at, "not read")
    elif reading == "unchanged":
        story_id = identities.story_at(row.url)
    return {
        "fetch_id": hashlib.sha256(f"{each.run_id}\n{day}\n{each.number}\n{at}".encode()).hexdigest()[:16],
        "day": day,
        "source_id": publishers.source_id(row.source_id, row.url),
        "purpose": row.purpose,
        "url": row.url,
        "tried_at": row.tried_at,
        "outcome": row.outcome,
        "reason": row.reason,
        "http_status": row.status,
        "location": row.location,
        "bytes": row.bytes,
        "elapsed_ms": row.elapsed_ms,
        "reading": reading,
        "reading_reason": reason,
        "story_id": story_id,
        "revision_id": revision_id,
        "digest": row.digest,
        "warc_file": row.warc_file,
        "warc_offset": row.warc_offset,
        "run_id": each.run_id,
        "rules_version": RULES_VERSION if reading else None,
        "listed_at": read_date(row.published),
    }


def revision_rows(readings: Sequence[Reading]) -> list[Row]:
    """Rows of the table story_revisions, one for each distinct text: its earliest capture in this load."""
    rows: dict[str, Row] = {}
    for reading in readings:
        document, story = reading.document, reading.story
        rows.setdefault(
            reading.revision_id,
            {
                **{name: document[name] for name in DOCUMENT_COLUMNS},
                "revision_id": reading.revision_id,
                "story_id": reading.story_id,
                "text_hash": reading.text_hash,
                "relevant": story["relevant"],
                "relevance_score": story["relevance_score"],
                "relevance_evidence": story["relevance_evidence"],
                "first_captured_at": document["captured_at"],
                "last_captured_at": document["captured_at"],
                "rules_version": RULES_VERSION,
            },
        )
    return list(rows.values())


DOCUMENT_COLUMNS = (
    "title", "byline", "published_at", "published_at_raw", "published_source", "modified_at", "language", "text",
    "word_count", "access_hint", "extractor", "warc_file", "warc_offset", "run_id",
)  # fmt: skip


def source_tables(publishers: Publishers, fetches: Sequence[Row], tries: Sequence[Try]) -> tuple[pa.Table, pa.Table]:
    """Rows of sources and endpoints: those of the registry, and those met that it does not name."""
    registered = list(publishers.by_id.values())
    sources = [
        {
            "source_id": source.id,
            "name": source.name,
            "kind": source.kind,
            "homepage": source.homepage,
            "state": source.state,
            "county_fips": source.county_fips,
            "agency_name": source.agency,
            "language": source.language,
            "registered": True,
            "notes": source.notes,
        }
        for source in registered
    ]
    sources += [
        {"source_id": met, "name": met, "kind": "outlet", "registered": False}
        for met in sorted({row["source_id"] for row in fetches} - publishers.by_id.keys())
    ]
    answered: dict[str, date] = {}
    endpoints: dict[str, Row] = {
        endpoint.url: {
            "url": endpoint.url,
            "source_id": source.id,
            "kind": endpoint.kind,
            "discovered": False,
            "verified_on": endpoint.verified,
        }
        for source in registered
        for endpoint in source.endpoints
    }
    for each in tries:
        row = each.row
        if row.purpose == "endpoint" and row.kind and row.outcome in ("captured", "unchanged"):
            found = {"url": row.url, "source_id": row.source_id, "kind": row.kind, "discovered": True}
            answered[row.url] = max(answered.get(row.url, row.tried_at.date()), row.tried_at.date())
            endpoints.setdefault(row.url, found)
    for url, day in answered.items():
        endpoints[url]["verified_on"] = day
    return (
        pa.Table.from_pylist(sources, schema=SOURCE_ROWS),
        pa.Table.from_pylist(list(endpoints.values()), schema=ENDPOINT_ROWS),
    )
