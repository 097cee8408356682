"""Load one day into the warehouse: set-wise, idempotent, inside the caller's transaction.

A day's rows replace what the day had given before. What is derived over days (a revision's first capture, a story's
latest text, counts) is computed anew from the rows for the stories touched, so that days may come in any order and as
often as one likes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from crawler.counties import county_names, state_numbers
from crawler.errors import WarehouseError

__all__ = [
    "ADDRESS_ROWS",
    "AGENCY_ROWS",
    "AGREEMENT_ROWS",
    "ALIAS_ROWS",
    "ENDPOINT_ROWS",
    "FETCH_ROWS",
    "LIST_ROWS",
    "MENTION_ROWS",
    "REVISION_ROWS",
    "SOURCE_ROWS",
    "load_captures",
    "load_counties",
    "load_mentions",
    "load_sources",
    "refresh_speakers",
    "refresh_statements",
    "refresh_stories",
    "replace_lists",
]

MOMENT = pa.timestamp("us", tz="UTC")
SOURCE_ROWS = pa.schema(
    [
        ("source_id", pa.string()), ("name", pa.string()), ("kind", pa.string()), ("homepage", pa.string()),
        ("state", pa.string()), ("county_fips", pa.string()), ("agency_name", pa.string()), ("language", pa.string()),
        ("registered", pa.bool_()), ("notes", pa.string()),
    ]
)  # fmt: skip
FETCH_ROWS = pa.schema(
    [
        ("fetch_id", pa.string()), ("day", pa.date32()), ("source_id", pa.string()), ("purpose", pa.string()),
        ("url", pa.string()), ("tried_at", MOMENT), ("outcome", pa.string()), ("reason", pa.string()),
        ("http_status", pa.int32()), ("location", pa.string()), ("bytes", pa.int64()), ("elapsed_ms", pa.int32()),
        ("reading", pa.string()), ("reading_reason", pa.string()), ("story_id", pa.string()),
        ("revision_id", pa.string()), ("digest", pa.string()), ("warc_file", pa.string()),
        ("warc_offset", pa.int64()), ("run_id", pa.string()), ("rules_version", pa.string()),
        ("listed_at", MOMENT),
    ]
)  # fmt: skip
REVISION_ROWS = pa.schema(
    [
        ("revision_id", pa.string()), ("story_id", pa.string()), ("title", pa.string()), ("byline", pa.string()),
        ("published_at", MOMENT), ("published_at_raw", pa.string()), ("published_source", pa.string()),
        ("modified_at", MOMENT), ("language", pa.string()), ("text", pa.string()), ("text_hash", pa.string()),
        ("word_count", pa.int32()), ("access_hint", pa.string()), ("relevant", pa.bool_()),
        ("relevance_score", pa.float64()), ("relevance_evidence", pa.string()), ("extractor", pa.string()),
        ("first_captured_at", MOMENT), ("last_captured_at", MOMENT), ("warc_file", pa.string()),
        ("warc_offset", pa.int64()), ("run_id", pa.string()), ("rules_version", pa.string()),
    ]
)  # fmt: skip
ADDRESS_ROWS = pa.schema(
    [
        ("url_key", pa.string()), ("url", pa.string()), ("story_id", pa.string()), ("fetched", pa.bool_()),
        ("canonical", pa.bool_()),
    ]
)  # fmt: skip
AGENCY_ROWS = pa.schema(
    [
        ("agency_id", pa.string()), ("name", pa.string()), ("kind", pa.string()), ("state", pa.string()),
        ("county_fips", pa.string()), ("ori", pa.string()), ("homepage", pa.string()), ("origin", pa.string()),
    ]
)  # fmt: skip
ALIAS_ROWS = pa.schema([("agency_id", pa.string()), ("alias", pa.string()), ("origin", pa.string())])
AGREEMENT_ROWS = pa.schema(
    [
        ("agreement_id", pa.string()), ("agency_id", pa.string()), ("model", pa.string()), ("status", pa.string()),
        ("signed_on", pa.date32()), ("first_seen_on", pa.date32()), ("last_seen_on", pa.date32()),
        ("listed_name", pa.string()), ("list_file", pa.string()), ("rules_version", pa.string()),
    ]
)  # fmt: skip
LIST_ROWS = pa.schema(
    [
        ("list_file", pa.string()), ("kind", pa.string()), ("digest", pa.string()), ("row_count", pa.int32()),
        ("unmatched", pa.int32()), ("rules_version", pa.string()),
    ]
)  # fmt: skip
MENTION_ROWS = pa.schema(
    [
        ("mention_id", pa.string()), ("statement_id", pa.string()), ("story_id", pa.string()),
        ("revision_id", pa.string()), ("char_start", pa.int32()), ("char_end", pa.int32()), ("quote", pa.string()),
        ("source", pa.string()), ("agency_id", pa.string()), ("agency_candidates", pa.string()),
        ("speaker", pa.string()), ("role", pa.string()), ("kind", pa.string()), ("stance", pa.string()),
        ("direct", pa.bool_()), ("claimant", pa.string()), ("said_at", MOMENT), ("said_at_raw", pa.string()),
        ("confidence", pa.float64()), ("evidence", pa.string()), ("rules_version", pa.string()),
    ]
)  # fmt: skip
COUNTY_ROWS = pa.schema([("county_fips", pa.string()), ("name", pa.string()), ("state", pa.string())])
ENDPOINT_ROWS = pa.schema(
    [
        ("url", pa.string()), ("source_id", pa.string()), ("kind", pa.string()), ("discovered", pa.bool_()),
        ("verified_on", pa.date32()),
    ]
)  # fmt: skip


def load_counties(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the names of counties up to date; nothing is written where none has changed."""
    states = {number: state for state, number in state_numbers().items()}
    rows = [(fips, name, states.get(fips[:2])) for fips, name in county_names().items()]
    columns = dict(zip(COUNTY_ROWS.names, zip(*rows, strict=True), strict=True))
    upsert(
        connection,
        "counties",
        pa.table(columns, schema=COUNTY_ROWS),
        "county_fips",
        "excluded.name <> counties.name or excluded.state is distinct from counties.state",
    )


