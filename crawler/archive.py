"""The archive: WARC files by UTC day, `archive/YYYY-MM-DD/RUN_ID-NNNN.warc.gz`, each with its crawl log beside it.

It is the source of truth: everything to its right can be built again from it. One process writes at a time, many may
read meanwhile. Offsets come from the crawl log; where rows of it are missing (a killed run, a file put there by hand)
the WARC files themselves are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from crawler import warc
from crawler.content import Content, Head, decode_content, parse_head
from crawler.crawl_log import LOG_SUFFIX, LogRow, Outcome, Purpose, read_rows
from crawler.errors import ArchiveError
from crawler.warc import Damage, Record

__all__ = [
    "ArchivedResponse",
    "Capture",
    "Damage",
    "DayIndex",
    "days_with_captures",
    "days_with_tries",
    "index_day",
    "iterate_bodies",
    "logged_records",
    "outcome_of",
    "read_capture",
    "row_of_record",
    "run_of",
    "unlogged_records",
    "warc_files",
]

WARC_SUFFIX: Final = ".warc.gz"
PURPOSES: Final[dict[str, Purpose]] = {
    "story": "story",
    "endpoint": "endpoint",
    "discovery": "discovery",
    "robots": "robots",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """One response or revisit record of the archive, and where it lies.

    `digest` is the SHA-1 of the body as received, None for a 304 whose first capture is not known. `is_revisit` says
    that the record has no body of its own. `truncated` is WARC's word (`length`, `time`, `disconnect`) for a body that
    was cut off. `title` and `published` are what the feed or sitemap said, None where the log does not tell.
    """

    url: str
    source_id: str
    purpose: Purpose
    captured_at: datetime
    status: int
    content_type: str | None
    digest: str | None
    is_revisit: bool
    warc_file: str
    warc_offset: int
    warc_length: int
    truncated: str | None = None
    run_id: str = ""
    endpoint: str | None = None
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """A response as it lies in the archive, its content coding undone.

    `body` is bounded: `problem` says what is wrong with it (a gzip stream that ends early, a bomb), None where nothing
    is. A revisit record has an empty body.
    """

    url: str
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    problem: str | None
    content_type: str | None
    source_id: str
    purpose: Purpose
    is_revisit: bool
    truncated: str | None


@dataclass(frozen=True, slots=True)
class DayIndex:
    """Every response and revisit record in the WARC files of a day, file by file in the order of writing.

    Robots files and endpoints are among the captures: `purpose` tells. `damage` says where a file stops being readable:
    normally nowhere.
    """

    captures: tuple[Capture, ...]
    damage: tuple[Damage, ...]


def index_day(archive: Path, day: date) -> DayIndex:
    """What lies in a day's folder; nothing where there is none. Raises OSError where a file cannot be read."""
    found = list(_read_day(archive, day))
    return DayIndex(
        captures=tuple(each for each in found if isinstance(each, Capture)),
        damage=tuple(each for each in found if isinstance(each, Damage)),
    )


def days_with_captures(archive: Path) -> list[date]:
    """The days that have a folder with WARC files, oldest first."""
    return [day for day in _days(archive) if any((archive / day.isoformat()).glob(f"*{WARC_SUFFIX}"))]


def days_with_tries(archive: Path) -> list[date]:
    """The days that have a folder with anything in it, be it a log of tries that brought nothing, oldest first."""
    return [day for day in _days(archive) if any((archive / day.isoformat()).iterdir())]


def _days(archive: Path) -> Iterator[date]:
    for folder in sorted(archive.iterdir()) if archive.is_dir() else ():
        try:
            day = date.fromisoformat(folder.name)
        except ValueError:
            continue
        yield day


def read_capture(archive: Path, warc_file: str, offset: int) -> ArchivedResponse:
    """The response record at an offset of a file (its path relative to the archive).

    Raises ArchiveError where there is no such record.
    """
    path = archive / warc_file
    try:
        found = next(warc.read_records(path, offset), None)
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror}") from error
    if not isinstance(found, Record) or found.type not in ("response", "revisit"):
        what = found.reason if isinstance(found, Damage) else "another record or the end of the file"
        raise ArchiveError(f"no response at offset {offset} of {path}: {what}; index the day again")
    head, content = read_response(found)
    return ArchivedResponse(
        url=found.fields.get("warc-target-uri", ""),
        captured_at=_moment(found) or datetime.fromtimestamp(0, UTC),
        status=head.status,
        headers=head.headers,
        body=content.body,
        problem=content.problem,
        content_type=head.get("content-type"),
        source_id=found.fields.get("badgewire-source", ""),
        purpose=PURPOSES.get(found.fields.get("badgewire-purpose", ""), "story"),
        is_revisit=found.type == "revisit",
        truncated=found.fields.get("warc-truncated"),
    )


def iterate_bodies(archive: Path, captures: Iterable[Capture]) -> Iterator[tuple[Capture, Content]]:
    """The captures with their bodies, content coding undone and bounded; fastest in the order of `index_day`.

    A revisit's body is empty. A capture that cannot be read has an empty body and a problem.
    """
    name, descriptor = "", -1
    try:
        for capture in captures:
            if capture.warc_file != name:
                if descriptor >= 0:
                    os.close(descriptor)
                name, descriptor = capture.warc_file, _open_for_reading(archive / capture.warc_file)
            data = os.pread(descriptor, capture.warc_length, capture.warc_offset)
            try:
                _, content = read_response(warc.read_member(data, capture.warc_offset))
            except ValueError as error:
                content = Content(b"", f"not in {name} at {capture.warc_offset}: {error}")
            yield capture, content
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def read_response(record: Record) -> tuple[Head, Content]:
    """The HTTP head of a response or revisit record, and the body with its content coding undone."""
    head, body = parse_head(record.block)
    if record.type == "revisit":
        return head, Content(b"", None)
    return head, decode_content(body, head.get("content-encoding"), head.get("transfer-encoding"))


