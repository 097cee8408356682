"""Reads others' lists of agencies: the FBI's (with ORI) and the Police Data Accessibility Project's (with home pages).

A file in, plain rows out, under the ids of the register; what cannot be read as an agency of ours stands in `skipped`
with the reason. Reading a file twice gives the same rows.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from pipelines.agencies.facts import County, counties, counties_named, fold, name_key, slug, states
from pipelines.agencies.identity import built_agency, built_county_agency, county_id, police_id
from pipelines.agencies.official import OfficialNames
from pipelines.agencies.register import AgencyRegister, AgencyRow, shipped_register
from pipelines.records import Agency, AgencyKind

__all__ = ["AgencyImport", "AgencyListError", "import_agencies"]

_FBI_STATES = {"NB": "NE", "GM": "GU"}  # the FBI writes Nebraska NB
_FBI_COLUMNS = {"ori", "pub_agency_name", "state_abbr", "county_name", "agency_type_name"}
_PDAP_COLUMNS = {"name", "homepage_url", "jurisdiction_type", "state", "municipality", "county_fips"}


_UNIT = re.compile(r" (?:Town|Village|Borough|City)$")


class AgencyListError(ValueError):
    """The file is no list of agencies that can be read; the message names the file and what it lacks."""


@dataclass(frozen=True, slots=True)
class AgencyImport:
    """What a list holds: agencies under our ids, each ORI's agency, and rows left out as (line, name, reason)."""

    rows: tuple[AgencyRow, ...]
    agency_of_ori: dict[str, str]
    skipped: tuple[tuple[int, str, str], ...]
    source: str


def import_agencies(path: Path, register: AgencyRegister | None = None) -> AgencyImport:
    """Return the agencies of the FBI's CSV or PDAP's (also gzipped), whichever the columns say it is.

    Raises AgencyListError where the columns are neither's. Sources: FBI Crime Data Explorer, law-enforcement employees;
    Police Data Accessibility Project, agencies.
    """
    register = register or shipped_register()
    with _open(path) as lines:
        reader = csv.DictReader(lines)
        columns = set(reader.fieldnames or ())
        if columns >= _FBI_COLUMNS:
            return _read_fbi(list(reader), register)
        if columns >= _PDAP_COLUMNS:
            return _read_pdap(list(reader), register)
    found, fbi, pdap = sorted(columns)[:8], sorted(_FBI_COLUMNS), sorted(_PDAP_COLUMNS)
    raise AgencyListError(f"{path.name}: no list of agencies: it has {found}; the FBI's has {fbi}, PDAP's {pdap}")


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read_fbi(table: list[dict[str, str]], register: AgencyRegister) -> AgencyImport:
    rows: dict[str, AgencyRow] = {}
    of_ori: dict[str, str] = {}
    skipped: list[tuple[int, str, str]] = []
    main = _main_of_pairs(table)
    names = Counter((r["state_abbr"], r["agency_type_name"], fold(r["pub_agency_name"].split(",")[0])) for r in table)
    for line, record in enumerate(table, start=2):
        name = record["pub_agency_name"].strip().strip(",:").strip()
        state = _FBI_STATES.get(record["state_abbr"], record["state_abbr"])
        if state not in states():
            skipped.append((line, name, "no state: a federal or territorial agency"))
            continue
        shared = (
            names[record["state_abbr"], record["agency_type_name"], fold(record["pub_agency_name"].split(",")[0])] > 1
        )
        agency, is_unit = _fbi_agency(record, name, state, shared, main, register)
        of_ori[record["ori"]] = agency.agency_id
        if not is_unit:
            agency = replace(agency, ori=record["ori"])
        known = rows.get(agency.agency_id)
        if known is None or (known.agency.ori is None and agency.ori):
            rows[agency.agency_id] = AgencyRow(agency, None, (), "fbi")
    return AgencyImport(tuple(rows.values()), of_ori, tuple(skipped), "fbi")


def _fbi_agency(
    record: dict[str, str], name: str, state: str, shared: bool, main: set[str], register: AgencyRegister
) -> tuple[Agency, bool]:
    """Return the agency of a row, and True where the row is a unit (a barracks, a post) of a larger one."""
    county = _fbi_county(record["county_name"], state)
    kind = record["agency_type_name"]
    fips = county.fips if county else None
    if kind == "County" or "sheriff" in name.lower():
        agency = _fbi_county_agency(name, state, county, register)
        if agency:
            return agency, False
    if kind == "City":
        return _fbi_city(name, state, county, shared, record["ori"] in main, register), False
    if kind == "State Police":
        police = register.of_state(state, AgencyKind.STATE_POLICE)
        own = police is not None and fold(states()[state]) in fold(name) and not county
        if police:
            return police, not own
    if (
        kind == "Other"
        and county
        and re.match(r"(?:district|county|state'?s|prosecuting|commonwealth'?s)? ?(?:attorney|prosecutor)", name, re.I)
    ):
        prosecutor = register.of_county(county, AgencyKind.PROSECUTOR)
        if prosecutor:
            return prosecutor, False
    if kind == "Other State Agency":
        return _fbi_state_body(name, state, county, record["ori"], shared, register)
    # "University of Texas:" is a campus whose name the list leaves out; its ORI tells it from the others.
    where = (
        f" {record['ori']}"
        if record["pub_agency_name"].strip().endswith(":")
        else f" {county.name}"
        if shared and county
        else ""
    )
    if kind in ("University or College", "Tribal") or name.lower().endswith("police department"):
        full = name if "olice" in name else f"{name} Police Department"
        built = built_agency(full, state, AgencyKind.POLICE, fips)
        if where:
            built = replace(built, agency_id=built.agency_id.removesuffix("-police") + f"-{slug(where)}-police")
        return built, False
    built = built_agency(name, state, AgencyKind.OTHER, fips)
    return replace(built, agency_id=f"{built.agency_id}-{slug(where)}") if where else built, False


