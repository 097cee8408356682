"""A warehouse with its own schema, and stories to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.copies.newsroom import Newsroom
from warehouse.database import open_warehouse


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with open_warehouse(Path(":memory:")) as connection:
        yield Newsroom(connection)