def load_sources(connection: duckdb.DuckDBPyConnection, sources: pa.Table, endpoints: pa.Table) -> None:
    """Bring sources and endpoints up to date; those that the registry no longer names stay, since rows refer to them."""
    upsert(connection, "sources", sources, "source_id")
    with_rows(
        connection,
        endpoints,
        """
        insert into endpoints by name
        select * from incoming_rows
        on conflict (url) do update set
            source_id = excluded.source_id,
            kind = excluded.kind,
            discovered = excluded.discovered and endpoints.discovered,
            verified_on = greatest(excluded.verified_on, endpoints.verified_on)
        """,
    )


def load_captures(
    connection: duckdb.DuckDBPyConnection, day: date, fetches: pa.Table, revisions: pa.Table, addresses: pa.Table
) -> list[str]:
    """Replace a day's fetches and add its texts and addresses. Returns the ids of the stories touched.

    Stories are stale until `refresh_stories` has run over the ids returned. Raises WarehouseError, naming the day, where
    the rows break a rule of the schema.
    """
    try:
        connection.execute(
            "create or replace temp table touched_stories as "
            "select distinct story_id from fetches where day = ? and story_id is not null",
            [day],
        )
        connection.execute("delete from fetches where day = ?", [day])
        insert(connection, "fetches", fetches)
        upsert(
            connection,
            "story_revisions",
            revisions,
            "revision_id",
            "excluded.first_captured_at <= story_revisions.first_captured_at",
        )
        upsert(connection, "story_urls", addresses, "url_key", "excluded.fetched and not story_urls.fetched")
        connection.execute(
            "insert into touched_stories select distinct story_id from fetches "
            "where day = ? and story_id is not null and story_id not in (select story_id from touched_stories)",
            [day],
        )
    except duckdb.ConstraintException as error:
        raise WarehouseError(
            f"captures of {day} break a rule of the warehouse: {str(error).splitlines()[0]}"
        ) from error
    return [row[0] for row in connection.execute("select story_id from touched_stories order by story_id").fetchall()]


