"""Write down how stories changed: the changes between each text of a story and the next, and of their statements.

The comparison is `revisions.py`; this module reads the texts, hands them over and stores what comes back, in the
caller's transaction. Run again over the same stories, it writes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from pipelines.copies.join import Connection, insert_rows
from pipelines.copies.revisions import Change, compare_statements, compare_texts, readable_diff

__all__ = ["update_history"]

_SQL = Path(__file__).parent / "sql"
_COLUMNS = (
    *("story_id", "revision_id", "previous_revision_id"),
    *("position", "subject", "kind", "before", "after", "diff"),
)


def update_history(connection: Connection, story_ids: Sequence[str]) -> int:
    """Compare the texts of these stories, once revisions and statement_mentions stand. Returns the rows written."""
    wanted = {"stories": sorted(set(story_ids))}
    connection.execute("delete from revision_changes where story_id in (select unnest($stories))", wanted)
    texts = connection.execute((_SQL / "read_revisions.sql").read_text(encoding="utf-8"), wanted).fetchall()
    rows: list[tuple[object, ...]] = []
    for story_id, revisions in groupby(texts, key=lambda row: row[0]):
        for (_, previous_id, before, old_quotes), (_, revision_id, after, quotes) in pairwise(revisions):
            place = (story_id, revision_id, previous_id)
            rows += _rows(place, "text", compare_texts(before, after))
            rows += _rows(place, "statement", compare_statements(before, after, old_quotes or (), quotes or ()))
    if rows:
        insert_rows(
            connection, "revision_changes", dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        )
    return len(rows)


def _rows(place: tuple[str, str, str], subject: str, changes: Iterable[Change]) -> list[tuple[object, ...]]:
    return [
        (*place, position, subject, change.kind.value, change.before, change.after, readable_diff([change]))
        for position, change in enumerate(changes)
    ]
