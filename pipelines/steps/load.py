"""Load a day: say which story each document belongs to, then hand the day's rows to the warehouse in one transaction.

Identities come from the ledger where it knows them, so that a warehouse built anew has the same ids. The ledger is
written before the warehouse commits: a run killed in between finds its own ids again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.copies.clusters import update_clusters
from pipelines.copies.history import update_history
from pipelines.steps.alerting import alert_file, consider_statements, copy_to_ledger, mirror_deliveries
from pipelines.steps.identity import Identities
from pipelines.steps.imports import load_lists
from pipelines.steps.mentions import StatementIdentities, agency_rows, mention_rows
from pipelines.steps.pending import forget_loaded, mark_loaded
from pipelines.steps.publishers import read_publishers
from pipelines.steps.rows import Reading, fetch_rows, place_of, redirects, revision_rows, source_tables, tries_of
from pipelines.steps.tables import CAPTURES, DOCUMENTS, STORIES, read_note, read_rows
from pipelines.workspace import Profile, Workspace
from warehouse.alert_ledger import open_alert_ledger
from warehouse.corrections import apply_corrections
from warehouse.database import open_warehouse, transaction
from warehouse.ledger import Ledger, open_ledger
from warehouse.load import (
    ADDRESS_ROWS,
    AGENCY_ROWS,
    FETCH_ROWS,
    MENTION_ROWS,
    REVISION_ROWS,
    load_captures,
    load_counties,
    load_mentions,
    load_sources,
    refresh_statements,
    refresh_stories,
)

__all__ = ["LoadCounts", "load_day"]

SHOWN_TITLES = 10


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a day's load brought: captures in the archive, those with an outcome, stories touched, and some titles."""

    captures: int
    outcomes: int
    tries: int
    stories: int
    relevant: int
    mentions: int
    new_statements: int
    alerts: int
    titles: tuple[str, ...]


def load_day(place: Workspace, day: date, registry: Path) -> LoadCounts:
    """Load what the steps made of a day's captures.

    Raises WarehouseError where the warehouse is in use or the rows break its rules; nothing is then loaded.
    """
    captures = read_rows(place.step("captures", day), CAPTURES)
    documents = read_rows(place.step("documents", day), DOCUMENTS)
    stories = {place_of(row): row for row in read_rows(place.step("stories", day), STORIES)}
    publishers = read_publishers(registry)
    tries = tries_of(place.archive, day, captures)
    rules = alert_file(place)
    if not place.warehouse.exists():
        forget_loaded(place)
    with (
        open_ledger(place.ledger) as ledger,
        open_alert_ledger(place.ledger) as alert_ledger,
        open_warehouse(place.warehouse) as connection,
    ):
        with transaction(connection):
            load_counties(connection)
            load_lists(connection, place)
            identities = Identities(connection, ledger)
            readings = identify(identities, documents, stories, redirects(tries))
            ledger.record("story", identities.first_sights, datetime.now(UTC))
            fetches = fetch_rows(day, tries, captures, documents, readings, identities, publishers)
            load_sources(connection, *source_tables(publishers, fetches, tries))
            touched = load_captures(
                connection,
                day,
                pa.Table.from_pylist(fetches, schema=FETCH_ROWS),
                pa.Table.from_pylist(revision_rows(readings), schema=REVISION_ROWS),
                pa.Table.from_pylist(list(identities.address_rows()), schema=ADDRESS_ROWS),
            )
            refresh_stories(connection, touched)
            group_copies(connection, ledger, place.shingle_runs)
            statements = StatementIdentities(connection, ledger, (reading.story_id for reading in readings))
            mentions = mention_rows(readings, statements)
            stale = load_mentions(
                connection,
                touched,
                pa.Table.from_pylist(agency_rows(readings), schema=AGENCY_ROWS),
                pa.Table.from_pylist(mentions, schema=MENTION_ROWS),
            )
            refresh_statements(connection, stale)
            update_history(connection, touched)
            apply_corrections(connection, ledger)
            mirror_deliveries(connection, alert_ledger)
            alerts = consider_statements(connection, alert_ledger, touched, rules, time_of_load(place, captures))
        # After the commit: a run killed before it must find its statements as new as they were.
        ledger.record("statement", statements.first_sights, datetime.now(UTC))
        copy_to_ledger(connection, alert_ledger)
    mark_loaded(place, day, read_note(place.step("captures", day)))
    relevant = [reading for reading in readings if reading.story["relevant"]]
    with_outcome = {place_of(row) for row in fetches if row["reading"]}
    return LoadCounts(
        captures=len(captures),
        outcomes=sum(place_of(row) in with_outcome for row in captures),
        tries=len(fetches),
        stories=len({reading.story_id for reading in readings}),
        relevant=len({reading.story_id for reading in relevant}),
        mentions=len(mentions),
        new_statements=len(statements.minted),
        alerts=len(alerts),
        titles=tuple(dict.fromkeys(reading.document["title"] or reading.document["url"] for reading in relevant))[
            :SHOWN_TITLES
        ],
    )


def time_of_load(place: Workspace, captures: list[dict[str, Any]]) -> datetime:
    """The time now; in the sample, whose visits lie in the past, that of the visit whose captures are loaded."""
    if place.profile is Profile.SAMPLE and captures:
        latest: datetime = max(row["captured_at"] for row in captures)
        return latest
    return datetime.now(UTC)


def group_copies(connection: duckdb.DuckDBPyConnection, ledger: Ledger, runs: Path) -> None:
    """Bring clusters up to date; ids of first sight and merges go to the ledger."""
    merged = ledger.merges("cluster")
    known = {story: merged.get(cluster, cluster) for story, cluster in ledger.identities("cluster").items()}
    update = update_clusters(connection, known, runs)
    now = datetime.now(UTC)
    ledger.record("cluster", update.cluster_of, now)
    ledger.record_merges("cluster", [(each.merged_id, each.kept_id, each.reason) for each in update.merges], now)


def identify(
    identities: Identities,
    documents: list[dict[str, Any]],
    stories: Mapping[tuple[str, int], dict[str, Any]],
    redirected: Mapping[str, list[str]],
) -> list[Reading]:
    """Each readable document with its story, in the order of capture: ids must not depend on the order of files."""
    readings = []
    for document in sorted(documents, key=lambda row: (row["captured_at"], row["url"], *place_of(row))):
        story = stories.get(place_of(document))
        if document["failure"] is None and story is not None:
            story_id = identities.story_of(document, redirected.get(document["url"], []))
            readings.append(Reading(document, story, story_id))
    return readings
