"""What the crawler remembers from run to run, and which addresses are due.

The state is a SQLite file that holds nothing of its own: `catch_up` brings it up to date from the crawl logs in the
archive, from the first row where the file is missing. So a run need not save anything, and may be killed anywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

from crawler.addresses import address_key, fetchable_url
from crawler.archive_writer import Earlier, mend_folder
from crawler.crawl_log import LOG_SUFFIX, LogRow, Purpose, read_rows
from crawler.errors import ArchiveError
from crawler.registry import EndpointKind

__all__ = ["REFETCH_AGES", "Frontier", "Known", "is_due"]

REFETCH_AGES: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
FAILURES_UNTIL_DEAD: Final = 3
_VERSION: Final = 2

_SCHEMA: Final = """
create table addresses (
    purpose text not null,
    key text not null,
    url text not null,
    source_id text not null,
    endpoint text,
    first_tried real not null,
    last_tried real not null,
    outcome text not null,
    first_captured real,
    captured_url text,
    captured_at real,
    digest text,
    etag text,
    last_modified text,
    warc_file text,
    warc_offset integer,
    location text,
    primary key (purpose, key)
) without rowid;
create index addresses_first_captured on addresses (first_captured) where purpose = 'story';
create table endpoints (
    source_id text not null,
    url text not null,
    kind text not null,
    last_good real,
    failures integer not null,
    primary key (source_id, url)
) without rowid;
create table logs (path text primary key, read_bytes integer not null) without rowid;
create table warc_files (path text primary key, bytes integer not null) without rowid;
"""

_SELECT: Final = """
select url, source_id, endpoint, first_tried, last_tried, outcome, first_captured, location, captured_url, captured_at,
       digest, etag, last_modified, warc_file, warc_offset
from addresses
"""

_UPSERT: Final = """
insert into addresses values (
    :purpose, :key, :url, :source_id, :endpoint, :tried, :tried, :outcome, :captured,
    :body_url, :body_at, :digest, :etag, :last_modified, :warc_file, :warc_offset, :location
)
on conflict (purpose, key) do update set
    first_tried = min(first_tried, excluded.first_tried),
    outcome = case when excluded.last_tried >= last_tried then excluded.outcome else outcome end,
    location = case when excluded.last_tried >= last_tried then excluded.location else location end,
    last_tried = max(last_tried, excluded.last_tried),
    first_captured = min(coalesce(first_captured, excluded.first_captured),
                         coalesce(excluded.first_captured, first_captured))
"""

_UPDATE_BODY: Final = """
update addresses
set captured_url = :body_url, captured_at = :body_at, digest = :digest, etag = :etag,
    last_modified = :last_modified, warc_file = :warc_file, warc_offset = :warc_offset
