"""The ledger keeps the first id that a thing got, whatever comes later."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import WarehouseError
from warehouse.ledger import open_ledger

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_id_of_first_sight_stays(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.record("story", {"a": "1", "b": "2"}, NOW)
        ledger.record("story", {"a": "9", "c": "3"}, NOW)
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.identities("story") == {"a": "1", "b": "2", "c": "3"}
        assert ledger.identity("story", "a") == "1"
        assert ledger.identity("cluster", "a") is None


def test_merges_are_followed_to_the_id_that_stays(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.record_merges("cluster", [("b", "a", "same text"), ("c", "b", "same text")], NOW)
        assert ledger.merges("cluster") == {"b": "a", "c": "a"}


@pytest.mark.parametrize(
    "statement", ["delete from first_sights", "update first_sights set id = 'x'", "delete from merges"]
)
def test_nothing_can_be_taken_back(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as ledger:
        ledger.record("story", {"a": "1"}, NOW)
        ledger.record_merges("cluster", [("b", "a", "same text")], NOW)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_damaged_ledger_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(WarehouseError, match="restore it from a backup"), open_ledger(path):
        pass
