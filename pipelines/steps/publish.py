"""Publish what the warehouse holds."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.workspace import Workspace
from warehouse.publish import Snapshot, publish_snapshot

__all__ = ["publish"]


def publish(place: Workspace) -> Snapshot:
    """Swap in a new snapshot of the workspace's warehouse."""
    return publish_snapshot(place.warehouse, place.published, datetime.now(UTC))
