"""Ids in `alerts.yml` that the published file does not know: a slip there silences a rule, and nobody would notice.

They are told and not refused: an agency or a source may come later, and a load must not fail for it.
"""

from __future__ import annotations

import duckdb

from crawler.entries import nearest
from pipelines.alerts.rules import AlertFile

__all__ = ["known_agencies", "unknown_names"]


def unknown_names(connection: duckdb.DuckDBPyConnection, file: AlertFile) -> list[str]:
    """A line for each agency and source of a rule that is not in the snapshot, with the one that was probably meant."""
    known = {"agency": known_agencies(connection), "source": ids(connection, "select source_id from sources")}
    return [
        f"rule {rule.name} names the {kind} {name!r}, which is not known{nearest(name, known[kind])}"
        for rule in file.rules
        for kind, names in (("agency", rule.agencies), ("source", rule.sources))
        for name in sorted(names.difference(known[kind]))
    ]


def known_agencies(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The ids of all agencies of a snapshot."""
    return ids(connection, "select agency_id from agencies")


def ids(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    """The one column that a query gives."""
    return tuple(row[0] for row in connection.execute(query).fetchall())