def refresh_stories(connection: duckdb.DuckDBPyConnection, story_ids: list[str]) -> None:
    """Compute anew what is derived of these stories: revisions' captures, each story's row; drop what has no capture left."""
    connection.execute("create or replace temp table stale_stories (story_id varchar primary key)")
    connection.execute("insert into stale_stories select distinct unnest(?)", [story_ids])
    connection.execute((Path(__file__).parent / "refresh_stories.sql").read_text(encoding="utf-8"))


def replace_lists(
    connection: duckdb.DuckDBPyConnection, agencies: pa.Table, aliases: pa.Table, agreements: pa.Table, lists: pa.Table
) -> None:
    """Bring in what the imported lists hold; agencies stay, since statements refer to them."""
    upsert(connection, "agencies", agencies, "agency_id")
    for table in ("agency_aliases", "agreements", "imported_lists"):
        connection.execute(f"delete from {table}")
    insert(connection, "agency_aliases", aliases)
    insert(connection, "agreements", agreements)
    insert(connection, "imported_lists", lists)


def load_mentions(
    connection: duckdb.DuckDBPyConnection, story_ids: list[str], agencies: pa.Table, mentions: pa.Table
) -> list[str]:
    """Replace the mentions in the texts given and in texts that are gone. Returns the ids of the statements touched.

    `story_ids` are the stories touched by the load; call after `refresh_stories`. Statements are stale until
    `refresh_statements` has run over the ids returned: also those of stories whose cluster or dates may have changed.
    """
    with_rows(
        connection,
        agencies,
        "insert into agencies by name select * from incoming_rows on conflict (agency_id) do nothing",
    )
    touched = "story_id in (select unnest($stories))"
    before = connection.execute(
        f"select distinct statement_id from statement_mentions where {touched}", {"stories": story_ids}
    ).fetchall()
    connection.execute(
        f"delete from statement_mentions where {touched} and revision_id not in (select revision_id from story_revisions)",
        {"stories": story_ids},
    )
    with_rows(
        connection,
        mentions,
        "delete from statement_mentions where revision_id in (select revision_id from incoming_rows)",
    )
    with_rows(connection, mentions, "insert into statement_mentions by name select * from incoming_rows")
    return sorted({row[0] for row in before} | set(mentions["statement_id"].to_pylist()))


def refresh_statements(connection: duckdb.DuckDBPyConnection, statement_ids: list[str]) -> None:
    """Compute these statements, and the speakers in them, anew from their mentions; drop those with none left."""
    run_over(connection, statement_ids, "refresh_statements", "refresh_speakers")


def refresh_speakers(connection: duckdb.DuckDBPyConnection, statement_ids: list[str]) -> None:
    """Compute the speakers of these statements anew, and drop those of none."""
    run_over(connection, statement_ids, "refresh_speakers")


def run_over(connection: duckdb.DuckDBPyConnection, statement_ids: list[str], *names: str) -> None:
    """Run files of SQL over these statements."""
    connection.execute("create or replace temp table stale_statements (statement_id varchar primary key)")
    connection.execute("insert into stale_statements select distinct unnest(?)", [statement_ids])
    for name in names:
        connection.execute((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8"))


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert rows by column name."""
    with_rows(connection, rows, f"insert into {table} by name select * from incoming_rows")


def upsert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, key: str, only_where: str | None = None
) -> None:
    """Insert rows by column name; where the key is known, update the other columns if `only_where` holds."""
    columns = [name for name in rows.schema.names if name != key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    condition = f" where {only_where}" if only_where else ""
    with_rows(
        connection,
        rows,
        f"insert into {table} by name select * from incoming_rows on conflict ({key}) do update set {changes}{condition}",
    )


def with_rows(connection: duckdb.DuckDBPyConnection, rows: pa.Table, statement: str) -> None:
    """Run a statement that reads `rows` under the name incoming_rows."""
    if not rows.num_rows:
        return
    connection.register("incoming_rows", rows)
    try:
        connection.execute(statement)
    finally:
        connection.unregister("incoming_rows")
