"""The ledger: one small append-only SQLite file with what the archive cannot give back.

It keeps the identity that a thing got at first sight, which identities were merged later, and what editors have set
right. Rows are only ever added,
idempotently; triggers refuse anything else. It is backed up with the archive: the two rebuild everything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.errors import WarehouseError

__all__ = ["Ledger", "open_ledger", "open_ledger_file"]

SCHEMA = """
create table if not exists first_sights (
    kind text not null, key text not null, id text not null, seen_at text not null,
    primary key (kind, key)
) without rowid;
create table if not exists merges (
    kind text not null, merged_id text not null, kept_id text not null, merged_at text not null, reason text not null,
    primary key (kind, merged_id, kept_id)
) without rowid;
create table if not exists corrections (
    correction_id text not null primary key, statement_id text not null, corrected_at text not null, record text not null
) without rowid;
create trigger if not exists corrections_stay before update on corrections
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists corrections_last before delete on corrections
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists first_sights_stay before update on first_sights
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists first_sights_last before delete on first_sights
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists merges_stay before update on merges
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists merges_last before delete on merges
    begin select raise(abort, 'the ledger is append-only'); end;
"""
WAIT_SECONDS = 60.0


class Ledger:
    """Identities of first sight by kind (`story`, `cluster`, `statement`) and key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def identity(self, kind: str, key: str) -> str | None:
        """The id that a key got at first sight, None for a key never seen."""
        row = self._connection.execute("select id from first_sights where kind = ? and key = ?", [kind, key]).fetchone()
        return str(row[0]) if row else None

    def identities(self, kind: str) -> dict[str, str]:
        """Every key of a kind with the id that it got at first sight."""
        return dict(self._connection.execute("select key, id from first_sights where kind = ?", [kind]))

    def identities_under(self, kind: str, prefix: str) -> dict[str, str]:
        """The keys of a kind that begin with `prefix`, with their ids, in order of key."""
        rows = self._connection.execute(
            "select key, id from first_sights where kind = ? and key >= ? and key < ? order by key",
            [kind, prefix, prefix + "\U0010ffff"],
        )
        return dict(rows)

    def record(self, kind: str, identities: Mapping[str, str], seen_at: datetime) -> None:
        """Keep the ids of keys not seen before; a key that is known keeps the id that it has."""
        rows = [(kind, key, identity, seen_at.isoformat()) for key, identity in identities.items()]
        with self._connection:
            self._connection.executemany("insert or ignore into first_sights values (?, ?, ?, ?)", rows)

    def merges(self, kind: str) -> dict[str, str]:
        """Every merged id of a kind with the id that stays, followed to the end of the chain."""
        steps = dict(
            self._connection.execute(
                "select merged_id, kept_id from merges where kind = ? order by merged_at, kept_id", [kind]
            )
        )
        return {merged: _last(steps, merged) for merged in steps}

    def record_merges(self, kind: str, merges: Iterable[tuple[str, str, str]], merged_at: datetime) -> None:
        """Keep merges given as (merged id, id that stays, reason)."""
        rows = [(kind, merged, kept, merged_at.isoformat(), reason) for merged, kept, reason in merges]
        with self._connection:
            self._connection.executemany("insert or ignore into merges values (?, ?, ?, ?, ?)", rows)

    def corrections(self) -> list[dict[str, Any]]:
        """What editors have set right, oldest first, as it was recorded."""
        rows = self._connection.execute("select record from corrections order by corrected_at, correction_id")
        return [json.loads(row[0]) for row in rows]

    def record_correction(self, record: Mapping[str, Any]) -> None:
        """Keep a correction; its keys `correction_id`, `statement_id` and `corrected_at` (ISO 8601) are needed."""
        key = [record["correction_id"], record["statement_id"], record["corrected_at"]]
        with self._connection:
            self._connection.execute(
                "insert or ignore into corrections values (?, ?, ?, ?)", [*key, json.dumps(record, ensure_ascii=False)]
            )


def _last(steps: Mapping[str, str], identity: str) -> str:
    seen = {identity}
    while identity in steps and steps[identity] not in seen:
        identity = steps[identity]
        seen.add(identity)
    return identity


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """The ledger at `path`, created where it is missing. Raises WarehouseError where it cannot be opened."""
    with open_ledger_file(path, lambda connection: connection.executescript(SCHEMA)) as connection:
        yield Ledger(connection)


@contextmanager
def open_ledger_file(path: Path, prepare: Callable[[sqlite3.Connection], object]) -> Iterator[sqlite3.Connection]:
    """The ledger's file, created where it is missing, with the tables that `prepare` makes.

    Raises WarehouseError where it cannot be opened.
    """
    try:
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
        prepare(connection)
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise WarehouseError(f"{path} is in use by another process: wait for it to end") from error
        raise WarehouseError(f"{path} cannot be opened as the ledger ({error}): restore it from a backup") from error
    try:
        yield connection
    finally:
        connection.close()
