"""What has become of the statements that alerted: corrections and reach are shown, and sent where asked for.

The ledger keeps the latest reading of each alert, since the feeds are written from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb

from crawler.counties import county_names
from pipelines.alerts.facts import Alert, Reading, read_alert, read_reading, write_alert, write_reading
from pipelines.alerts.raising import NEW, correct_alert
from pipelines.alerts.rules import AlertFile
from warehouse.alert_ledger import AlertLedger, HeardRow, PlannedRow, RaisedRow, ReadingRow
from warehouse.alerts import read_readings

__all__ = ["as_read_now", "keep_readings"]

# An alert older than this is left as it was read.
WATCHED = timedelta(days=30)


def keep_readings(connection: duckdb.DuckDBPyConnection, ledger: AlertLedger, file: AlertFile, now: datetime) -> int:
    """Bring readings that have changed into the ledger, and corrections for rules that ask for them. Returns how many.

    Asked for when everything is loaded: half a warehouse reads otherwise. A run killed in between does it again.
    """
    changed = list(changed_readings(connection, ledger, now))
    corrections = [
        alert
        for first, reading, before in changed
        if reading.sense != before.sense
        for alert in [correct_alert(first, reading, before, file, now)]
        if alert
    ]
    ledger.alerts.add_raised(
        [RaisedRow(each.alert_id, each.subject_id, now, write_alert(each)) for each in corrections],
        [
            PlannedRow(each.alert_id, plan.channel, plan.due_at, plan.digest_minutes)
            for each in corrections
            for plan in each.planned
        ],
        [HeardRow(each.subject_id, NEW, now) for each in corrections],
    )
    ledger.alerts.add_readings(ReadingRow(alert.alert_id, now, write_reading(reading)) for alert, reading, _ in changed)
    return len(changed)


def as_read_now(row: RaisedRow, readings: dict[str, str]) -> Alert:
    """An alert with its statement as it is read now; `readings` are the ledger's."""
    alert = read_alert(row.record)
    reading = readings.get(row.alert_id)
    if reading is None:
        return alert
    return replace(alert, facts=alert.facts.read_as(read_reading(reading), alert.facts.reading))


def changed_readings(
    connection: duckdb.DuckDBPyConnection, ledger: AlertLedger, now: datetime
) -> Iterator[tuple[Alert, Reading, Reading]]:
    """Alerts of late whose statements read otherwise than last known: with the reading now, and the one before."""
    known = ledger.alerts.readings()
    for row in read_readings(connection, now - WATCHED, list(known)):
        alert = read_alert(row.pop("record"))
        alert_id = row.pop("alert_id")
        reading = Reading(**row, county=county_names().get(row["county_fips"] or ""))
        before = read_reading(known[alert_id]) if alert_id in known else alert.facts.reading
        if (reading.sense, reading.story_count, reading.outlet_count) != (
            before.sense, before.story_count, before.outlet_count,
        ):  # fmt: skip
            yield alert, reading, before
