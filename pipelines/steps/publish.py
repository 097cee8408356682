"""Publish what the warehouse holds."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.steps.alert_readings import keep_readings
from pipelines.steps.alerting import alert_file, mirror_deliveries
from pipelines.workspace import Workspace
from warehouse.alert_ledger import open_alert_ledger
from warehouse.database import open_warehouse
from warehouse.publish import Snapshot, publish_snapshot

__all__ = ["publish"]


def publish(place: Workspace) -> Snapshot:
    """Swap in a new snapshot of the workspace's warehouse, with every alert sent so far, its statement as it reads now.

    Raises WarehouseError where there is no warehouse, or it cannot be read.
    """
    now = datetime.now(UTC)
    if place.warehouse.exists():
        with open_warehouse(place.warehouse) as connection, open_alert_ledger(place.ledger) as ledger:
            keep_readings(connection, ledger, alert_file(place), now)
            mirror_deliveries(connection, ledger)
    return publish_snapshot(place.warehouse, place.published, now)
