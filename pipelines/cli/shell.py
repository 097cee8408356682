"""`badgewire shell`: an SQL prompt over the published snapshot, and over the search index where there is one."""

from __future__ import annotations

import re
import sys

import duckdb
import typer

from pipelines.cli.options import Live, workspace_of
from pipelines.cli.query import print_table
from warehouse.search import attach_search
from warehouse.snapshot import open_snapshot

__all__ = ["shell"]

SHOWN_ROWS = 100
COMMANDS = (".tables", ".describe NAME", ".search", ".main", ".quit")
QUERY_END = re.compile(r";\s*(--[^\n]*)?\Z")
WELCOME = """Published database, read-only. End a query with a semicolon. .tables lists what there is, .describe NAME says
what its columns mean, .search switches to the search index and .main back, .quit leaves."""
TABLES = """
select name, kind, comment
from (
    select table_name as name, 'table' as kind, comment from duckdb_tables() where database_name = current_database()
    union all
    select view_name, 'view', comment from duckdb_views() where database_name = current_database() and not internal
)
order by kind desc, name
"""
COLUMNS = """
select column_name as "column", data_type as type, comment
from duckdb_columns()
where table_name = ? and database_name = current_database()
order by column_index
"""


def shell(live: Live = False) -> None:
    """Ask one question after another in SQL."""
    place = workspace_of(live)
    with open_snapshot(place.published, outside=True) as connection:
        searchable = attach_search(connection, place.published.with_name("search.duckdb"))
        connection.execute("set enable_external_access = false")
        home = (connection.execute("select current_database()").fetchone() or ("",))[0]
        if sys.stdin.isatty():
            import readline  # noqa: F401  # gives input() its history and editing

            typer.echo(WELCOME)
        pending = ""
        while (line := ask("     -> " if pending else "badgewire> ")) is not None:
            command = line.strip()
            if not pending and command in (".quit", ".exit"):
                return
            if not pending and command == ".search" and not searchable:
                typer.echo("no search index is published: run `badgewire run`", err=True)
            elif not pending and command in (".search", ".main"):
                connection.execute(f'use "{"search" if command == ".search" else home}"')
            elif not pending and command == ".tables":
                answer(connection, TABLES, [])
            elif not pending and command.startswith(".describe "):
                answer(connection, COLUMNS, [command.split(maxsplit=1)[1]])
            elif not pending and command.startswith("."):
                typer.echo(f"no command {command.split()[0]}: there are {', '.join(COMMANDS)}", err=True)
            else:
                pending = f"{pending}\n{line}".strip()
                if QUERY_END.search(pending):
                    answer(connection, pending, [])
                    pending = ""
        if pending:
            answer(connection, pending, [])


def ask(prompt: str) -> str | None:
    """A line from the user; None at the end."""
    try:
        return input(prompt if sys.stdin.isatty() else "")
    except EOFError:
        return None


def answer(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[str]) -> None:
    """Run a query and print its first rows, or why it does not run."""
    try:
        if not connection.extract_statements(sql):  # a comment, or nothing
            return
        cursor = connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchmany(SHOWN_ROWS + 1)
    except duckdb.Error as error:
        typer.echo(" ".join(str(error).split()), err=True)
        return
    print_table(names, rows[:SHOWN_ROWS])
    if len(rows) > SHOWN_ROWS:
        typer.echo(f"first {SHOWN_ROWS} rows; `badgewire query --format csv` gives all")
