"""A warehouse with its own schema, and stories to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.copies.newsroom import Newsroom
from warehouse.database import open_warehouse


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        yield Newsroom(connection, tmp_path / "runs")
