"""A correction holds over every load and rules version, is known by name and reason, and shows what had been read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.errors import WarehouseError
from warehouse.corrections import AgencyRow, Correction, apply_corrections, correct_statement, export_corrections
from warehouse.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from tests.warehouse.conftest import World

NOW = datetime(2026, 3, 5, tzinfo=UTC)
COUNTY = AgencyRow("tx-two", "Second Sheriff", "sheriff", "TX", "48203", None)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


@pytest.fixture
def town(world: "World") -> "World":
    world.source("herald")
    world.agency("ca-one")
    world.story("a", "herald", "2026-03-01", text="Words and more words around them.")
    world.statement("s1", "ca-one", "2026-03-01", "refuses", ("a",))
    return world


def correction(**more: object) -> Correction:
    values = {
        "statement_id": "s1",
        "stance": None,
        "agency": None,
        "rejected": False,
        "corrected_by": "Ed",
        "why": "She said no",
        "corrected_at": NOW,
    }
    return Correction(**{**values, **more})  # type: ignore[arg-type]


def test_a_stance_set_right_stays_right_when_the_statement_is_read_again(town: "World", ledger: Ledger) -> None:
    correct_statement(ledger, town.connection, correction(stance="cooperates"))
    for _ in range(2):
        town.connection.execute("update statements set stance = 'refuses'")
        assert apply_corrections(town.connection, ledger) == 1
        assert town.rows("select stance, corrected, rejected from statements") == [("cooperates", True, False)]
    assert town.rows("select corrected_by, why, read_stance, read_quote from corrections") == [
        ("Ed", "She said no", "refuses", "Words of s1")
    ]
    assert town.rows("select stance, corrected from agency_statements") == [("cooperates", True)]


def test_a_second_correction_keeps_what_the_rules_had_read_and_marks_the_first(town: "World", ledger: Ledger) -> None:
    for hour, more in enumerate(
        ({"stance": "cooperates"}, {"stance": "limits"}, {"rejected": True}, {"agency": COUNTY})
    ):
        moment = NOW + timedelta(hours=hour)
        correct_statement(ledger, town.connection, correction(corrected_at=moment, **more))
        apply_corrections(town.connection, ledger)
    examples = list(export_corrections(town.connection))
    assert [example["read_stance"] for example in examples] == ["refuses"] * 4
    assert [example["read_agency_id"] for example in examples] == ["ca-one"] * 4
    assert [example["holds"] for example in examples] == [False, True, False, True]
    both = correction(stance="refuses", agency=COUNTY, corrected_at=NOW + timedelta(days=1))
    correct_statement(ledger, town.connection, both)
    correct_statement(ledger, town.connection, correction(stance="limits", corrected_at=NOW + timedelta(days=2)))
    apply_corrections(town.connection, ledger)
    assert [example["holds"] for example in export_corrections(town.connection)][-2:] == [False, True]


def test_a_speaker_goes_with_the_statement_to_another_agency(town: "World", ledger: Ledger) -> None:
    town.statement("s2", "ca-one", "2026-03-01", "refuses", ("a",), speaker="Ann Doe", role="Sheriff", speaker_id="x")
    town.insert("speakers", speaker_id="x", agency_id="ca-one", name="Ann Doe", role="Sheriff")
    correct_statement(ledger, town.connection, correction(statement_id="s2", agency=COUNTY))
    apply_corrections(town.connection, ledger)
    assert town.rows("select s.agency_id, s.name from speakers as s join statements using (speaker_id)") == [
        ("tx-two", "Ann Doe")
    ]
    assert town.rows("select count(*) from speakers") == [(1,)]


def test_an_agency_set_right_may_be_one_that_no_story_named(town: "World", ledger: Ledger) -> None:
    correct_statement(ledger, town.connection, correction(agency=COUNTY))
    apply_corrections(town.connection, ledger)
    assert town.rows("select agency_id, agency, state, corrected from agency_statements") == [
        ("tx-two", "Second Sheriff", "TX", True)
    ]


def test_a_rejected_statement_is_kept_and_shown_nowhere(town: "World", ledger: Ledger) -> None:
    correct_statement(ledger, town.connection, correction(rejected=True))
    apply_corrections(town.connection, ledger)
    assert town.rows("select rejected from statements") == [(True,)]
    for view in (
        "agency_statements",
        "current_stances",
        "agency_timeline",
        "agencies_first_heard",
        "most_quoted_officials",
    ):
        assert town.rows(f"select count(*) from {view}") == [(0,)], view
    assert town.rows("select sum(statements) from statements_by_month") == [(0,)]


def test_the_last_word_holds(town: "World", ledger: Ledger) -> None:
    correct_statement(ledger, town.connection, correction(rejected=True))
    correct_statement(
        ledger, town.connection, correction(stance="limits", corrected_at=datetime(2026, 3, 6, tzinfo=UTC))
    )
    apply_corrections(town.connection, ledger)
    assert town.rows("select stance, corrected, rejected from statements") == [("limits", True, False)]


def test_a_merged_statement_passes_its_correction_on(town: "World", ledger: Ledger) -> None:
    town.statement("s2", "ca-one", "2026-03-02", "refuses")
    correct_statement(ledger, town.connection, correction(statement_id="s2", stance="limits"))
    ledger.record_merges("statement", [("s2", "s1", "same words")], NOW)
    apply_corrections(town.connection, ledger)
    assert town.rows("select statement_id, stance from statements order by 1") == [("s1", "limits"), ("s2", "refuses")]


def test_corrections_are_labelled_examples(town: "World", ledger: Ledger) -> None:
    correct_statement(ledger, town.connection, correction(stance="cooperates"))
    apply_corrections(town.connection, ledger)
    [example] = export_corrections(town.connection)
    assert (example["read_stance"], example["stance"], example["quote"]) == ("refuses", "cooperates", "Words of s1")
    assert example["context"].startswith("Words and more words")


def test_an_unknown_statement_or_stance_is_refused(town: "World", ledger: Ledger) -> None:
    with pytest.raises(WarehouseError, match="no statement 'nobody' is published"):
        correct_statement(ledger, town.connection, correction(statement_id="nobody", stance="limits"))
    with pytest.raises(WarehouseError, match="no stance 'maybe': use cooperates"):
        correct_statement(ledger, town.connection, correction(stance="maybe"))
    assert ledger.corrections() == []
