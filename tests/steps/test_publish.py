"""Publishing from a workspace in which nothing was loaded yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import WarehouseError
from pipelines.steps.publish import publish
from pipelines.workspace import Profile, Workspace


def test_without_a_warehouse_nothing_is_published_and_none_is_made(tmp_path: Path) -> None:
    place = Workspace(Profile.LIVE, tmp_path / "live").create()
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb does not exist: run `badgewire run` first"):
        publish(place)
    assert not place.warehouse.exists()
    assert not place.published.exists()
