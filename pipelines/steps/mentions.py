"""Which statement each mention of a load belongs to: asked of the ledger first, then of the agency's other statements.

The ledger keeps, for each story, the wordings met in it and the statement that each is; a wording near one of them is
that statement whatever agency or stance the rules now read. So it is with a wording of another copy of the story, where
an outlet's place may lead to another agency of the same name, or to none; not where the two name different agencies or
speakers, as stories filled into one template do. Only a wording new to its story and all copies of it is compared with
what the same agency is known to have said elsewhere, and only one new to both makes a statement.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from pipelines.statements.joining import Wording, are_near_equal, are_one_statement, statement_key, words_of
from pipelines.steps.rows import Reading
from pipelines.versions import RULES_VERSION
from warehouse.ledger import Ledger

__all__ = ["StatementIdentities", "agency_rows", "mention_rows"]

KIND = "statement"


class Source(NamedTuple):
    """Who said it, by name."""

    agency: str | None
    speaker: str | None


class StatementIdentities:
    """The statements of one load.

    `story_ids` are the stories of the load, already grouped with their copies. `first_sights` maps each wording met in a
    story to its statement, for the ledger; `minted` are the statements that neither ledger nor warehouse knew.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, ledger: Ledger, story_ids: Iterable[str]) -> None:
        self._connection = connection
        self._ledger = ledger
        rows = connection.execute(IN_COPIES, [sorted(set(story_ids))]).fetchall()
        self._copies: dict[str, list[str]] = dict(rows)
        self._sources: dict[str, list[Source]] = {}
        self._of_story: dict[str, dict[str, str]] = {}
        self._of_agency: dict[str, dict[str, list[Wording]]] = {}
        self.first_sights: dict[str, str] = {}
        self.minted: set[str] = set()

    def statement_of(self, story_id: str, statement: Mapping[str, Any], place: int) -> str:
        """The id of the statement that a mention in a story is; `place` as in `joining.statement_key`."""
        agency_id = statement["agency"]["agency_id"] if statement["agency"] else None
        wording = Wording(
            key=statement_key(statement["quote"], place),
            quote=statement["quote"],
            agency_id=agency_id,
            speaker=statement["speaker"],
            claimant=statement["claimant"],
            said_at=moment(statement["said_at"]),
        )
        words = " ".join(words_of(wording.quote))
        key = f"{story_id}\n{place}\n{words}"
        in_story = self._known_in_story(f"{story_id}\n{place}\n")
        statement_id = in_story.get(words) or closest(wording.quote, in_story)
        if statement_id is None:
            statement_id = self._known_in_copies(story_id, place, words, statement)
        if statement_id is None and agency_id:
            known = self._known_of_agency(agency_id)
            statement_id = min(
                (found for found, others in known.items() if any(are_one_statement(wording, each) for each in others)),
                default=None,
            )
        if statement_id is None:
            statement_id = hashlib.sha256(key.encode()).hexdigest()[:16]
            if not self._is_stored(statement_id):
                self.minted.add(statement_id)
        if words not in in_story:
            in_story[words] = self.first_sights[key] = statement_id
        if agency_id:
            self._known_of_agency(agency_id).setdefault(statement_id, []).append(wording)
        self._sources_of(statement_id).append(source_of(statement))
        return statement_id

    def _is_stored(self, statement_id: str) -> bool:
        found = self._connection.execute("select 1 from statements where statement_id = ?", [statement_id]).fetchone()
        return found is not None

    def _known_in_story(self, prefix: str) -> dict[str, str]:
        if prefix not in self._of_story:
            rows = self._ledger.identities_under(KIND, prefix)
            self._of_story[prefix] = {key.removeprefix(prefix): found for key, found in rows.items()}
        return self._of_story[prefix]

    def _known_in_copies(self, story_id: str, place: int, words: str, statement: Mapping[str, Any]) -> str | None:
        """The statement that a near-equal wording of the same source is in another copy of the story, if any."""
        source = source_of(statement)
        for other in self._copies.get(story_id, ()):
            known = self._known_in_story(f"{other}\n{place}\n")
            found = known.get(words) or closest(statement["quote"], known)
            if found is not None and all(may_be_one(source, each) for each in self._sources_of(found)):
                return found
        return None

    def _sources_of(self, statement_id: str) -> list[Source]:
        if statement_id not in self._sources:
            rows = self._connection.execute(SAID_BY, [statement_id]).fetchall()
            self._sources[statement_id] = [Source(*row) for row in rows]
        return self._sources[statement_id]

    def _known_of_agency(self, agency_id: str) -> dict[str, list[Wording]]:
        if agency_id not in self._of_agency:
            known: dict[str, list[Wording]] = {}
            for statement_id, *fields in self._connection.execute(SAID_BY_AGENCY, [agency_id]).fetchall():
                known.setdefault(statement_id, []).append(
                    Wording(statement_key(fields[0]), fields[0], agency_id, *fields[1:])
                )
            self._of_agency[agency_id] = known
        return self._of_agency[agency_id]


