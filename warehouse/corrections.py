"""What editors set right in statements: kept in the ledger, laid over the warehouse after every load.

A correction outlives every rules version: it names the statement by its id of first sight. What the rules had read is
kept beside it, so that corrections are labelled examples for whoever improves the rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from crawler.errors import WarehouseError
from warehouse.ledger import Ledger
from warehouse.load import refresh_speakers

__all__ = ["AgencyRow", "Correction", "apply_corrections", "correct_statement", "export_corrections"]

STANCES = ("cooperates", "limits", "refuses", "unclear")
MOMENT = pa.timestamp("us", tz="UTC")
ROWS = pa.schema(
    [
        ("correction_id", pa.string()), ("statement_id", pa.string()), ("stance", pa.string()),
        ("agency_id", pa.string()), ("rejected", pa.bool_()), ("corrected_by", pa.string()), ("why", pa.string()),
        ("corrected_at", MOMENT), ("read_stance", pa.string()), ("read_agency_id", pa.string()),
        ("read_quote", pa.string()), ("read_rules_version", pa.string()),
    ]
)  # fmt: skip
APPLY = """
update statements
set
    stance = coalesce(c.stance, statements.stance),
    agency_id = coalesce(c.agency_id, statements.agency_id),
    speaker_id = case
        when c.agency_id is not null and statements.speaker is not null
            then left(sha256(c.agency_id || chr(10) || lower(statements.speaker)), 16)
        else statements.speaker_id
    end,
    rejected = c.rejected,
    corrected = not c.rejected
from (
    select
        statement_id,
        last(stance order by corrected_at, correction_id) filter (where stance is not null) as stance,
        last(agency_id order by corrected_at, correction_id) filter (where agency_id is not null) as agency_id,
        last(rejected order by corrected_at, correction_id) as rejected
    from corrections
    group by statement_id
) as c
where statements.statement_id = c.statement_id
"""
# What the rules had read, whatever was set right since: the surest mention, as refresh_statements.sql takes it.
READ = """
select coalesce(m.stance, s.stance), m.agency_id, s.quote, s.rules_version
from statements as s
left join statement_mentions as m on m.statement_id = s.statement_id
left join story_revisions as r on r.revision_id = m.revision_id
where s.statement_id = ?
order by m.agency_id is null, round(m.confidence, 1) desc, r.first_captured_at, m.story_id, m.char_start, m.mention_id
limit 1
"""
EXAMPLES = """
with latest as (
    select
        statement_id,
        arg_max(rejected, (corrected_at, correction_id)) as rejected,
        arg_max(correction_id, (corrected_at, correction_id)) as any_id,
        arg_max(correction_id, (corrected_at, correction_id)) filter (where stance is not null) as stance_id,
        arg_max(correction_id, (corrected_at, correction_id)) filter (where agency_id is not null) as agency_id
    from corrections
    group by statement_id
)
select
    c.statement_id,
    c.read_quote as quote,
    substring(r.text, greatest(1, m.char_start - 300), m.char_end - m.char_start + 600) as context,
    s.speaker,
    s.role,
    s.kind,
    s.direct,
    c.read_stance,
    c.read_agency_id,
    c.stance,
    c.agency_id,
    c.rejected,
    case
        when c.rejected then c.correction_id = l.any_id
        else not l.rejected
            and (c.stance is null or c.correction_id = l.stance_id)
            and (c.agency_id is null or c.correction_id = l.agency_id)
    end as holds,
    c.corrected_by,
    c.why,
    c.corrected_at,
    c.read_rules_version,
    t.url
from corrections as c
join latest as l on l.statement_id = c.statement_id
left join statements as s on s.statement_id = c.statement_id
left join (
    select statement_id, min(mention_id) as mention_id
    from statement_mentions
    group by statement_id
) as one on one.statement_id = c.statement_id
left join statement_mentions as m on m.mention_id = one.mention_id
left join story_revisions as r on r.revision_id = m.revision_id
left join stories as t on t.story_id = m.story_id
order by c.corrected_at, c.correction_id
"""


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """The agency that a correction names, as a row of the table agencies: it may be one that no story named yet."""

    agency_id: str
    name: str
    kind: str
    state: str | None
    county_fips: str | None
    ori: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing set right. `stance` and `agency` are None where they were not in question."""

    statement_id: str
    stance: str | None
    agency: AgencyRow | None
    rejected: bool
    corrected_by: str
    why: str
    corrected_at: datetime


def correct_statement(ledger: Ledger, snapshot: duckdb.DuckDBPyConnection, correction: Correction) -> str:
    """Record a correction with what had been read; its id. Raises WarehouseError where no such statement is published."""
    if correction.stance is not None and correction.stance not in STANCES:
        raise WarehouseError(f"no stance {correction.stance!r}: use {', '.join(STANCES)}")
    read = snapshot.execute(READ, [correction.statement_id]).fetchone()
    if read is None:
        raise WarehouseError(f"no statement {correction.statement_id!r} is published: see the view agency_statements")
    said = (correction.statement_id, correction.stance, correction.agency and correction.agency.agency_id,
            correction.rejected, correction.corrected_by, correction.why, correction.corrected_at.isoformat())  # fmt: skip
    correction_id = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    ledger.record_correction(
        {
            "correction_id": correction_id,
            **asdict(correction),
            "corrected_at": correction.corrected_at.isoformat(),
            **dict(zip(("read_stance", "read_agency_id", "read_quote", "read_rules_version"), read, strict=True)),
        }
    )
    return correction_id


def apply_corrections(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> int:
    """Lay the ledger's corrections over the statements, the last word on each holding; how many corrections there are.

    To be called in the transaction of every load, after the statements are in. Merged statements pass theirs on.
    """
    merged = ledger.merges("statement")
    records = ledger.corrections()
    rows = [row_of(record, merged) for record in records]
    connection.execute("delete from corrections")
    if not rows:
        return 0
    connection.register("incoming_corrections", pa.Table.from_pylist(rows, schema=ROWS))
    try:
        connection.execute("insert into corrections by name select * from incoming_corrections")
    finally:
        connection.unregister("incoming_corrections")
    for agency in filter(None, (record["agency"] for record in records)):
        connection.execute(
            "insert into agencies (agency_id, name, kind, state, county_fips, ori, origin) "
            "values ($agency_id, $name, $kind, $state, $county_fips, $ori, 'register') on conflict do nothing",
            agency,
        )
    connection.execute(APPLY)
    refresh_speakers(connection, [row["statement_id"] for row in rows])
    return len(rows)


def row_of(record: dict[str, Any], merged: dict[str, str]) -> dict[str, Any]:
    """A row of the table corrections."""
    return {
        **{name: record.get(name) for name in ROWS.names},
        "statement_id": merged.get(record["statement_id"], record["statement_id"]),
        "agency_id": record["agency"]["agency_id"] if record["agency"] else None,
        "corrected_at": datetime.fromisoformat(record["corrected_at"]),
    }


def export_corrections(snapshot: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Every correction as a labelled example: the words in their context, what had been read, and what is right.

    `holds` is false where a later correction of the same statement took any of it back.
    """
    cursor = snapshot.execute(EXAMPLES)
    names = [column[0] for column in cursor.description or []]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
