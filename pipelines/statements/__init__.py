"""Statements of agencies about cooperation: found in a story, joined across stories, compared over time."""

from pipelines.statements.changes import Position, PositionChange, find_position_changes
from pipelines.statements.find import find_statements
from pipelines.statements.joining import Wording, join_wordings, statement_key

__all__ = [
    "Position",
    "PositionChange",
    "Wording",
    "find_position_changes",
    "find_statements",
    "join_wordings",
    "statement_key",
]
