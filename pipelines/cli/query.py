"""`badgewire query`: SQL over the published snapshot."""

from __future__ import annotations

import csv
import json
import math
import sys
from enum import StrEnum
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.errors import WarehouseError
from pipelines.cli.options import Live, workspace_of
from warehouse.exports import spreadsheet_safe
from warehouse.snapshot import open_snapshot

__all__ = ["Format", "print_table", "query"]


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT, in DuckDB's SQL.")],
    live: Live = False,
    format: Annotated[
        Format, typer.Option(help="table for people, csv safe for spreadsheets, json a list of objects.")
    ] = Format.TABLE,
) -> None:
    """Ask the published database a question in SQL.

    For example: badgewire query "select state, count(*) from stories join sources using (source_id) group by all"
    """
    with open_snapshot(workspace_of(live).published) as connection:
        try:
            if len(connection.extract_statements(sql)) != 1:
                raise WarehouseError("give one SELECT, in quotation marks")
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"that query does not run: {' '.join(str(error).split())}") from error
    match format:
        case Format.TABLE:
            print_table(names, rows)
        case Format.CSV:
            # Lines end as RFC 4180 has it: the writer then quotes cells that hold either half of such an end.
            writer = csv.writer(sys.stdout, lineterminator="\r\n")
            writer.writerow(names)
            writer.writerows([spreadsheet_safe(value) for value in row] for row in rows)
        case Format.JSON:
            if len(set(names)) < len(names):
                raise WarehouseError("two columns have one name, which JSON cannot hold: name them with AS")
            objects = [dict(zip(names, map(json_value, row), strict=True)) for row in rows]
            sys.stdout.write(json.dumps(objects, default=str, ensure_ascii=False, indent=1) + "\n")


def json_value(value: Any) -> Any:
    """A cell for JSON, which knows no NaN and no infinity (RFC 8259, section 6): null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(
    names: list[str], rows: list[tuple[Any, ...]], title: str | None = None, unbroken: str | None = None
) -> None:
    """Print rows as a table; remote text is shown letter for letter, control characters apart.

    The column `unbroken` keeps its words on one line, to be copied from a narrow terminal.
    """
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", row_styles=["", "dim"])
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name == unbroken)
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    Console(highlight=False).print(table)


def shown(value: Any) -> str:
    """A value for a terminal: nothing for null, no escape sequences."""
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
