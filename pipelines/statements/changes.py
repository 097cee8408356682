"""When an agency has changed its position: told from its own words and acts in the order in which they were said.

Single statements are a poor witness: one in ten is misread, and an agency that answers calls but holds nobody
says things of both kinds on one day. So all that an agency said on one day is one occasion with one position,
or with none where it is of two minds, and a new position counts only where a second statement or a sure direct
one confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.records import Stance, StatementKind

__all__ = ["SURE", "Position", "PositionChange", "find_position_changes"]

# A direct statement whose confidence is at least this confirms a change by itself.
SURE = 0.85
# An occasion has a position where one stance has this share of its weight; a direct statement weighs more.
CLEAR_MAJORITY = 0.6
DIRECT_WEIGHT = 1.5
# Below this confidence a statement is no witness.
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Position:
    """One statement of an agency's as the comparison sees it.

    `said_at` is when it was said: the story's own word for it, or else the day of the story that first had it.
    """

    statement_id: str
    agency_id: str
    stance: Stance
    kind: StatementKind
    direct: bool
    confidence: float
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PositionChange:
    """An agency's step from one stance to another; `confirmed_by` is the statement that made it sure."""

    agency_id: str
    before: Stance
    after: Stance
    before_id: str
    after_id: str
    confirmed_by: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What an agency said on one day, where that has one sense."""

    stance: Stance
    said_at: datetime
    agreeing: tuple[Position, ...]


def find_position_changes(positions: Iterable[Position]) -> list[PositionChange]:
    """The confirmed changes of each agency, by agency and time; the order of the input does not matter."""
    by_agency: dict[str, list[Position]] = {}
    for position in positions:
        if _is_witness(position):
            by_agency.setdefault(position.agency_id, []).append(position)
    found: list[PositionChange] = []
    for agency_id in sorted(by_agency):
        found.extend(_changes_of(agency_id, _occasions(by_agency[agency_id])))
    return found


def _is_witness(position: Position) -> bool:
    """Whether a statement is the agency's own, has a stance, and was read with some confidence."""
    own = position.kind is not StatementKind.CLAIM and position.stance is not Stance.UNCLEAR
    return own and position.confidence >= LEAST_CONFIDENCE


def _occasions(positions: list[Position]) -> list[_Occasion]:
    by_day: dict[date, list[Position]] = {}
    for position in sorted(positions, key=lambda position: (position.said_at, position.statement_id)):
        by_day.setdefault(position.said_at.date(), []).append(position)
    occasions = []
    for day in sorted(by_day):
        weights: dict[Stance, float] = {}
        for position in by_day[day]:
            weights[position.stance] = weights.get(position.stance, 0.0) + _weight(position)
        stance = max(sorted(weights), key=lambda stance: weights[stance])
        if weights[stance] >= CLEAR_MAJORITY * sum(weights.values()):
            agreeing = tuple(position for position in by_day[day] if position.stance is stance)
            occasions.append(_Occasion(stance, agreeing[0].said_at, agreeing))
    return occasions


def _weight(position: Position) -> float:
    return position.confidence * (DIRECT_WEIGHT if position.direct else 1.0)


def _changes_of(agency_id: str, occasions: list[_Occasion]) -> list[PositionChange]:
    """Walk the occasions: a new stance stands as a doubt until it is confirmed or the old one is heard again."""
    found: list[PositionChange] = []
    held: _Occasion | None = None
    doubt: _Occasion | None = None
    for occasion in occasions:
        if held is None or occasion.stance is held.stance:
            held, doubt = occasion, None
            continue
        # A doubt of another stance is over; one of the same is confirmed by any other statement.
        first = doubt if doubt is not None and doubt.stance is occasion.stance else occasion
        confirming = _sure_statement(occasion) or _other_statement(first, occasion)
        if confirming is None:
            doubt = first
            continue
        found.append(
            PositionChange(
                agency_id,
                held.stance,
                occasion.stance,
                held.agreeing[-1].statement_id,
                first.agreeing[0].statement_id,
                confirming.statement_id,
                first.said_at,
            )
        )
        held, doubt = occasion, None
    return found


def _other_statement(first: _Occasion, occasion: _Occasion) -> Position | None:
    """A statement of an occasion that is not the one that raised the doubt, told once more.

    On the day of the doubt itself a direct one has to be among them: one reporter's paraphrases are one witness.
    """
    if first is occasion and not any(position.direct for position in occasion.agreeing):
        return None
    raised = first.agreeing[0].statement_id
    return next((position for position in occasion.agreeing if position.statement_id != raised), None)


def _sure_statement(occasion: _Occasion) -> Position | None:
    """A direct statement read with enough confidence to stand by itself."""
    return next((each for each in occasion.agreeing if each.direct and each.confidence >= SURE), None)
