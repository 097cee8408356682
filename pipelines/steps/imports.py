"""Official lists that an operator imports: agencies of the FBI and PDAP, ICE's lists of 287(g) agreements.

A list is kept in the data home as it came, so that a warehouse built anew has it again. Agencies that a list brings
extend the register that stories are read with.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from crawler.errors import SourceError
from pipelines.agencies import AgencyRegister, AgencyResolver, AgencyRow, shipped_register
from pipelines.agencies.agreements import (
    Agreement,
    AgreementImport,
    AgreementListError,
    import_agreements,
    join_snapshots,
)
from pipelines.agencies.lists import AgencyImport, AgencyListError, import_agencies
from pipelines.versions import RULES_VERSION
from pipelines.workspace import Workspace
from warehouse.load import AGENCY_ROWS, AGREEMENT_ROWS, ALIAS_ROWS, LIST_ROWS, replace_lists

__all__ = [
    "ListImport",
    "agency_lists",
    "extended_register",
    "extended_resolver",
    "keep_agencies",
    "keep_agreements",
    "load_lists",
]


@dataclass(frozen=True, slots=True)
class ListImport:
    """What a list holds: rows taken, rows left out and agencies unknown to the register, each with its reason."""

    rows: int
    skipped: tuple[str, ...]
    unmatched: tuple[str, ...]


def keep_agencies(place: Workspace, path: Path) -> ListImport:
    """Check a list of agencies and keep it. Raises SourceError where it is none that can be read."""
    found = read_agencies(path)
    keep(path, place.imports / "agencies", None)
    skipped = tuple(f"line {line}: {name}: {reason}" for line, name, reason in found.skipped)
    return ListImport(len(found.rows), skipped, ())


def keep_agreements(place: Workspace, path: Path, day: date | None) -> ListImport:
    """Check a list of agreements and keep it; `day` is the list's own, where its name does not tell.

    Raises SourceError where it is none that can be read.
    """
    found = read_agreements(path, extended_register(agency_lists(place)), day)
    keep(path, place.imports / "agreements", day)
    skipped = tuple(f"row {row}: {words}: {reason}" for row, words, reason in found.skipped)
    unmatched = tuple(f"{row.agency_name_raw}, {row.state}: {row.reason}" for row in found.unmatched())
    return ListImport(len(found.agreements) + len(found.pending), skipped, unmatched)


def keep(path: Path, folder: Path, day: date | None) -> None:
    """Copy a list into the data home under a name of ours: a hash, then what of its own name is harmless."""
    target = folder / (day.isoformat() if day else "named")
    target.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    name = re.sub(r"[^A-Za-z0-9._-]", "_", path.name)[-80:]
    draft = target / f".{digest}.part"
    shutil.copyfile(path, draft)
    draft.replace(target / f"{digest}-{name}")


def agency_lists(place: Workspace) -> tuple[Path, ...]:
    """The lists of agencies that are kept, in order of name."""
    return tuple(sorted((place.imports / "agencies").glob("named/[!.]*")))


@cache
def extended_resolver(lists: tuple[Path, ...]) -> AgencyResolver:
    """The resolver over the extended register; made once a process."""
    return AgencyResolver(extended_register(lists))


@cache
def extended_register(lists: tuple[Path, ...]) -> AgencyRegister:
    """The register that ships, the agencies of these lists added; made once a process."""
    register = shipped_register()
    for path in lists:
        register = register.with_agencies(read_agencies(path, register).rows)
    return register


def load_lists(connection: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    """Bring agencies, aliases and agreements in line with the lists that are kept; nothing where they are already."""
    agencies, agreements = agency_lists(place), agreement_lists(place)
    kept = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (*agencies, *agreements)}
    stored = dict(
        connection.execute(
            "select list_file, digest from imported_lists where rules_version = ?", [RULES_VERSION]
        ).fetchall()
    )
    if kept == stored:
        return
    register = shipped_register()
    rows: dict[str, AgencyRow] = {}
    lists = []
    for path in agencies:
        found = read_agencies(path, register)
        register = register.with_agencies(found.rows)
        rows |= {row.agency.agency_id: row for row in found.rows}
        lists.append(list_row(path, "agencies", kept[path.name], len(found.rows), 0))
    signed: list[tuple[Agreement, str]] = []
    for path in agreements:
        listed = read_agreements(path, register, day_of(path))
        signed += [(row, path.name) for row in listed.agreements]
        lists.append(list_row(path, "agreements", kept[path.name], len(listed.agreements), len(listed.unmatched())))
    rows = {row.agency.agency_id: AgencyRow(row.agency, None, (), "ice") for row, _ in signed} | rows
    replace_lists(
        connection,
        pa.Table.from_pylist([agency_row(row) for row in rows.values()], schema=AGENCY_ROWS),
        pa.Table.from_pylist([each for row in rows.values() for each in alias_rows(row)], schema=ALIAS_ROWS),
        pa.Table.from_pylist(agreement_rows(signed), schema=AGREEMENT_ROWS),
        pa.Table.from_pylist(lists, schema=LIST_ROWS),
    )


def agreement_lists(place: Workspace) -> tuple[Path, ...]:
    """The lists of agreements that are kept, in order of day and name."""
    return tuple(sorted((place.imports / "agreements").glob("*/[!.]*")))


def day_of(path: Path) -> date | None:
    """The day that the operator gave for a list, None where its name tells."""
    return None if path.parent.name == "named" else date.fromisoformat(path.parent.name)


def read_agencies(path: Path, register: AgencyRegister | None = None) -> AgencyImport:
    """A list of agencies. Raises SourceError where it cannot be read."""
    try:
        return import_agencies(path, register)
    except (AgencyListError, OSError, UnicodeError) as error:
        raise SourceError(f"{path} is no list of agencies: {error}") from error


def read_agreements(path: Path, register: AgencyRegister, day: date | None) -> AgreementImport:
    """A list of agreements. Raises SourceError where it cannot be read."""
    try:
        return import_agreements(path, register, snapshot_on=day)
    except (AgreementListError, OSError, UnicodeError) as error:
        raise SourceError(f"{path} is no list of agreements: {error}") from error


def agency_row(row: AgencyRow) -> dict[str, Any]:
    """A row of the table agencies."""
    agency = row.agency
    return {
        "agency_id": agency.agency_id,
        "name": agency.name,
        "kind": agency.kind.value,
        "state": agency.state,
        "county_fips": agency.county_fips,
        "ori": agency.ori,
        "homepage": row.homepage,
        "origin": row.source,
    }


def alias_rows(row: AgencyRow) -> list[dict[str, Any]]:
    """Rows of the table agency_aliases."""
    return [
        {"agency_id": row.agency.agency_id, "alias": alias, "origin": row.source}
        for alias in dict.fromkeys(row.aliases)
    ]


def agreement_rows(signed: Iterable[tuple[Agreement, str]]) -> list[dict[str, Any]]:
    """Rows of the table agreements: one for each agency and model over all lists."""
    latest = {
        row.agreement_id: (row, name) for row, name in sorted(signed, key=lambda each: (each[0].snapshot_on, each[1]))
    }
    spans = join_snapshots([row for row, _ in signed])
    return [
        {
            "agreement_id": span.agreement_id,
            "agency_id": span.agency_id,
            "model": span.model,
            "status": span.status,
            "signed_on": span.signed_on,
            "first_seen_on": span.first_seen_on,
            "last_seen_on": span.last_seen_on,
            "listed_name": latest[span.agreement_id][0].agency_name_raw,
            "list_file": latest[span.agreement_id][1],
            "rules_version": RULES_VERSION,
        }
        for span in spans
    ]


def list_row(path: Path, kind: str, digest: str, rows: int, unmatched: int) -> dict[str, Any]:
    """A row of the table imported_lists."""
    return {
        "list_file": path.name,
        "kind": kind,
        "digest": digest,
        "row_count": rows,
        "unmatched": unmatched,
        "rules_version": RULES_VERSION,
    }
