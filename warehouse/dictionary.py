"""The data dictionary and the entity diagram, made from the database's own comments: `python -m warehouse.dictionary`.

Nothing is written by hand: what a table or column means is said in its migration or view, and a test sees to it that the
document in `docs/` says the same.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from warehouse.database import open_warehouse
from warehouse.publish import FROZEN, PRIVATE

__all__ = ["DOCUMENT", "render_dictionary"]

DOCUMENT = Path(__file__).parent.parent / "docs" / "data-dictionary.md"
REFERENCE = re.compile(r"\((?:.*?: )?(\w+)\.(\w+)[^)]*\)")
HEAD = """# Data dictionary

Made by `python -m warehouse.dictionary` from the database's own comments; do not edit. The same comments are in the
published file: `from contents`, and `select table_name, column_name, comment from duckdb_columns()`.

All times are UTC (`timestamp with time zone`), all days are UTC days. Count distinct `cluster_id` to count reporting,
`story_id` to count coverage.
"""


def main() -> None:
    """Write the document anew."""
    with TemporaryDirectory() as folder, open_warehouse(Path(folder) / "empty.duckdb") as connection:
        DOCUMENT.write_text(render_dictionary(connection), encoding="utf-8")


def render_dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """The document in Markdown, with the entity diagram in Mermaid."""
    tables = described(connection, "select table_name, comment from duckdb_tables() where not internal order by 1")
    views = described(connection, "select view_name, comment from duckdb_views() where not internal order by 1")
    macros = described(
        connection,
        "select distinct function_name || '(' || array_to_string(parameters, ', ') || ')', comment from duckdb_functions() "
        "where not internal and function_type in ('macro', 'table_macro') order by 1",
    )
    columns = {name: columns_of(connection, name) for name in (*tables, *views)}
    public = {name: comment for name, comment in tables.items() if name not in PRIVATE}
    own = {name: comment for name, comment in tables.items() if name in PRIVATE}
    parts = [HEAD, "## How the tables hang together\n", diagram(public, columns, keys(connection)), "## Tables\n"]
    parts += [section(name, comment, columns[name]) for name, comment in public.items()]
    parts.append("## Views\n")
    parts += [section(name, told(name, comment), columns[name]) for name, comment in views.items()]
    parts += ["## Macros\n", *(f"- `{name}`: {comment}" for name, comment in macros.items()), ""]
    parts.append("## Tables for the program's own work\n\nEmpty in the published file.\n")
    parts += [section(name, comment, columns[name]) for name, comment in own.items()]
    return "\n".join(parts)


def told(name: str, comment: str) -> str:
    """A view's comment; a view that the published file holds as a table says so."""
    return f"{comment}. In the published file a table" if name in FROZEN else comment


def described(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """Names with their comments."""
    return {name: comment or "" for name, comment in connection.execute(sql).fetchall()}


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, str]]:
    """Name, type and comment of each column of a table or view."""
    rows = connection.execute(
        "select column_name, data_type, comment from duckdb_columns() where table_name = ? and not internal order by column_index",
        [table],
    ).fetchall()
    return [(name, short(kind), comment or "") for name, kind, comment in rows]


def short(kind: str) -> str:
    """The type as one would say it: an enumeration by its words."""
    return kind.lower().replace("enum(", "one of (") if kind.startswith("ENUM") else kind.lower()


def section(name: str, comment: str, columns: list[tuple[str, str, str]]) -> str:
    """A table or view with its columns."""
    lines = [f"### {name}\n", f"{comment}.\n", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{column}` | {kind} | {text.replace('|', '&#124;')} |" for column, kind, text in columns]
    return "\n".join([*lines, ""])


def keys(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The column that tells one row of a table from the others, with that table, where no other table has it so."""
    rows = connection.execute(
        "select constraint_column_names[1], any_value(table_name) from duckdb_constraints() "
        "where constraint_type = 'PRIMARY KEY' and len(constraint_column_names) = 1 group by 1 having count(*) = 1"
    ).fetchall()
    return {column: table for column, table in rows if column.endswith(("_id", "_fips"))}


def diagram(tables: dict[str, str], columns: dict[str, list[tuple[str, str, str]]], keys: dict[str, str]) -> str:
    """The tables and what refers to what: as the comments say it, (table.column), or by the name of another's key."""
    edges = set()
    for name in tables:
        for column, _, comment in columns[name]:
            said = REFERENCE.search(comment)
            referred = said[1] if said else keys.get(column)
            if referred in tables and referred != name:
                edges.add(f"    {referred} ||--o{{ {name} : {column}")
    return "\n".join(["```mermaid", "erDiagram", *sorted(edges), "```", ""])


if __name__ == "__main__":
    main()