def _fbi_county(written: str, state: str) -> County | None:
    first = written.split(",")[0].strip()
    for name in (first, first.removesuffix(" CITY").title()):
        found = [c for c in counties_named(name.title().replace("'S", "'s")) if c.state == state]
        if found:
            wanted = first.endswith(" CITY") and not any(fold(c.base) == fold(first) for c in found)
            return next((c for c in found if c.is_city == wanted), found[0])
    return None


def _fbi_county_agency(name: str, state: str, county: County | None, register: AgencyRegister) -> Agency | None:
    if "olice" in name:
        police = register.of_county(county, AgencyKind.POLICE) if county else None
        if county and police is None:
            police = Agency(county_id(county, AgencyKind.POLICE), name, AgencyKind.POLICE, state, county.fips, None)
        return police
    if county and name_key(county.base) not in name_key(name) and "sheriff" not in name.lower():
        built = built_county_agency(name.removesuffix(" County"), state, AgencyKind.SHERIFF)
        return replace(built, county_fips=county.fips)
    if county and county.fips in register.counties_policed:
        return register.of_county(county, AgencyKind.POLICE)
    return register.of_county(county, AgencyKind.SHERIFF) if county else None


def _main_of_pairs(table: list[dict[str, str]]) -> set[str]:
    """Return the ORI of the main one of each town and village of one name in one county: it has the plain id."""
    largest: dict[tuple[str, str, str], tuple[bool, int, str]] = {}
    for record in table:
        if record["agency_type_name"] == "City":
            key = (
                record["state_abbr"],
                record["county_name"],
                name_key(_UNIT.sub("", record["pub_agency_name"].strip())),
            )
            plain = not _UNIT.search(record["pub_agency_name"].strip())
            size = plain, int(record.get("population") or 0), record["ori"]
            largest[key] = max(largest.get(key, size), size)
    return {ori for _, _, ori in largest.values()}


def _fbi_city(
    name: str, state: str, county: County | None, shared: bool, main: bool, register: AgencyRegister
) -> Agency:
    base = name.split(",")[0].strip().removesuffix(" Police Department")
    fips = county.fips if county else None
    short = _UNIT.sub("", base) if main else base
    for written in (base, short, re.sub(r" (?:Metro|Metropolitan)$|^Metropolitan ", "", base)):
        agency = register.police_of(written, state, fips)
        if agency is None:
            continue
        exact = written == base and fold(base) in fold(agency.name)
        if exact or agency.county_fips in (fips, None) or fips is None:
            return agency
    aliased = [a for a in register.aliased(name) if a.state == state] or [
        a for a in register.aliased(f"{base} Police Department") if a.state == state
    ]
    if len(aliased) == 1:
        return aliased[0]
    if county and fold(base).endswith(" county"):
        police = register.of_county(county, AgencyKind.POLICE)
        if police:
            return police
    agency_id = police_id(base, state, county if shared else None)
    full = name if "olice" in name or "Public Safety" in name or "Marshal" in name else f"{base} Police Department"
    return Agency(agency_id, full, AgencyKind.POLICE, state, fips, None)


def _fbi_state_body(
    name: str, state: str, county: County | None, ori: str, shared: bool, register: AgencyRegister
) -> tuple[Agency, bool]:
    full = name if fold(name).startswith(fold(states()[state])) else f"{states()[state]} {name}"
    aliased = [a for a in register.aliased(full) if a.state == state]
    if len(aliased) == 1:
        return aliased[0], county is not None
    return built_agency(full, state, AgencyKind.OTHER), county is not None


def _read_pdap(table: list[dict[str, str]], register: AgencyRegister) -> AgencyImport:
    names = OfficialNames(register)
    rows: dict[str, AgencyRow] = {}
    skipped: list[tuple[int, str, str]] = []
    for line, record in enumerate(table, start=2):
        state = record["state"].strip()
        name = re.sub(r"\s+-\s+[A-Z]{2}\s*$", "", record["name"]).strip()
        if state not in states() or record["jurisdiction_type"] == "federal":
            skipped.append((line, name, "no state, or a federal agency"))
            continue
        county = counties().get(record["county_fips"].strip().zfill(5) if record["county_fips"].strip() else "")
        match = names.match(name, state, county.name if county else None)
        agency = match.agency
        if not match.known and county:
            agency = replace(agency, county_fips=agency.county_fips or county.fips)
        homepage = record["homepage_url"].strip() or None
        known = rows.get(agency.agency_id)
        if known is None:
            rows[agency.agency_id] = AgencyRow(agency, homepage, (name,) if name != agency.name else (), "pdap")
        else:
            aliases = tuple(dict.fromkeys([*known.aliases, *([name] if name != agency.name else [])]))
            rows[agency.agency_id] = replace(known, homepage=known.homepage or homepage, aliases=aliases)
    return AgencyImport(tuple(rows.values()), {}, tuple(skipped), "pdap")
