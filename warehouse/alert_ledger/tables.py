"""The alerts' tables in the ledger's file: made where they are missing, and append-only from then on."""

from __future__ import annotations

import sqlite3

__all__ = ["count", "make_tables"]

TABLES = """
create table if not exists alerts (
    seq integer primary key, alert_id text not null unique, subject_id text not null, raised_at text not null,
    record text not null
);
create table if not exists heard (
    seq integer primary key, subject_id text not null unique, outcome text not null, heard_at text not null
);
create table if not exists readings (
    seq integer primary key, alert_id text not null, at text not null, record text not null
);
create index if not exists readings_of_alert on readings (alert_id);
create table if not exists alert_channels (
    alert_id text not null, channel text not null, due_at text not null, digest_minutes integer not null,
    primary key (channel, alert_id)
) without rowid;
create table if not exists messages (
    seq integer primary key, message_id text not null unique, channel text not null, kind text not null,
    created_at text not null, language text not null, body text not null
);
create index if not exists messages_of_channel on messages (channel, kind);
create table if not exists message_alerts (
    channel text not null, alert_id text not null, copy integer not null, message_id text not null,
    primary key (channel, alert_id, copy)
) without rowid;
create index if not exists alerts_of_message on message_alerts (message_id);
create table if not exists deliveries (
    seq integer primary key, message_id text not null, channel text not null, attempt integer not null,
    at text not null, outcome text not null check (outcome in ('sent', 'failed', 'parked', 'withheld')),
    detail text not null, retry_at text, hold_until text
);
create index if not exists deliveries_of_message on deliveries (message_id);
create index if not exists deliveries_of_channel on deliveries (channel);
create table if not exists receipts (
    seq integer primary key, message_id text not null, recipient text not null, unique (message_id, recipient)
);
create table if not exists resends (
    seq integer primary key, alert_id text not null, channel text not null, copy integer not null, at text not null,
    unique (channel, alert_id, copy)
);
create table if not exists acks (
    seq integer primary key, alert_id text not null, at text not null, by text not null, note text not null
);
create index if not exists acks_of_alert on acks (alert_id);
create table if not exists mutes (
    seq integer primary key, what text not null, name text not null, at text not null, until text not null,
    by text not null
);
create table if not exists notices (
    seq integer primary key, notice_id text not null unique, at text not null, heading text not null, text text not null
);
"""
APPEND_ONLY = """
create trigger if not exists {table}_stay before update on {table}
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists {table}_last before delete on {table}
    begin select raise(abort, 'the ledger is append-only'); end;
"""
NAMES = (
    "alerts", "heard", "alert_channels", "messages", "message_alerts", "deliveries", "resends", "acks", "mutes",
    "notices", "readings", "receipts",
)  # fmt: skip


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables and their triggers unless the last of them stands. Raises sqlite3.Error."""
    if not connection.execute("select 1 from sqlite_master where name = ?", [f"{NAMES[-1]}_last"]).fetchone():
        triggers = "".join(APPEND_ONLY.format(table=name) for name in NAMES)
        connection.executescript(f"begin immediate; {TABLES} {triggers} commit;")


def count(connection: sqlite3.Connection, query: str, *values: object) -> int:
    """The one number that a query gives."""
    return int(connection.execute(query, values).fetchone()[0])
