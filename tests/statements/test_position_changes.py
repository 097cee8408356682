"""Changes of position, told from the text of stories through the whole reading, and the rules of the comparison."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines.agencies import AgencyResolver
from pipelines.records import Stance, StatementKind
from pipelines.relevance import judge_relevance
from pipelines.statements import Position, find_position_changes, find_statements, statement_key

SEQUENCES = YAML(typ="safe").load((Path(__file__).parent / "position_sequences.yml").read_text(encoding="utf-8"))


def read_positions(sequence: dict, resolver: AgencyResolver) -> list[Position]:
    positions = []
    for story in sequence["stories"]:
        on = story["on"] if isinstance(story["on"], date) else date.fromisoformat(story["on"])
        published = datetime.combine(on, time(12), UTC)
        text = story["text"]
        for found in find_statements(
            text,
            published_at=published,
            mentions=resolver.find(text, outlet_state=sequence["state"]),
            relevance=judge_relevance(None, text),
        ):
            if found.agency is None:
                continue
            said = found.said_at or published
            key, agency_id = statement_key(found.quote), found.agency.agency_id
            positions += [Position(key, agency_id, found.stance, found.kind, found.direct, found.confidence, said)]
    return positions


def test_changes_in_forty_sequences_reach_the_wanted_precision_and_recall() -> None:
    resolver = AgencyResolver()
    right = reported = 0
    for sequence in SEQUENCES:
        changes = find_position_changes(read_positions(sequence, resolver))
        reported += len(changes)
        wanted = tuple(sequence["change"] or ())
        right += any((change.before, change.after) == wanted for change in changes)
    wanted_count = sum(sequence["change"] is not None for sequence in SEQUENCES)
    assert len(SEQUENCES) == 40
    assert wanted_count == 20
    assert right / max(1, reported) >= 0.90
    assert right / wanted_count >= 0.80


def position(stance: Stance, day: int, *, direct: bool = False, confidence: float = 0.8, **changed: object) -> Position:
    values: dict = {
        "statement_id": f"{stance}-{day}-{direct}",
        "agency_id": "a",
        "stance": stance,
        "kind": StatementKind.SPEECH,
        "direct": direct,
        "confidence": confidence,
        "said_at": datetime(2025, 1, day, tzinfo=UTC),
    }
    return Position(**{**values, **changed})


def test_one_indirect_statement_makes_no_change() -> None:
    assert find_position_changes([position(Stance.REFUSES, 1), position(Stance.COOPERATES, 2)]) == []


def test_a_second_agreeing_statement_confirms_a_change_from_the_day_of_the_first() -> None:
    found = find_position_changes(
        [position(Stance.REFUSES, 1), position(Stance.COOPERATES, 2), position(Stance.COOPERATES, 5)]
    )
    assert [(change.before, change.after, change.said_at.day) for change in found] == [("refuses", "cooperates", 2)]


def test_a_statement_told_again_on_another_day_does_not_confirm_itself() -> None:
    again = [position(Stance.COOPERATES, day, statement_id="same") for day in (2, 5)]
    assert find_position_changes([position(Stance.REFUSES, 1), *again]) == []


def test_a_sure_direct_statement_confirms_by_itself() -> None:
    found = find_position_changes(
        [position(Stance.REFUSES, 1), position(Stance.COOPERATES, 2, direct=True, confidence=0.95)]
    )
    assert len(found) == 1


def test_a_doubt_that_is_followed_by_the_old_stance_is_no_change() -> None:
    days = [
        position(Stance.REFUSES, 1),
        position(Stance.COOPERATES, 2),
        position(Stance.REFUSES, 3),
        position(Stance.COOPERATES, 4),
    ]
    assert find_position_changes(days) == []


def test_claims_of_others_and_unclear_statements_count_for_nothing() -> None:
    days = [
        position(Stance.REFUSES, 1),
        position(Stance.COOPERATES, 2, kind=StatementKind.CLAIM),
        position(Stance.COOPERATES, 3, kind=StatementKind.CLAIM),
        position(Stance.UNCLEAR, 4, direct=True, confidence=0.99),
    ]
    assert find_position_changes(days) == []


def test_order_is_that_of_saying_and_not_of_the_input() -> None:
    days = [position(Stance.COOPERATES, 9, direct=True, confidence=0.95), position(Stance.REFUSES, 1)]
    assert [(change.before, change.after) for change in find_position_changes(days)] == [("refuses", "cooperates")]


def test_an_agency_of_two_minds_on_one_day_has_no_position_that_day() -> None:
    days = [
        position(Stance.REFUSES, 1),
        position(Stance.COOPERATES, 2),
        position(Stance.REFUSES, 2),
        position(Stance.LIMITS, 2),
    ]
    assert find_position_changes(days) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            position,
            st.sampled_from(list(Stance)),
            st.integers(1, 20),
            direct=st.booleans(),
            confidence=st.sampled_from([0.3, 0.6, 0.95]),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_changes_do_not_depend_on_the_order_of_the_input(positions: list[Position], random: object) -> None:
    shuffled = list(positions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_position_changes(shuffled) == find_position_changes(positions)


@pytest.mark.parametrize("stance", [Stance.COOPERATES, Stance.LIMITS, Stance.REFUSES])
def test_an_agency_that_says_the_same_never_changes(stance: Stance) -> None:
    assert find_position_changes([position(stance, day, direct=True, confidence=0.99) for day in range(1, 9)]) == []
