"""Replay: pages that others captured, from any WARC file or folder, into the archive under their own dates.

A record keeps its block byte for byte, its date, URL and address. What lies in the archive already (same URL, date and
digest) is not copied again, so that a replay may be repeated or resumed. No request is made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from crawler.archive import row_of_record
from crawler.archive_writer import ArchiveWriter, hold_archive, mend_folder
from crawler.content import parse_head
from crawler.crawl_log import CrawlLog, LogRow, Outcome, read_log
from crawler.errors import ArchiveError
from crawler.job import Counts
from crawler.warc import Damage, Record, payload_digest, read_records

__all__ = ["OLDEST_DAY", "replay"]

logger = logging.getLogger(__name__)

OLDEST_DAY: Final = date(1996, 1, 1)
SUFFIXES: Final = (".warc", ".warc.gz")
MOST_OPEN_DAYS: Final = 32
_ADDRESSES: Final = ("http://", "https://", "urn:")
_HTML: Final = ("text/html", "application/xhtml+xml", "text/plain")


def replay(
    paths: Sequence[Path],
    archive: Path,
    run_id: str,
    now: datetime,
    source_id: str = "warc",
    report: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Copy the pages in WARC files, and in the WARC files of folders, into the archive; returns what the log counts.

    Pages are HTTP responses of status 2xx with HTML. Another response, a date in the future or before 1996, and the
    place where a file breaks off are rows of the log, of `now`'s day. Records that a crawl of ours wrote keep their
    source. Raises ArchiveError where a path does not exist or the archive cannot be written.
    """
    files = list(_warc_files(paths))
    with hold_archive(archive):
        copier = _Copier(archive, run_id, now.astimezone(UTC), source_id)
        try:
            for path in files:
                for found in read_records(path):
                    copier.take(found, path)
                report(copier.counts)
        except OSError as error:
            raise ArchiveError(f"cannot read {error.filename or 'a WARC file'}: {error.strerror}") from error
        finally:
            copier.close()
    return copier.counts


def _warc_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(inner for inner in path.rglob("*") if inner.name.endswith(SUFFIXES) and inner.is_file())
            if not found:
                raise ArchiveError(f"no WARC file (*.warc, *.warc.gz) in {path}; name the folder that holds them")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise ArchiveError(f"no such file or folder: {path}; name a WARC file or a folder of them")


class _Copier:
    """Copies records into the archive, one open WARC file a day."""

    def __init__(self, archive: Path, run_id: str, now: datetime, source_id: str) -> None:
        self.counts = Counts()
        self._archive, self._run_id, self._now, self._source_id = archive, run_id, now, source_id
        self._log = CrawlLog(archive, run_id)
        self._writers: dict[date, ArchiveWriter] = {}
        self._known: dict[date, set[tuple[str, datetime, str | None]]] = {}

    def take(self, found: Record | Damage, path: Path) -> None:
        """Copy one record, or log why not."""
        if isinstance(found, Damage):
            logger.warning("%s: %s at byte %d", path, found.reason, found.offset)
            self._refuse(path.resolve().as_uri(), f"{found.reason} at byte {found.offset}", is_error=True)
            return
        if found.type not in ("response", "revisit") or "application/http" not in found.fields.get("content-type", ""):
            return
        _, body = parse_head(found.block)
        digest = payload_digest(body)
        url = found.fields.get("warc-target-uri", "").strip("<>") or f"urn:{digest}"
        row = row_of_record(replace(found, fields={**found.fields, "warc-target-uri": url}), "")
        if row is None:
            self._refuse(url, f"no WARC-Date that is a date: {found.fields.get('warc-date', '')[:40]!r}")
        elif row.tried_at.date() < OLDEST_DAY or row.tried_at > self._now:
            self._refuse(url, f"WARC-Date {row.tried_at.isoformat()} is in the future or before {OLDEST_DAY.year}")
        elif not url.startswith(_ADDRESSES):
            self._refuse(url, "no address of a web page")
        elif found.type == "revisit":
            self._refuse(url, "a revisit record, which has no page of its own")
        elif row.status is None or not 200 <= row.status < 300:
            self._refuse(url, f"HTTP status {row.status}")
        elif row.content_type and not row.content_type.strip().lower().startswith(_HTML):
            self._refuse(url, f"no page, but {row.content_type[:60]}")
        else:
            self._copy(found, replace(row, digest=digest, source_id=row.source_id or self._source_id))

    def close(self) -> None:
        """Close every file."""
        for writer in self._writers.values():
            writer.close()
        self._log.close()

    def _copy(self, record: Record, row: LogRow) -> None:
        day = row.tried_at.date()
        known = self._known_on(day)
        key = (row.url, row.tried_at, row.digest)
        if key in known:
            self._count("skipped")
            return
        stored = self._writer_of(day).copy(record, row)
        self._log.append(
            replace(
                row,
                warc_file=stored.warc_file,
                warc_start=stored.warc_start,
                warc_offset=stored.warc_offset,
                warc_length=stored.warc_length,
                bytes=len(record.block),
            )
        )
        known.add(key)
        self._count(row.outcome, len(record.block))

    def _known_on(self, day: date) -> set[tuple[str, datetime, str | None]]:
        """What the archive holds of a day, after mending what a killed run left there."""
        if day not in self._known:
            mend_folder(self._archive, self._archive / day.isoformat(), {})
            self._known[day] = {
                (row.url, row.tried_at, row.digest) for row in read_log(self._archive, day) if row.warc_file
            }
        return self._known[day]

    def _writer_of(self, day: date) -> ArchiveWriter:
        writer = self._writers.pop(day, None)
        if writer is None:
            if len(self._writers) >= MOST_OPEN_DAYS:
                self._writers.pop(next(iter(self._writers))).close()
            writer = ArchiveWriter(self._archive, self._run_id, "none: replayed from WARC files")
        self._writers[day] = writer
        return writer

    def _refuse(self, url: str, reason: str, *, is_error: bool = False) -> None:
        outcome: Outcome = "error" if is_error else "skipped"
        self._log.append(LogRow(url, self._source_id, "story", self._now, outcome, reason))
        self._count(outcome)

    def _count(self, outcome: str, size: int = 0) -> None:
        counts = self.counts
        self.counts = replace(
            counts, tried=counts.tried + 1, bytes=counts.bytes + size, **{outcome: getattr(counts, outcome) + 1}
        )
