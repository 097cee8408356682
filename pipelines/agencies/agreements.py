"""Reads ICE's lists of 287(g) agreements, its own workbooks and the CSV of snapshots, onto the ids of our agencies.

A participating row is an agreement; a pending row is none yet and has no signing date. A list is a snapshot of one day:
the date in the CSV and in a workbook's name is the day of the list, never the day of signing. Reading is repeatable.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pipelines.agencies.facts import counties, states
from pipelines.agencies.official import OfficialNames
from pipelines.agencies.register import AgencyRegister, shipped_register
from pipelines.records import Agency

__all__ = ["Agreement", "AgreementImport", "AgreementListError", "AgreementSpan", "import_agreements", "join_snapshots"]

_NOTHING = {"", "na", "n/a", "#n/a", "#na", "-1", "none"}
_LIST_COLUMNS = ("STATE", "LAW ENFORCEMENT AGENCY", "COUNTY", "SUPPORT TYPE")
_WRITTEN_DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})$")
_FILE_DATE = re.compile(r"(?P<month>\d{2})(?P<day>\d{2})(?P<year>20\d{2})(?P<half>am|pm)?", re.IGNORECASE)


class AgreementListError(ValueError):
    """The file is no list of agreements that can be read; the message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One row of a snapshot. `status` is `participating` or `pending`; `ori_given` is the ORI that the list carries.

    `matched` is False where the register did not know the agency; `reason` says by which rule it was found, or why not.
    """

    agreement_id: str
    agency_id: str
    agency: Agency
    agency_name_raw: str
    state: str
    county_fips: str | None
    county_raw: str | None
    model: str
    signed_on: date | None
    snapshot_on: date
    snapshot_half: str | None
    status: str
    ori_given: str | None
    matched: bool
    reason: str
    row: int


@dataclass(frozen=True, slots=True)
class AgreementImport:
    """What a file holds: agreements, pending requests, and rows left out as (row, words, reason)."""

    agreements: tuple[Agreement, ...]
    pending: tuple[Agreement, ...]
    skipped: tuple[tuple[int, str, str], ...]

    def unmatched(self) -> tuple[Agreement, ...]:
        """Return the rows whose agency the register does not know, one for each agency, with the reason."""
        first: dict[str, Agreement] = {}
        for row in (*self.agreements, *self.pending):
            if not row.matched:
                first.setdefault(row.agency_id, row)
        return tuple(first.values())


@dataclass(frozen=True, slots=True)
class AgreementSpan:
    """One agreement over all snapshots: first and last day seen, and whether the newest snapshot still has it."""

    agreement_id: str
    agency_id: str
    model: str
    signed_on: date | None
    first_seen_on: date
    last_seen_on: date
    status: str


def import_agreements(
    path: Path, register: AgencyRegister | None = None, *, snapshot_on: date | None = None
) -> AgreementImport:
    """Return the rows of ICE's list (XLSX, or CSV with the same columns) or of the CSV of snapshots.

    The day of ICE's list stands in its file name (`participatingAgencies07182025pm.xlsx`); `snapshot_on` is the day
    where it does not. Raises AgreementListError where neither tells the day, or the columns are missing.
    """
    names = OfficialNames(register or shipped_register())
    if path.suffix.lower() != ".csv":
        return _read_list(path, _workbook_table(path), names, snapshot_on)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table: list[Sequence[object]] = list(csv.reader(lines))
    if table and set(_LIST_COLUMNS) <= {str(cell).strip().upper() for cell in table[0]}:
        return _read_list(path, table, names, snapshot_on)
    return _read_snapshots(path, names)


def join_snapshots(rows: Iterable[Agreement]) -> list[AgreementSpan]:
    """Return one span for each agency and model; `ended` where the newest snapshot of all no longer lists it."""
    kept = [row for row in rows if row.status == "participating"]
    if not kept:
        return []
    newest = max(row.snapshot_on for row in kept)
    spans: dict[str, AgreementSpan] = {}
    for row in sorted(kept, key=lambda r: (r.snapshot_on, r.agreement_id, r.row)):
        known = spans.get(row.agreement_id)
        signed = row.signed_on or (known.signed_on if known else None)
        first = known.first_seen_on if known else row.snapshot_on
        status = "active" if row.snapshot_on == newest else "ended"
        spans[row.agreement_id] = AgreementSpan(
            row.agreement_id, row.agency_id, row.model, signed, first, row.snapshot_on, status
        )
    return sorted(spans.values(), key=lambda s: s.agreement_id)


def _workbook_table(path: Path) -> list[Sequence[object]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise AgreementListError(f"{path.name}: no XLSX workbook ({error}); download the list again") from error
    try:
        return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _read_list(
    path: Path, table: list[Sequence[object]], names: OfficialNames, snapshot_on: date | None
) -> AgreementImport:
    found = _FILE_DATE.search(path.stem)
    day = date(int(found["year"]), int(found["month"]), int(found["day"])) if found else snapshot_on
    if day is None:
        raise AgreementListError(
            f"{path.name}: no day in the file name, as in participatingAgencies07182025pm.xlsx, and none given"
        )
    pending = path.stem.lower().startswith("pending")
    head = [str(cell or "").strip().upper() for cell in table[0]] if table else []
    if any(column not in head for column in _LIST_COLUMNS):
        raise AgreementListError(f"{path.name}: columns are {head[:8]}; {list(_LIST_COLUMNS)} are needed")
    state_at, agency_at, county_at, model_at = (head.index(column) for column in _LIST_COLUMNS)
    signed_at = head.index("SIGNED") if "SIGNED" in head else None
    kept: list[Agreement] = []
    skipped: list[tuple[int, str, str]] = []
    for number, row in enumerate(table[1:], start=2):
        if not any(row):
            continue
        if len(row) <= max(state_at, agency_at, county_at, model_at):
            skipped.append((number, " | ".join(map(str, row)), "too few columns"))
            continue
        written = row[signed_at] if signed_at is not None and signed_at < len(row) and not pending else None
        made = _agreement(
            names,
            state=_text(row[state_at]),
            name=_text(row[agency_at]),
            county=_text(row[county_at]),
            model=_text(row[model_at]),
            signed=_day(written),
            day=day,
            half=found["half"].lower() if found and found["half"] else None,
            status="pending" if pending else "participating",
            ori=None,
            row=number,
        )
        if isinstance(made, Agreement):
            kept.append(made)
        else:
            skipped.append((number, " | ".join(_text(cell) or "" for cell in row[:5]), made))
    return _sorted_out(kept, skipped)


def _read_snapshots(path: Path, names: OfficialNames) -> AgreementImport:
    kept: list[Agreement] = []
    skipped: list[tuple[int, str, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        needed = {"date", "state", "county", "agency", "type"}
        if not needed <= set(reader.fieldnames or ()):
            raise AgreementListError(f"{path.name}: columns are {reader.fieldnames}; {sorted(needed)} are needed")
        for number, record in enumerate(reader, start=2):
            day, _, half = record["date"].strip().partition(" ")
            try:
                snapshot = date.fromisoformat(day)
            except ValueError:
                skipped.append((number, record["agency"], f"no day in {record['date']!r}"))
                continue
            made = _agreement(
                names,
                state=record["state"],
                name=record["agency"],
                county=record["county"],
                model=record["type"],
                signed=None,
                day=snapshot,
                half=half or None,
                status="participating",
                ori=_given(record.get("ori")),
                row=number,
            )
            if isinstance(made, Agreement):
                kept.append(made)
            else:
                skipped.append((number, record["agency"], made))
    return _sorted_out(kept, skipped)


def _agreement(
    names: OfficialNames,
    *,
    state: str | None,
    name: str | None,
    county: str | None,
    model: str | None,
    signed: date | None,
    day: date,
    half: str | None,
    status: str,
    ori: str | None,
    row: int,
) -> Agreement | str:
    """Return the agreement of a row, or why there is none."""
    abbreviation = _states_by_name().get((state or "").strip().lower())
    if abbreviation is None:
        return f"no state called {state!r}"
    name, model, county = _given(name), _given(model), _given(county)
    if name is None or model is None:
        return "no agency or no model"
    match = names.match(name, abbreviation, county)
    model = " ".join(model.split())
    agreement_id = f"{match.agency.agency_id}:{re.sub(r'[^a-z]+', '-', model.lower()).strip('-')}"
    fips = match.agency.county_fips if match.agency.county_fips in counties() else None
    return Agreement(
        agreement_id,
        match.agency.agency_id,
        match.agency,
        name,
        abbreviation,
        fips,
        county,
        model,
        signed,
        day,
        half,
        status,
        ori,
        match.known,
        match.reason,
        row,
    )


def _sorted_out(rows: list[Agreement], skipped: list[tuple[int, str, str]]) -> AgreementImport:
    """Return rows without those that say the same of the same snapshot twice."""
    first: dict[tuple[str, date, str | None, str], Agreement] = {}
    for row in rows:
        key = row.agreement_id, row.snapshot_on, row.snapshot_half, row.status
        if key in first:
            skipped.append((row.row, row.agency_name_raw, f"same agency and model as row {first[key].row}"))
        else:
            first[key] = row
    kept = tuple(first.values())
    return AgreementImport(
        tuple(r for r in kept if r.status == "participating"),
        tuple(r for r in kept if r.status == "pending"),
        tuple(sorted(skipped)),
    )


def _states_by_name() -> dict[str, str]:
    return {name.lower(): abbreviation for abbreviation, name in states().items()}


def _day(cell: object) -> date | None:
    """Return the day of a cell, a date or written 3/11/2025; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    match = _WRITTEN_DAY.match(str(cell or "").strip())
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        return None


def _text(cell: object) -> str | None:
    return str(cell) if cell is not None else None


def _given(written: str | None) -> str | None:
    """Return a cell's words, or None for the ways in which the lists say nothing (NA, -1, #N/A, blank)."""
    return written.strip() if written and written.strip().lower() not in _NOTHING else None
