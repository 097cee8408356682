"""A small warehouse whose rows are known, built by naming what matters of each."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.database import open_warehouse

Row = tuple[Any, ...]


def noon(day: str) -> datetime:
    """Noon of a day, UTC."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=12)


class World:
    """Adds rows to a warehouse; whatever a test does not name has a harmless value."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._number = 0

    def insert(self, table: str, **values: Any) -> None:
        """One row of a table."""
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        """What a query answers."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def source(self, source_id: str, state: str | None = "CA", **more: Any) -> None:
        self.insert(
            "sources",
            **{
                "source_id": source_id,
                "name": source_id.title(),
                "kind": "outlet",
                "state": state,
                "registered": True,
                **more,
            },
        )

    def fetch(self, source_id: str, day: str, url: str, **more: Any) -> None:
        self._number += 1
        self.insert(
            "fetches",
            **{
                "fetch_id": f"f{self._number}", "day": day, "source_id": source_id, "purpose": "story", "url": url,
                "tried_at": noon(day), "outcome": "captured", "reading": "off topic", "run_id": "r", **more,
            },
        )  # fmt: skip

    def story(
        self, story_id: str, source_id: str, day: str, cluster: str | None = None, text: str = "Words.", **more: Any
    ) -> None:
        common = {"title": f"Title of {story_id}", "published_at": noon(day), "relevant": True, "relevance_score": 0.9,
                  "word_count": 1, "first_captured_at": noon(day), "last_captured_at": noon(day), "rules_version": "1"}  # fmt: skip
        common |= more
        self.insert("stories", story_id=story_id, cluster_id=cluster or story_id, revision_id=f"{story_id}-r", revision_count=1,
                    url=f"https://{source_id}.example/{story_id}", source_id=source_id, **common)  # fmt: skip
        self.insert("story_revisions", revision_id=f"{story_id}-r", story_id=story_id, text=text, text_hash="h", extractor="x",
                    relevance_evidence="[]", warc_file="w", warc_offset=0, run_id="r", **common)  # fmt: skip
        self.fetch(source_id, common["first_captured_at"].date().isoformat(), f"https://{source_id}.example/{story_id}",
                   reading="story", story_id=story_id)  # fmt: skip

    def agency(self, agency_id: str, state: str = "CA", county: str | None = None, **more: Any) -> None:
        self.insert("agencies", **{"agency_id": agency_id, "name": agency_id.title(), "kind": "sheriff", "state": state,
                                   "county_fips": county, "origin": "register", **more})  # fmt: skip

    def statement(
        self,
        statement_id: str,
        agency_id: str | None,
        day: str,
        stance: str,
        stories: tuple[str, ...] = (),
        **more: Any,
    ) -> None:
        values = {
            "statement_id": statement_id, "agency_id": agency_id, "agency_candidates": "[]", "kind": "speech", "stance": stance,
            "direct": False, "quote": f"Words of {statement_id}", "said_at": noon(day), "first_published_at": noon(day),
            "first_captured_at": noon(day), "mention_count": 1, "story_count": 1, "cluster_count": 1, "confidence": 0.8,
            "evidence": "[]", "rules_version": "1", **more,
        }  # fmt: skip
        self.insert("statements", **values)
        for number, story_id in enumerate(stories):
            self.mention(f"{statement_id}-{number}", statement_id, story_id, values)

    def mention(self, mention_id: str, statement_id: str, story_id: str, values: dict[str, Any]) -> None:
        columns = {
            row[0]
            for row in self.rows("select column_name from duckdb_columns() where table_name = 'statement_mentions'")
        }
        known = {"mention_id": mention_id, "statement_id": statement_id, "story_id": story_id, "revision_id": f"{story_id}-r",
                 "char_start": 0, "char_end": 5, "quote": "Words", "rules_version": "1"}  # fmt: skip
        self.insert(
            "statement_mentions", **known, **{k: v for k, v in values.items() if k in columns and k not in known}
        )

    def agreement(self, agency_id: str, model: str, first: str, last: str, **more: Any) -> None:
        self.insert("agreements", **{"agreement_id": f"{agency_id}:{model}", "agency_id": agency_id, "model": model, "status": "active",
                                     "signed_on": first, "first_seen_on": first, "last_seen_on": last, "listed_name": agency_id,
                                     "list_file": "l.csv", "rules_version": "1", **more})  # fmt: skip


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new warehouse, laid once for all tests: each copies it."""
    path = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    with open_warehouse(path):
        pass
    return path


@pytest.fixture(autouse=True)
def snapshots_begin_as_copies(empty_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a snapshot begin as a copy of that file, too, rather than lay every table and view for itself."""

    def open_copy(path: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return open_warehouse(Path(shutil.copy(empty_warehouse, path)))

    monkeypatch.setattr("warehouse.publish.open_warehouse", open_copy)


@pytest.fixture
def world_path(tmp_path: Path, empty_warehouse: Path) -> Path:
    return Path(shutil.copy(empty_warehouse, tmp_path / "warehouse.duckdb"))


@pytest.fixture
def world(world_path: Path) -> Iterator[World]:
    with open_warehouse(world_path) as connection:
        yield World(connection)
