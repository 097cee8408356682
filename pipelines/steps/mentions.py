"""Which statement each mention of a load belongs to: asked of the ledger first, then of the agency's other statements.

The ledger keeps, for each story, the wordings met in it and the statement that each is; a wording near one of them is
that statement whatever agency or stance the rules now read. Only a wording new to its story is compared with what the
same agency is known to have said elsewhere, and only one new to both makes a statement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from pipelines.statements.joining import Wording, closest_wording, read_statement_wording
from pipelines.steps.rows import Reading
from pipelines.versions import RULES_VERSION
from warehouse.ledger import Ledger

__all__ = ["StatementIdentities", "agency_rows", "mention_rows"]

KIND = "statement"


class StatementIdentities:
    """The statements of one load.

    `first_sights` maps each wording met in a story to its statement, for the ledger; `minted` are the statements that
    neither ledger nor warehouse knew.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger
        self._of_story: dict[str, list[tuple[Wording, str]]] = {}
        self._of_agency: dict[str, list[tuple[Wording, str]]] = {}
        self.first_sights: dict[str, str] = {}
        self.minted: set[str] = set()

    def statement_of(self, story_id: str, statement: Mapping[str, Any]) -> str:
        """The id of the statement that a mention in a story is."""
        wording = read_statement_wording(statement["quote"], statement["speaker"])
        known = self._known_in_story(story_id)
        statement_id = closest_wording(wording, known)
        agency_id = statement["agency"]["agency_id"] if statement["agency"] else None
        if statement_id is None and agency_id:
            statement_id = closest_wording(wording, self._known_of_agency(agency_id))
        key = f"{story_id}\n{wording.text}"
        if statement_id is None:
            statement_id = hashlib.sha256(key.encode()).hexdigest()[:16]
            if not self._is_stored(statement_id):
                self.minted.add(statement_id)
        if all(wording.text != other.text for other, _ in known):
            known.append((wording, statement_id))
            self.first_sights[key] = statement_id
        if agency_id:
            self._known_of_agency(agency_id).append((wording, statement_id))
        return statement_id

    def _is_stored(self, statement_id: str) -> bool:
        found = self._connection.execute("select 1 from statements where statement_id = ?", [statement_id]).fetchone()
        return found is not None

    def _known_in_story(self, story_id: str) -> list[tuple[Wording, str]]:
        if story_id not in self._of_story:
            rows = self._ledger.identities_under(KIND, f"{story_id}\n")
            self._of_story[story_id] = [(read_statement_wording(key.partition("\n")[2], None), found) for key, found in rows.items()]
        return self._of_story[story_id]

    def _known_of_agency(self, agency_id: str) -> list[tuple[Wording, str]]:
        if agency_id not in self._of_agency:
            rows = self._connection.execute(
                "select distinct quote, speaker, statement_id from statement_mentions where agency_id = ? order by all",
                [agency_id],
            ).fetchall()
            self._of_agency[agency_id] = [(read_statement_wording(quote, speaker), found) for quote, speaker, found in rows]
        return self._of_agency[agency_id]


def mention_rows(readings: Sequence[Reading], identities: StatementIdentities) -> list[dict[str, Any]]:
    """Rows of the table statement_mentions: the statements of each text once, in the order of capture."""
    rows: dict[str, dict[str, Any]] = {}
    read: set[str] = set()
    for reading in readings:
        if reading.revision_id in read:
            continue
        read.add(reading.revision_id)
        for statement in json.loads(reading.story["statements"]):
            place = f"{reading.revision_id}\n{statement['start']}\n{statement['end']}"
            mention_id = hashlib.sha256(place.encode()).hexdigest()[:16]
            agency = statement["agency"]
            rows[mention_id] = {
                "mention_id": mention_id,
                "statement_id": identities.statement_of(reading.story_id, statement),
                "story_id": reading.story_id,
                "revision_id": reading.revision_id,
                "char_start": statement["start"],
                "char_end": statement["end"],
                "agency_id": agency["agency_id"] if agency else None,
                "agency_candidates": json.dumps([each["agency_id"] for each in statement["agency_candidates"]]),
                "evidence": json.dumps(statement["evidence"], ensure_ascii=False),
                "rules_version": RULES_VERSION,
                "said_at": datetime.fromisoformat(statement["said_at"]) if statement["said_at"] else None,
                **{name: statement[name] for name in COPIED},
            }
    return list(rows.values())


COPIED = ("quote", "source", "speaker", "role", "kind", "stance", "direct", "claimant", "said_at_raw", "confidence")


def agency_rows(readings: Iterable[Reading]) -> list[dict[str, Any]]:
    """Rows of the table agencies for every agency that a statement names, candidates included."""
    rows: dict[str, dict[str, Any]] = {}
    for reading in readings:
        for statement in json.loads(reading.story["statements"]):
            for agency in (*([statement["agency"]] if statement["agency"] else []), *statement["agency_candidates"]):
                rows[agency["agency_id"]] = {**agency, "origin": "register"}
    return list(rows.values())