where purpose = :purpose and key = :key and coalesce(captured_at, 0) <= :body_at
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one address. `first_captured` is None where it was never captured."""

    url: str
    source_id: str
    endpoint: str | None
    first_tried: datetime
    last_tried: datetime
    outcome: str
    first_captured: datetime | None
    location: str | None
    earlier: Earlier | None


def is_due(first: datetime, last: datetime, now: datetime) -> bool:
    """Whether an age of REFETCH_AGES has passed since the first capture (or try) and not been answered by a try.

    One try answers every age passed so far, so that a missed run is not made up for twice.
    """
    return any(last < first + age <= now for age in REFETCH_AGES)


class Frontier:
    """The remembered addresses and endpoints of one archive. Raises ArchiveError where the state cannot be used."""

    def __init__(self, archive: Path, state: Path) -> None:
        self._archive, self._state = archive, state
        try:
            state.parent.mkdir(parents=True, exist_ok=True)
            self._database = self._open()
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(f"cannot open the crawl state {state}: {error}; delete it, it is rebuilt") from error

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._state, timeout=10)
        try:
            version = database.execute("pragma user_version").fetchone()[0]
        except sqlite3.DatabaseError:  # not a database: a cache is no loss
            version = -1
        if version != _VERSION:
            database.close()
            self._state.unlink(missing_ok=True)
            database = sqlite3.connect(self._state, timeout=10)
            database.executescript(_SCHEMA)
            database.execute(f"pragma user_version = {_VERSION}")
            database.commit()
        return database

    def catch_up(self) -> None:
        """Mend what killed runs left, then read the rows that logs have gained. The archive's lock must be held."""
        database = self._database
        try:
            with database:
                sizes = dict(database.execute("select path, bytes from warc_files"))
                read = dict(database.execute("select path, read_bytes from logs"))
                for folder in sorted(path for path in self._archive.iterdir() if path.is_dir()):
                    mended = mend_folder(self._archive, folder, sizes)
                    database.executemany("insert or replace into warc_files values (?, ?)", mended.items())
                    news: list[LogRow] = []
                    for log in folder.glob(f"*{LOG_SUFFIX}"):
                        name = log.relative_to(self._archive).as_posix()
                        if read.get(name, 0) != log.stat().st_size:
                            rows, end = read_rows(log, read.get(name, 0))
                            news.extend(rows)
                            database.execute("insert or replace into logs values (?, ?)", (name, end))
                    for row in sorted(news, key=lambda row: row.tried_at):
                        self._remember(row)
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(f"cannot bring {self._state} up to date from {self._archive}: {error}") from error

    def story(self, url: str) -> Known | None:
        """What is remembered of a story's address."""
        return self._known("story", address_key(url))

    def page(self, purpose: Purpose, url: str) -> Known | None:
        """What is remembered of an endpoint, a homepage or a robots file, by its exact URL."""
        return self._known(_family(purpose), url)

    def due_stories(self, source_ids: frozenset[str], now: datetime) -> Iterator[Known]:
        """Captured stories of these sources that are to be fetched again, those first captured first."""
        rows = self._database.execute(
            _SELECT + "where purpose = 'story' and first_captured is not null "
            "and first_captured <= ? and last_tried < first_captured + ? order by first_captured, key",
            ((now - REFETCH_AGES[0]).timestamp(), REFETCH_AGES[-1].total_seconds()),
        ).fetchall()
        for row in rows:
            known = _known(row)
            first = known.first_captured
            if known.source_id in source_ids and first is not None and is_due(first, known.last_tried, now):
                yield known

    def owing_endpoints(self, now: datetime) -> frozenset[str]:
        """The endpoints that named a story which failed, was never captured since, and is to be tried again."""
        rows = self._database.execute(
            "select endpoint, first_tried, last_tried from addresses where purpose = 'story' and outcome = 'error' "
            "and first_captured is null and endpoint is not null and last_tried < first_tried + ?",
            (REFETCH_AGES[-1].total_seconds(),),
        )
        return frozenset(url for url, first, last in rows if is_due(_moment(first), _moment(last), now))

    def endpoints(self, source_id: str) -> list[tuple[str, EndpointKind, bool]]:
        """The endpoints of a source that have been tried: URL, kind, and whether it is alive, best first."""
        rows = self._database.execute(
            "select url, kind, last_good is not null and failures < ? from endpoints where source_id = ? "
            "order by last_good desc, url",
            (FAILURES_UNTIL_DEAD, source_id),
        )
        return [(url, cast("EndpointKind", kind), bool(alive)) for url, kind, alive in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _known(self, purpose: str, key: str) -> Known | None:
        row = self._database.execute(_SELECT + "where purpose = ? and key = ?", (purpose, key)).fetchone()
        return _known(row) if row else None

    def _remember(self, row: LogRow) -> None:
        if row.outcome == "skipped":
            return
        tried = row.tried_at.timestamp()
        has_body = row.outcome == "captured" and row.warc_type == "response"
        values = {
            "purpose": _family(row.purpose),
            "key": address_key(row.url) if row.purpose == "story" else row.url,
            "url": row.url,
            "source_id": row.source_id,
            "endpoint": row.endpoint,
            "tried": tried,
            "outcome": row.outcome,
            "captured": tried if row.outcome in ("captured", "unchanged") else None,
            "body_url": row.url if has_body else None,
            "body_at": tried if has_body else None,
            "digest": row.digest if has_body else None,
            "etag": row.etag if has_body else None,
            "last_modified": row.last_modified if has_body else None,
            "warc_file": row.warc_file if has_body else None,
            "warc_offset": row.warc_offset if has_body else None,
            "location": fetchable_url(row.location, row.url) if row.location else None,
        }
        self._database.execute(_UPSERT, values)
        if has_body:
            self._database.execute(_UPDATE_BODY, values)
        elif row.outcome == "unchanged" and (row.etag or row.last_modified):
            self._database.execute(
                "update addresses set etag = coalesce(:etag, etag), last_modified = coalesce(:modified, last_modified) "
                "where purpose = :purpose and key = :key and captured_at <= :tried",
                {**values, "etag": row.etag, "modified": row.last_modified},
            )
        if row.kind is not None:
            is_good = row.outcome in ("captured", "unchanged")
            self._database.execute(
                "insert into endpoints values (?1, ?2, ?3, ?4, ?5) on conflict (source_id, url) do update set "
                "kind = excluded.kind, last_good = coalesce(excluded.last_good, last_good), "
                "failures = case when ?4 is null then failures + 1 else 0 end",
                (row.source_id, row.url, row.kind, tried if is_good else None, 0 if is_good else 1),
            )


def _known(row: tuple) -> Known:  # type: ignore[type-arg]
    url, source_id, endpoint, first_tried, last_tried, outcome, first_captured, location, *body = row
    captured_url, captured_at, digest, etag, last_modified, warc_file, warc_offset = body
    earlier = None
    if captured_at is not None and warc_file is not None:
        earlier = Earlier(captured_url, _moment(captured_at), digest, etag, last_modified, warc_file, warc_offset)
    return Known(
        url=url,
        source_id=source_id,
        endpoint=endpoint,
        first_tried=_moment(first_tried),
        last_tried=_moment(last_tried),
        outcome=outcome,
        first_captured=None if first_captured is None else _moment(first_captured),
        location=location,
        earlier=earlier,
    )


def _family(purpose: Purpose) -> str:
    """What is remembered together: a feed is one address, whether found just now or long known."""
    return "endpoint" if purpose == "discovery" else purpose


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
