"""What the operator must know of the published snapshot: dead sources, a crawl that stands still, slips in the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from pipelines.alerts.facts import content_id
from pipelines.alerts.rules import AlertFile
from pipelines.steps.rule_names import unknown_names
from pipelines.workspace import Profile, Workspace
from warehouse.alert_ledger import AlertLedger, NoticeRow
from warehouse.snapshot import open_snapshot

__all__ = ["Notice", "published_notices", "tell"]

# A source is dead when it has given nothing but errors for this long.
DEAD = timedelta(days=2)
IDLE = timedelta(hours=24)
NAMED = 20
DEAD_SOURCES = """
with seen as (
    select
        source_id,
        min(tried_at) as first_try,
        max(tried_at) as last_try,
        max(tried_at) filter (where outcome in ('captured', 'unchanged', 'redirected')) as last_answer
    from fetches
    where purpose <> 'robots'
    group by source_id
)
select source_id, last_answer
from seen
where last_try - coalesce(last_answer, first_try) > $dead
    and $now - last_try < $dead
order by source_id
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for the operator; what has the same id is told once."""

    notice_id: str
    heading: str
    text: str


def published_notices(place: Workspace, file: AlertFile, now: datetime) -> list[Notice]:
    """What the snapshot has for the operator; nothing while nothing is published. Raises WarehouseError."""
    if not place.published.exists():
        return []
    with open_snapshot(place.published) as connection:
        found = [*dead_sources(connection, now), *unknown_in_rules(connection, file, now)]
        return found + (list(idle_crawl(connection, now)) if place.profile is Profile.LIVE else [])


def tell(ledger: AlertLedger, found: Notice, now: datetime) -> None:
    """Keep a notice, once for each id."""
    ledger.notes.add_notice(NoticeRow(found.notice_id, now, found.heading, found.text))


def dead_sources(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Notice]:
    """Sources that are still tried and have not answered for two days: told when they change, and once a week."""
    dead = connection.execute(DEAD_SOURCES, {"dead": DEAD, "now": now}).fetchall()
    if dead:
        since = [f"{source} ({f'since {at:%Y-%m-%d %H:%M}' if at else 'never answered'})" for source, at in dead]
        more = f" and {len(dead) - NAMED} more" if len(dead) > NAMED else ""
        yield Notice(
            content_id("dead", f"{now:%G-%V}", *since),
            f"{len(dead)} sources are dead" if len(dead) > 1 else f"source {dead[0][0]} is dead",
            f"No answer, in UTC: {', '.join(since[:NAMED])}{more}. Look with `badgewire sources check`",
        )


def unknown_in_rules(connection: duckdb.DuckDBPyConnection, file: AlertFile, now: datetime) -> Iterator[Notice]:
    """Agencies and sources in `alerts.yml` that were never published: told when they change, and once a week."""
    unknown = unknown_names(connection, file)
    if unknown:
        heading = "alerts.yml names what is not known"
        yield Notice(content_id("unknown", f"{now:%G-%V}", *unknown), heading, "; ".join(unknown[:NAMED]))


def idle_crawl(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Notice]:
    """A crawl that has tried nothing for a day, however it was started: told once a day."""
    row = connection.execute("select max(tried_at) from fetches").fetchone()
    last = row[0].astimezone(UTC) if row and row[0] else None
    if last and now - last > IDLE:
        text = f"Nothing published was tried after {last:%Y-%m-%d %H:%M} UTC: see `badgewire ui` or your cron"
        yield Notice(content_id("idle", f"{now:%Y-%m-%d}"), "nothing is crawled", text)
