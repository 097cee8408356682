"""A statement that copies of one story carry is one, whoever each outlet's place makes its agency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.steps.mentions import StatementIdentities
from warehouse.database import open_warehouse
from warehouse.ledger import Ledger, open_ledger

NOW = datetime(2026, 3, 5, tzinfo=UTC)
WORDS = "We hold nobody on the word of an agent, with no judge behind it"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        connection.execute(
            "insert into sources (source_id, name, kind, registered) values ('wire', 'Wire', 'wire', true)"
        )
        for story_id, cluster_id in (("a", "one"), ("b", "one"), ("c", "two")):
            connection.execute(
                "insert into stories (story_id, cluster_id, revision_id, url, source_id, word_count, relevant, relevance_score, "
                "first_captured_at, last_captured_at, revision_count, rules_version) "
                "values ($1, $2, $1, $1, 'wire', 1, true, 1, now(), now(), 1, '1')",
                [story_id, cluster_id],
            )
        yield connection


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def said(
    quote: str, agency: str | None, name: str = "Washington County Sheriff's Office", speaker: str | None = None
) -> dict[str, Any]:
    named = {"agency_id": agency, "name": name} if agency else None
    return {"quote": quote, "agency": named, "speaker": speaker, "claimant": None, "said_at": None}


@pytest.mark.parametrize("agencies", [(None, None), ("us-ia-washington-sheriff", "us-or-washington-sheriff")])
def test_a_copy_makes_no_new_statement_of_an_agency_undecided_or_read_otherwise(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, agencies: tuple[str | None, str | None]
) -> None:
    load = StatementIdentities(connection, ledger, ["a", "b", "c"])
    first = load.statement_of("a", said(WORDS, agencies[0]), 0)
    assert load.statement_of("b", said(f"{WORDS}.", agencies[1]), 0) == first
    assert load.minted == {first}
    assert load.statement_of("c", said(WORDS, None), 0) != first, "another story's words are compared by agency alone"


def test_a_template_filled_anew_is_another_statement_for_each_agency_and_speaker(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger
) -> None:
    """An association's model release, sent out by one sheriff after another."""
    load = StatementIdentities(connection, ledger, ["a", "b"])
    marion = load.statement_of(
        "a", said(f"Marion: {WORDS}", "us-ia-marion-sheriff", "Marion County Sheriff's Office"), 0
    )
    linn = load.statement_of("b", said(f"Linn: {WORDS}", "us-ia-linn-sheriff", "Linn County Sheriff's Office"), 0)
    assert linn != marion
    worth, kessel = (
        load.statement_of(story, said("It is a matter of what the law lets us do", None, speaker=speaker), 0)
        for story, speaker in (("a", "Pat Worth"), ("b", "Bob Kessel"))
    )
    assert worth != kessel


def test_the_copies_of_an_earlier_load_are_known_from_the_ledger(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger
) -> None:
    before = StatementIdentities(connection, ledger, ["a"])
    first = before.statement_of("a", said(WORDS, None), 0)
    ledger.record("statement", before.first_sights, NOW)
    after = StatementIdentities(connection, ledger, ["b"])
    assert after.statement_of("b", said(WORDS, None), 0) == first
    assert after.minted == set()


def test_one_story_may_say_the_same_of_two_agencies(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    load = StatementIdentities(connection, ledger, ["a", "b"])
    two = [load.statement_of("a", said(WORDS, agency), place) for place, agency in enumerate(("reno", "sparks"))]
    assert len(set(two)) == 2
    assert [
        load.statement_of("b", said(WORDS, agency), place) for place, agency in enumerate(("reno", "sparks"))
    ] == two
