"""Read each document of a day: is it about our subject, and what are agencies reported in it to have said or done?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.extraction import ExtractionFailure, read_many
from pipelines.reading import Reading, read_document
from pipelines.records import Document
from pipelines.relevance import judge_relevance
from pipelines.speech.model import load_model
from pipelines.statements.reader import load_reader
from pipelines.steps.imports import agency_lists, extended_resolver
from pipelines.steps.publishers import read_publishers
from pipelines.steps.tables import DOCUMENTS, STORIES, read_rows, write_rows
from pipelines.versions import READING_VERSION
from pipelines.workspace import Workspace

__all__ = ["StoryCounts", "read_stories"]

Row = dict[str, Any]
DOCUMENT_FIELDS = tuple(Document.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class StoryInput:
    """What a worker is given: a document, and where its outlet is."""

    document: Document
    outlet_state: str | None
    agency_lists: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class StoryCounts:
    """The documents of a day: those read, of these now, those on our subject; statements by stance, and some titles."""

    documents: int
    read_now: int
    relevant: int
    statements: int
    stances: tuple[str, ...]
    titles: tuple[str, ...]


def read_stories(place: Workspace, day: date, registry: Path) -> StoryCounts:
    """Write `steps/stories/DAY.parquet`: relevance and statements, with their evidence, for every document.

    A text is read once for each version of the rules.
    """
    path = place.step("stories", day)
    publishers = read_publishers(registry)
    documents = [row for row in read_rows(place.step("documents", day), DOCUMENTS) if row["failure"] is None]
    lists = agency_lists(place)
    states = [publishers.state(row["source_id"], row["url"]) for row in documents]
    keys = [key_of(row, state, lists) for row, state in zip(documents, states, strict=True)]
    inputs = {key: story_input(row, state, lists) for key, row, state in zip(keys, documents, states, strict=True)}
    known = {
        row["reading_key"]: {name: row[name] for name in READ_FIELDS}
        for row in read_rows(path, STORIES)
        if row["reading_version"] == READING_VERSION
    }
    fresh = [key for key in inputs if key not in known]
    results = read_many((inputs[key] for key in fresh), read_story, prepare=load_models)
    for key, result in zip(fresh, results, strict=True):
        known[key] = reading_fields(inputs[key].document, result)
    rows = []
    for key, row in zip(keys, documents, strict=True):
        place_in_archive = {name: row[name] for name in ("warc_file", "warc_offset")}
        rows.append({**place_in_archive, **known[key], "reading_key": key, "reading_version": READING_VERSION})
    write_rows(path, rows, STORIES)
    relevant = [
        document["title"] or document["url"] for document, row in zip(documents, rows, strict=True) if row["relevant"]
    ]
    stances = Counter(each["stance"] for row in rows for each in json.loads(row["statements"] or "[]"))
    return StoryCounts(
        documents=len(rows),
        read_now=len(fresh),
        relevant=len(relevant),
        statements=stances.total(),
        stances=tuple(f"{stance}: {count}" for stance, count in sorted(stances.items())),
        titles=tuple(dict.fromkeys(relevant))[:10],
    )


READ_FIELDS = ("relevant", "relevance_score", "relevance_evidence", "statements", "failure")


def key_of(row: Row, outlet_state: str | None, lists: tuple[Path, ...]) -> str:
    """A hash of everything that a reading depends on, but for the version of the rules."""
    page = (row["title"], row["site"], row["text"], credible_time(row), row["url"])
    parts = (*page, outlet_state, [path.name for path in lists])
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def story_input(row: Row, outlet_state: str | None, lists: tuple[Path, ...]) -> StoryInput:
    """The document of a row, with its outlet's state and the lists of agencies to read it with."""
    fields = {name: row[name] for name in DOCUMENT_FIELDS} | {"published_at": credible_time(row)}
    return StoryInput(Document(**fields), outlet_state, lists)


def credible_time(row: Row) -> datetime | None:
    """The publication that the page tells; None where it lies more than a day after the capture (macro credible_time)."""
    published = row["published_at"]
    return published if published is not None and published <= row["captured_at"] + timedelta(days=1) else None


def load_models() -> None:
    """Load the networks of the reading, so that no page's time is spent on it."""
    load_model()
    load_reader()


def read_story(story: StoryInput) -> Reading:
    """What a worker does with a document."""
    resolver = extended_resolver(story.agency_lists)
    return read_document(story.document, outlet_state=story.outlet_state, resolver=resolver)


def reading_fields(document: Document, result: Reading | ExtractionFailure) -> Row:
    """What is kept of a reading. A document whose reading failed is a story all the same, without statements."""
    failure = None
    if isinstance(result, ExtractionFailure):
        failure = f"not read for statements: {result.reason}: {result.detail}"
        result = Reading(judge_relevance(document.title, document.text), (), searched=False)
    return {
        "relevant": result.relevance.relevant,
        "relevance_score": result.relevance.score,
        "relevance_evidence": as_json([asdict(each) for each in result.relevance.evidence]),
        "statements": as_json([asdict(each) for each in result.statements]),
        "failure": failure,
    }


as_json = partial(json.dumps, ensure_ascii=False, default=datetime.isoformat)