# Of each story that has copies, the others: the earliest first.
IN_COPIES = """
select one.story_id, list(other.story_id order by other.first_captured_at, other.story_id)
from stories as one
join stories as other on other.cluster_id = one.cluster_id and other.story_id <> one.story_id
where one.story_id in (select unnest(?))
group by one.story_id
"""
SAID_BY_AGENCY = """
select distinct statement_id, quote, speaker, claimant, said_at
from statement_mentions
where agency_id = ?
order by all
"""


SAID_BY = """
select distinct agencies.name, statement_mentions.speaker
from statement_mentions
left join agencies using (agency_id)
where statement_id = ?
"""


def source_of(statement: Mapping[str, Any]) -> Source:
    """The names of a statement's agency and speaker."""
    return Source(statement["agency"]["name"] if statement["agency"] else None, statement["speaker"])


def may_be_one(one: Source, other: Source) -> bool:
    """Whether no name speaks against two sources being one."""
    return (not one.agency or not other.agency or one.agency == other.agency) and (
        not one.speaker or not other.speaker or one.speaker.split()[-1:] == other.speaker.split()[-1:]
    )


def closest(quote: str, known: Mapping[str, str]) -> str | None:
    """The statement of the first wording, in order of words, that is near-equal; None where none is."""
    return next((known[words] for words in sorted(known) if are_near_equal(quote, words)), None)


def moment(written: str | None) -> datetime | None:
    """A time of the steps' files."""
    return datetime.fromisoformat(written) if written else None


def mention_rows(readings: Sequence[Reading], identities: StatementIdentities) -> list[dict[str, Any]]:
    """Rows of the table statement_mentions: the statements of each text once, in the order of capture."""
    rows: dict[str, dict[str, Any]] = {}
    read: set[str] = set()
    for reading in readings:
        if reading.revision_id in read:
            continue
        read.add(reading.revision_id)
        places: Counter[tuple[str, ...]] = Counter()
        for number, statement in enumerate(json.loads(reading.story["statements"])):
            words = words_of(statement["quote"])
            agency = statement["agency"]
            mention_id = hashlib.sha256(f"{reading.revision_id}\n{number}".encode()).hexdigest()[:16]
            rows[mention_id] = {
                "mention_id": mention_id,
                "statement_id": identities.statement_of(reading.story_id, statement, places[words]),
                "story_id": reading.story_id,
                "revision_id": reading.revision_id,
                "char_start": statement["start"],
                "char_end": statement["end"],
                "agency_id": agency["agency_id"] if agency else None,
                "agency_candidates": json.dumps([each["agency_id"] for each in statement["agency_candidates"]]),
                "evidence": json.dumps(statement["evidence"], ensure_ascii=False),
                "said_at": moment(statement["said_at"]),
                "rules_version": RULES_VERSION,
                **{name: statement[name] for name in COPIED},
            }
            places[words] += 1
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