def row_of_record(record: Record, warc_file: str) -> LogRow | None:
    """What the crawl log says of a response or revisit record; None for another record, or one without URL or date."""
    url, moment = record.fields.get("warc-target-uri", "").strip("<>"), _moment(record)
    if record.type not in ("response", "revisit") or not url or moment is None:
        return None
    head, _ = parse_head(record.block)
    truncated = record.fields.get("warc-truncated")
    purpose = PURPOSES.get(record.fields.get("badgewire-purpose", ""), "story")
    outcome, reason = outcome_of(head.status, record.type == "revisit", truncated, purpose)
    return LogRow(
        url=url,
        source_id=record.fields.get("badgewire-source", ""),
        purpose=purpose,
        tried_at=moment,
        outcome=outcome,
        reason=reason,
        status=head.status,
        location=head.get("location") if outcome == "redirected" else None,
        etag=head.get("etag"),
        last_modified=head.get("last-modified"),
        content_type=head.get("content-type"),
        digest=record.fields.get("warc-payload-digest"),
        warc_type=record.type,
        warc_file=warc_file,
        warc_start=record.offset,
        warc_offset=record.offset,
        warc_length=record.length,
        truncated=truncated,
    )


def outcome_of(
    status: int, is_revisit: bool, truncated: str | None, purpose: Purpose
) -> tuple[Outcome, str | None]:  # fmt: skip
    """What a response makes of a try, and the reason where it is not plain. No robots file is an answer, no error."""
    if truncated:
        return "error", "no page but media" if truncated == "unspecified" else f"cut off ({truncated})"
    if is_revisit or status == 304:
        return "unchanged", None
    if 300 <= status < 400:
        return "redirected", None
    if 200 <= status < 300:
        return "captured", None
    if purpose == "robots" and 400 <= status < 500:
        return "captured", f"no robots file (HTTP status {status})"
    return "error", f"HTTP status {status}"


def warc_files(folder: Path) -> list[Path]:
    """The WARC files of a day's folder, in the order of their names."""
    return sorted(folder.glob(f"*{WARC_SUFFIX}"))


def run_of(path: Path) -> str:
    """The run that wrote a WARC file or a log."""
    if path.name.endswith(LOG_SUFFIX):
        return path.name.removesuffix(LOG_SUFFIX)
    return path.name.removesuffix(WARC_SUFFIX).rpartition("-")[0]


def logged_records(folder: Path) -> dict[str, list[LogRow]]:
    """The rows of a day's logs that name a WARC record, by WARC file, in the order of the records."""
    logged: dict[str, list[LogRow]] = {}
    for log in sorted(folder.glob(f"*{LOG_SUFFIX}")):
        for row in read_rows(log)[0]:
            if row.warc_file is not None and row.warc_offset is not None and row.warc_length is not None:
                logged.setdefault(row.warc_file, []).append(row)
    for rows in logged.values():
        rows.sort(key=lambda row: row.warc_offset or 0)
    return logged


def unlogged_records(path: Path, rows: Iterable[LogRow]) -> Iterator[Record | Damage]:
    """What lies in a WARC file between and behind the records that its log names (rows in the order of records)."""
    end = 0
    for row in rows:
        start = row.warc_start if row.warc_start is not None else row.warc_offset or 0
        if start > end:
            yield from warc.read_records(path, end, start)
        end = max(end, (row.warc_offset or 0) + (row.warc_length or 0))
    if end < path.stat().st_size:
        yield from warc.read_records(path, end)


def _read_day(archive: Path, day: date) -> Iterator[Capture | Damage]:
    folder = archive / day.isoformat()
    logged = logged_records(folder)
    for path in warc_files(folder):
        name, run_id = path.relative_to(archive).as_posix(), run_of(path)
        rows = logged.get(name, [])
        for found in unlogged_records(path, tuple(rows)):
            if isinstance(found, Damage):
                yield found
            elif (row := row_of_record(found, name)) is not None:
                rows.append(row)
        for row in sorted(rows, key=lambda row: row.warc_offset or 0):
            yield _capture(row, run_id)


def _capture(row: LogRow, run_id: str) -> Capture:
    return Capture(
        url=row.url,
        source_id=row.source_id,
        purpose=row.purpose,
        captured_at=row.tried_at,
        status=row.status or 0,
        content_type=row.content_type,
        digest=row.digest,
        is_revisit=row.warc_type == "revisit",
        warc_file=row.warc_file or "",
        warc_offset=row.warc_offset or 0,
        warc_length=row.warc_length or 0,
        truncated=row.truncated,
        run_id=run_id,
        endpoint=row.endpoint,
        title=row.title,
        published=row.published,
    )


def _moment(record: Record) -> datetime | None:
    try:
        moment = datetime.fromisoformat(record.fields.get("warc-date", ""))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _open_for_reading(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error.strerror}") from error
