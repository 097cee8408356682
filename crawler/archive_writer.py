"""Append to the archive: one WARC file at a time, rolled by size and UTC day, each exchange in a single write.

Also mends what a killed run left behind: the torn record at the end of a file is cut off, and records that the log
does not name get their rows. Only the process that holds the archive's lock may do either.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler import warc
from crawler.archive import WARC_SUFFIX, logged_records, row_of_record, run_of, unlogged_records, warc_files
from crawler.crawl_log import CrawlLog, LogRow, day_folder
from crawler.errors import ArchiveError
from crawler.warc import Damage, Exchange, Record

__all__ = ["ROLL_BYTES", "ArchiveWriter", "Earlier", "Stored", "hold_archive", "mend_folder"]

ROLL_BYTES: Final = 512 * 1024 * 1024
SOFTWARE: Final = "Badgewire"
LOCK_SECONDS: Final = 3.0
LOCK_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last capture of an address that has a body, and the validators that came with it."""

    url: str
    captured_at: datetime
    digest: str | None
    etag: str | None
    last_modified: str | None
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an exchange lies; `warc_type` is `response` or `revisit`, `digest` that of the body it stands for."""

    warc_type: str
    warc_file: str
    warc_start: int
    warc_offset: int
    warc_length: int
    digest: str | None


class ArchiveWriter:
    """Writes exchanges to `archive/DAY/RUN_ID-NNNN.warc.gz`. Raises ArchiveError where the disk refuses."""

    def __init__(self, archive: Path, run_id: str, user_agent: str, roll_bytes: int = ROLL_BYTES) -> None:
        self._archive, self._run_id, self._user_agent, self._roll_bytes = archive, run_id, user_agent, roll_bytes
        self._path: Path | None = None
        self._descriptor = -1
        self._size = 0

    def store(self, exchange: Exchange, source_id: str, purpose: str, earlier: Earlier | None) -> Stored:
        """Write the request and the response, or a revisit record where the body is that of `earlier`."""
        extra = {"Badgewire-Source": source_id, "Badgewire-Purpose": purpose}
        ids = warc.new_ids()
        digest = None if exchange.status == 304 else warc.payload_digest(exchange.body)
        same = earlier is not None and not exchange.truncated and digest == earlier.digest and exchange.status == 200
        if exchange.status == 304 or same:
            digest = earlier.digest if earlier else None
            first = (earlier.url, earlier.captured_at) if earlier else None
            kind, answer = "revisit", warc.build_revisit(exchange, digest, first, ids, extra)
        else:
            kind, answer = "response", warc.build_response(exchange, digest or "", ids, extra)
        request = warc.build_request(exchange, ids[0], ids[1], extra)
        path, start = self._append(exchange.fetched_at, request + answer)
        name = path.relative_to(self._archive).as_posix()
        return Stored(kind, name, start, start + len(request), len(answer), digest)

    def copy(self, record: Record, row: LogRow) -> Stored:
        """Write a response record of another archive, its block as it is, under the row's URL, date and source."""
        extra = {"Badgewire-Source": row.source_id, "Badgewire-Purpose": row.purpose}
        answer = warc.build_copy(record, row.url, row.tried_at, row.digest or "", extra)
        path, start = self._append(row.tried_at, answer)
        return Stored("response", path.relative_to(self._archive).as_posix(), start, start, len(answer), row.digest)

    def close(self) -> None:
        """Bring the open file to the disk and close it."""
        if self._descriptor >= 0:
            with suppress(OSError):  # every record is written already; what fsync cannot promise, the next run reads
                os.fsync(self._descriptor)
            os.close(self._descriptor)
        self._path, self._descriptor, self._size = None, -1, 0

    def _append(self, moment: datetime, data: bytes) -> tuple[Path, int]:
        folder = day_folder(self._archive, moment)
        path = self._path
        try:
            if path is None or path.parent != folder or self._size >= self._roll_bytes:
                path = self._open_next(folder, moment)
            start = self._size
            self._write(data)
        except OSError as error:
            place = path or folder
            raise ArchiveError(
                f"cannot write the archive at {place}: {error.strerror or error}; make room or mend its rights, then "
                "run again: what is archived stays, and is not fetched twice"
            ) from error
        return path, start

    def _open_next(self, folder: Path, moment: datetime) -> Path:
        self.close()
        folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            path = folder / f"{self._run_id}-{number:04d}{WARC_SUFFIX}"
            try:
                self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                break
            except FileExistsError:
                number += 1
        self._path = path
        self._write(warc.build_info(moment, path.name, SOFTWARE, self._user_agent))
        return path

    def _write(self, data: bytes) -> None:
        """Write all of it or nothing: what a full disk took of it is cut off again."""
        view = memoryview(data)
        done = 0
        try:
            while done < len(view):
                done += os.write(self._descriptor, view[done:])
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
                os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise
        self._size += len(view)


@contextmanager
def hold_archive(archive: Path) -> Iterator[None]:
    """Be the only writer of an archive; raises ArchiveError where another run is.

    A crawl whose parent was killed needs a moment to end: that long it is waited for.
    """
    path = archive / ".lock"
    try:
        archive.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(f"cannot write the archive at {archive}: {error.strerror}; mend its rights") from error
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _locked(descriptor):
            if time.monotonic() > deadline:
                raise ArchiveError(f"another run is writing the archive at {archive}; wait until it has ended")
            time.sleep(LOCK_LOOK_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def mend_folder(archive: Path, folder: Path, sizes: dict[str, int]) -> dict[str, int]:
    """Mend the WARC files of a day's folder whose size is not that in `sizes`; returns the sizes of all of them.

    The lock must be held. A torn last record is cut off; a record that no log names is given its row.
    """
    found_sizes: dict[str, int] = {}
    logged: dict[str, list[LogRow]] | None = None
    for path in warc_files(folder):
        name = path.relative_to(archive).as_posix()
        size = path.stat().st_size
        if sizes.get(name) != size:
            logged = logged_records(folder) if logged is None else logged
            log = CrawlLog(archive, run_of(path) or path.name.removesuffix(WARC_SUFFIX))
            rows = logged.get(name, [])
            last = (rows[-1].warc_offset or 0) + (rows[-1].warc_length or 0) if rows else 0
            for found in unlogged_records(path, rows):
                if isinstance(found, Damage):
                    if found.reason == warc.TORN and found.offset >= last and _is_ours(path):
                        os.truncate(path, found.offset)
                elif (row := row_of_record(found, name)) is not None:
                    log.append(row)
            log.close()
            size = path.stat().st_size
        found_sizes[name] = size
    return found_sizes


def _is_ours(path: Path) -> bool:
    """Whether a run of ours wrote the file: what others put into the archive is left as it is."""
    first = next(warc.read_records(path), None)
    return first is None or isinstance(first, Damage) or f"software: {SOFTWARE}".encode() in first.block
