"""A file of an earlier release is brought forward with every row in it; one of another version says so in one line."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.errors import WarehouseError
from warehouse.database import latest_version, migrations, open_warehouse
from warehouse.snapshot import open_snapshot

# A value of each type, for columns that may not be empty.
VALUES = {
    "VARCHAR": "'x'",
    "INTEGER": "1",
    "BIGINT": "1",
    "UINTEGER": "1",
    "DOUBLE": "0.5",
    "BOOLEAN": "true",
    "DATE": "date '2026-03-01'",
    "TIMESTAMP WITH TIME ZONE": "timestamptz '2026-03-01 12:00:00+00'",
    "VARCHAR[]": "['x']",
    "BLOB": "'x'::blob",
}
# Values that a rule of the table asks for.
RULED = {
    ("fetches", "outcome"): "'error'",
    ("statement_mentions", "char_end"): "2",
    ("agreements", "status"): "'active'",
    ("revision_changes", "subject"): "'text'",
    ("revision_changes", "kind"): "'added'",
    ("alert_deliveries", "outcome"): "'sent'",
    ("alert_subjects", "outcome"): "'alerted'",
    ("syndication_marks", "place"): "'byline'",
    ("imported_lists", "kind"): "'agencies'",
    ("counties", "county_fips"): "'06037'",
}
PROGRAMS_OWN = ("schema_version", "view_version")
Rows = list[dict[str, Any]]


def stop_at(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """Let this program be the release that knew the migrations up to a version."""
    known = {number: file for number, file in migrations().items() if number <= version}
    monkeypatch.setattr("warehouse.database.migrations", lambda: known)


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("select table_name from duckdb_tables() where not temporary order by table_name")
    return [name for (name,) in found.fetchall() if name not in PROGRAMS_OWN]


def add_row(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """One row with a value in each column that may not be empty."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where table_name = ? and not is_nullable", [table]
    ).fetchall()
    values = [RULED.get((table, name)) or VALUES.get(kind) or f"'{first_of(kind)}'" for name, kind in columns]
    names = ", ".join(name for name, _ in columns)
    connection.execute(f"insert into {table} ({names}) values ({', '.join(values)})")


def first_of(enumeration: str) -> str:
    """The first word of an enumeration: ENUM('speech', 'action')."""
    return enumeration.split("'")[1]


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    cursor = connection.execute(f"from {table}")
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# Tables that a migration took away: each was worked out from another one, which keeps its rows.
WITHDRAWN = {"story_shingles": 53}


def test_every_migration_leaves_the_rows_of_the_release_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file goes through the hands of every release; each finds the rows of the one before, and fills its new tables."""
    path = tmp_path / "warehouse.duckdb"
    filled: dict[str, Rows] = {}
    for number in migrations():
        with monkeypatch.context() as patch:
            stop_at(patch, number)
            patch.setattr("warehouse.database.lay_views", lambda connection: None)
            with open_warehouse(path) as connection:
                for table, rows in filled.items():
                    if WITHDRAWN.get(table) == number:
                        continue
                    kept = [{name: row[name] for name in rows[0]} for row in rows_of(connection, table)]
                    assert kept == rows, (number, table)
                for table in set(tables_of(connection)) - set(filled):
                    add_row(connection, table)
                filled = {table: rows_of(connection, table) for table in tables_of(connection)}
    with open_warehouse(path) as connection:
        assert connection.execute("select corrected, rejected from statements").fetchall() == [(False, False)]
        for (view,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall():
            connection.execute(f"from {view}").fetchall()


def test_a_file_of_the_last_release_is_brought_forward_with_its_rows_and_views(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "warehouse.duckdb"
    latest = latest_version()
    with monkeypatch.context() as patch:
        stop_at(patch, sorted(migrations())[-2])
        patch.setattr("warehouse.database.lay_views", lambda connection: None)
        with open_warehouse(path) as connection:
            connection.execute("create view stories_by_day as select 'of the last release' as day")
            before = [table for table in tables_of(connection) if WITHDRAWN.get(table) != latest]
            for table in before:
                add_row(connection, table)
    with open_warehouse(path) as connection:
        assert connection.execute("select max(version) from schema_version").fetchone() == (latest_version(),)
        assert {table: len(rows_of(connection, table)) for table in before} == dict.fromkeys(before, 1)
        assert len(connection.execute("select relevant_clusters from stories_by_day").fetchall()) == 1


@pytest.mark.parametrize(("version", "told"), [(9999, "update Badgewire"), (-1, "run `badgewire run` to publish anew")])
def test_a_snapshot_of_another_version_is_refused_in_one_line(world_path: Path, version: int, told: str) -> None:
    with open_warehouse(world_path) as connection:
        connection.execute("delete from schema_version")
        connection.execute("insert into schema_version values (?, 'x', now())", [version])
    with pytest.raises(WarehouseError, match=told) as caught, open_snapshot(world_path):
        pass
    assert "\n" not in str(caught.value)
