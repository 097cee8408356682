"""The crawl log: one line of JSON for every URL tried, beside the WARC file that holds what came back.

A row is written after its WARC record, so that whatever the log names is there. Rows are only ever appended; the
frontier's state and the day's captures are read from them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from crawler.errors import ArchiveError

__all__ = ["LOG_SUFFIX", "CrawlLog", "LogRow", "Outcome", "Purpose", "day_folder", "read_log", "read_rows"]

LOG_SUFFIX: Final = ".log.jsonl"

Outcome = Literal["captured", "unchanged", "redirected", "robots", "error", "skipped"]
Purpose = Literal["story", "endpoint", "discovery", "robots"]


@dataclass(frozen=True, slots=True)
class LogRow:
    """What became of one try of one URL.

    `warc_file` is relative to the archive's folder; offset and length (bytes) are those of the response or revisit
    record, and `warc_start` is where the request record before it begins. `digest` is the SHA-1 of the body as
    received, in the form of WARC ("sha1:BASE32"). `endpoint` is the feed, sitemap or listing that named the URL, or
    the URL itself; `kind` is set for those and `links` says how many addresses they named. `title` and
    `published` are what the endpoint said of a story.
    """

    url: str
    source_id: str
    purpose: Purpose
    tried_at: datetime
    outcome: Outcome
    reason: str | None = None
    status: int | None = None
    endpoint: str | None = None
    kind: str | None = None
    location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    digest: str | None = None
    warc_type: str | None = None
    warc_file: str | None = None
    warc_start: int | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    truncated: str | None = None
    bytes: int | None = None
    elapsed_ms: int | None = None
    links: int | None = None
    title: str | None = None
    published: str | None = None

    def to_json(self) -> str:
        """The row as one line of JSON; fields without a value are left out."""
        values = {name: value for name in _NAMES if (value := getattr(self, name)) is not None}
        values["tried_at"] = self.tried_at.isoformat()
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> LogRow:
        """The row that a line holds. Raises ValueError where it is none; fields of later versions are passed over."""
        values: dict[str, Any] = json.loads(line)
        try:
            known = {name: values[name] for name in _NAMES if name in values}
            known["tried_at"] = datetime.fromisoformat(values["tried_at"])
            return cls(**known)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a row of the crawl log: {error}") from error


_NAMES: Final = tuple(field.name for field in fields(LogRow))


def day_folder(archive: Path, moment: datetime) -> Path:
    """The folder of the UTC day on which a moment falls."""
    return archive / moment.astimezone(UTC).date().isoformat()


class CrawlLog:
    """Appends rows to `archive/DAY/RUN_ID.log.jsonl`, each in the folder of the day on which it was tried."""

    def __init__(self, archive: Path, run_id: str) -> None:
        self._archive, self._run_id = archive, run_id
        self._folder: Path | None = None
        self._descriptor = -1

    def append(self, row: LogRow) -> None:
        """Write one row. Raises ArchiveError where the disk refuses it."""
        folder = day_folder(self._archive, row.tried_at)
        path = folder / f"{self._run_id}{LOG_SUFFIX}"
        try:
            if folder != self._folder:
                self.close()
                folder.mkdir(parents=True, exist_ok=True)
                self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
                self._folder = folder
                size = os.fstat(self._descriptor).st_size
                if size and os.pread(self._descriptor, 1, size - 1) != b"\n":  # the torn last line of a killed run
                    os.write(self._descriptor, b"\n")
            line = row.to_json().encode("utf-8", "surrogatepass") + b"\n"
            written = 0
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
        except OSError as error:
            raise ArchiveError(
                f"cannot write the crawl log {path}: {error.strerror}; make room and run again"
            ) from error

    def close(self) -> None:
        """Close the open file, if any."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._folder = -1, None


def read_log(archive: Path, day: date) -> Iterator[LogRow]:
    """Every row of a day, run by run, in the order written."""
    for path in sorted((archive / day.isoformat()).glob(f"*{LOG_SUFFIX}")):
        rows, _ = read_rows(path)
        yield from rows


def read_rows(path: Path, start: int = 0) -> tuple[list[LogRow], int]:
    """The whole rows from a byte offset on, and the offset behind the last of them.

    A last line without its end (a killed run) is left for the next reading; a line that is no row is passed over.
    """
    with path.open("rb") as file:
        file.seek(start)
        data = file.read()
    end = data.rfind(b"\n") + 1
    rows = []
    for line in filter(None, data[:end].split(b"\n")):
        try:
            rows.append(LogRow.from_json(line.decode("utf-8", "surrogatepass")))
        except ValueError:
            continue
    return rows, start + end
