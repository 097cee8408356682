"""The register of agencies that ships with the code: who exists, under which id, and by which names.

Sheriffs and prosecutors follow from the table of counties, police from the table of places, and the exceptions stand in
`data/*.yml`. It decides nothing about a story, and imported lists extend it without changing an id.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from pipelines.agencies.facts import County, counties, name_key, places
from pipelines.agencies.identity import county_id, jail_agency, police_id, state_body_id
from pipelines.records import Agency, AgencyKind

__all__ = ["AgencyRegister", "AgencyRow", "FederalBody", "load_data", "shipped_register"]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency as the warehouse keeps it: the record, its home page, the names it goes by, and the list it is from."""

    agency: Agency
    homepage: str | None
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class FederalBody:
    """A federal agency with its names in any case and the capitals that are matched letter for letter."""

    agency: Agency
    names: tuple[str, ...]
    cased: tuple[str, ...]


@dataclass(frozen=True)
class AgencyRegister:
    """Agencies by id, and the ways to reach them: county, city, state, alias. `with_agencies` gives a new one."""

    rows: Mapping[str, AgencyRow]
    by_county: Mapping[tuple[str, AgencyKind], str]
    by_city: Mapping[tuple[str, str], tuple[str, ...]]
    by_alias: Mapping[str, tuple[str, ...]]
    federal: tuple[FederalBody, ...]
    state_jails: frozenset[str]
    jails_apart: frozenset[str]
    not_jails: frozenset[str]
    counties_policed: frozenset[str]

    def get(self, agency_id: str) -> Agency | None:
        """Return the agency of that id, or None."""
        row = self.rows.get(agency_id)
        return row.agency if row else None

    def of_county(self, county: County, kind: AgencyKind) -> Agency | None:
        """Return the sheriff, county police or prosecutor of a county, or None where it has none."""
        agency_id = self.by_county.get((county.fips, kind))
        return self.get(agency_id) if agency_id else None

    def jail_of(self, county: County, printed: str) -> Agency | None:
        """Return who runs a county's jail: the sheriff, the state, or a body of its own called `printed`."""
        own = self.of_county(county, AgencyKind.CORRECTIONS)
        if own is not None:
            return own
        if county.state in self.state_jails:
            return self.of_state(county.state, AgencyKind.CORRECTIONS)
        if county.state in self.jails_apart:
            return jail_agency(county, printed)
        return self.of_county(county, AgencyKind.SHERIFF)

    def police_of(self, city: str, state: str, county_fips: str | None = None) -> Agency | None:
        """Return the police of a city, or None where the register has none, or several and no county to tell."""
        found = [row.agency for row in map(self.rows.get, self.by_city.get((state, name_key(city)), ())) if row]
        if len(found) > 1:
            found = [agency for agency in found if agency.county_fips == county_fips]
        return found[0] if len(found) == 1 else None

    def corrections_of(self, city: str, state: str, county_fips: str | None) -> Agency | None:
        """Return the corrections department that a city runs, or its county; New York City, in five, has a key of its own."""
        return self.get(self.by_county.get((county_fips or f"{city}, {state}", AgencyKind.CORRECTIONS), ""))

    def of_state(self, state: str, kind: AgencyKind) -> Agency | None:
        """Return a state's police (or patrol) or its corrections department."""
        agency_id = self.by_county.get((state, kind))
        return self.get(agency_id) if agency_id else None

    def aliased(self, name: str) -> tuple[Agency, ...]:
        """Return the agencies that go by exactly this name."""
        found = (self.get(agency_id) for agency_id in self.by_alias.get(name, ()))
        return tuple(agency for agency in found if agency)

    def with_agencies(self, rows: Iterable[AgencyRow]) -> AgencyRegister:
        """Return a register that also holds these rows; a known id gains ORI, home page and names and keeps the rest.

        Names gained so are kept for tables, not matched in stories: lists abbreviate as no newspaper does.
        """
        merged = dict(self.rows)
        by_city = dict(self.by_city)
        for row in rows:
            known = merged.get(row.agency.agency_id)
            merged[row.agency.agency_id] = _merge(known, row) if known else row
            if known is None and row.agency.kind is AgencyKind.POLICE and row.agency.state:
                key = row.agency.state, name_key(row.agency.name.removesuffix(" Police Department"))
                by_city[key] = (*by_city.get(key, ()), row.agency.agency_id)
        return replace(self, rows=merged, by_city=by_city)


def _merge(known: AgencyRow, row: AgencyRow) -> AgencyRow:
    agency = replace(
        known.agency,
        ori=known.agency.ori or row.agency.ori,
        county_fips=known.agency.county_fips or row.agency.county_fips,
    )
    aliases = tuple(dict.fromkeys([*known.aliases, *row.aliases]))
    source = known.source if row.source in known.source.split("+") else f"{known.source}+{row.source}"
    return AgencyRow(agency, known.homepage or row.homepage, aliases, source)


@cache
def shipped_register() -> AgencyRegister:
    """Return the register that ships with the code; the same object each time."""
    rows: dict[str, AgencyRow] = {}
    by_county: dict[tuple[str, AgencyKind], str] = {}
    by_city: dict[tuple[str, str], tuple[str, ...]] = {}
    sheriffs = load_data("sheriffs.yml")
    for row, fips in (*_sheriff_rows(sheriffs), *_prosecutor_rows(), *_county_police_rows()):
        rows[row.agency.agency_id] = row
        by_county[fips, row.agency.kind] = row.agency.agency_id
    for fips, agency_id in sheriffs["counties_without"].items():
        by_county[fips, AgencyKind.SHERIFF] = agency_id
    for fips, jail in sheriffs["jails_of_counties"].items():
        agency = jail_agency(counties()[fips], "")
        agency = replace(agency, name=jail["name"])
        rows[agency.agency_id] = AgencyRow(agency, None, tuple(jail.get("aliases", ())), "shipped")
        by_county[fips, AgencyKind.CORRECTIONS] = agency.agency_id
    for fips, agency_id in sheriffs["jails_of_cities"].items():
        by_county[fips, AgencyKind.CORRECTIONS] = agency_id
    for extra in sheriffs["extra"]:
        agency = Agency(extra["id"], extra["name"], AgencyKind.SHERIFF, extra["state"], extra["county_fips"], None)
        rows[agency.agency_id] = AgencyRow(agency, None, tuple(extra["aliases"]), "shipped")
    for row, city in _police_rows():
        rows[row.agency.agency_id] = row
        key = row.agency.state or "", name_key(city)
        by_city[key] = (*by_city.get(key, ()), row.agency.agency_id)
    for special in load_data("police.yml"):
        if "same_as" in special:
            by_city[special["state"], name_key(special["city"])] = (special["same_as"],)
    # Las Vegas: the sheriff of Clark County heads the Metropolitan Police.
    by_county["32003", AgencyKind.SHERIFF] = police_id("Las Vegas", "NV")
    for row in _state_rows():
        rows[row.agency.agency_id] = row
        by_county.setdefault((row.agency.state or "", row.agency.kind), row.agency.agency_id)
    federal = tuple(_federal_bodies())
    rows.update({f.agency.agency_id: AgencyRow(f.agency, None, (*f.names, *f.cased), "shipped") for f in federal})
    by_alias: dict[str, tuple[str, ...]] = {}
    for row in rows.values():
        if row.agency.kind is not AgencyKind.FEDERAL:
            for alias in row.aliases:
                by_alias[alias] = (*by_alias.get(alias, ()), row.agency.agency_id)
    return AgencyRegister(
        rows,
        by_county,
        by_city,
        by_alias,
        federal,
        frozenset(sheriffs["jails_of_the_state"]),
        frozenset(sheriffs["jails_apart"]),
        frozenset(name.lower() for name in sheriffs["federal_or_private"]),
        frozenset(line["county_fips"] for line in _csv_rows("county_police.csv") if line["fbi_county_row"]),
    )


def load_data(name: str) -> Any:
    """Return the contents of a YAML file of `data/`."""
    return YAML(typ="safe").load(files("pipelines.agencies").joinpath("data", name).read_text(encoding="utf-8"))


def _csv_rows(name: str) -> list[dict[str, str]]:
    text = files("pipelines.agencies").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _sheriff_rows(data: dict[str, Any]) -> Iterator[tuple[AgencyRow, str]]:
    for county in counties().values():
        if county.state in data["states_without"] or county.fips in data["counties_without"]:
            continue
        special = data["named"].get(county.fips, {})
        title = county.base + " City" if county.is_city and county.base != "Carson City" else county.name
        name = special.get("name", f"{title} Sheriff's Office")
        if name is None:
            continue
        agency = Agency(
            county_id(county, AgencyKind.SHERIFF), name, AgencyKind.SHERIFF, county.state, county.fips, None
        )
        yield AgencyRow(agency, None, tuple(special.get("aliases", ())), "shipped"), county.fips


def _prosecutor_rows() -> Iterator[tuple[AgencyRow, str]]:
    data = load_data("prosecutors.yml")
    titles = {state: title for title, of in data["titles"].items() for state in of}
    for county in counties().values():
        if county.state in data["states_without"]:
            continue
        special = data["named"].get(county.fips, {})
        title = titles.get(county.state, data["default"])
        # "Maricopa County" and "County Attorney" share a word.
        name = special.get("name", f"{county.name} {title.removeprefix('County ')}'s Office")
        agency_id = county_id(county, AgencyKind.PROSECUTOR)
        agency = Agency(agency_id, name, AgencyKind.PROSECUTOR, county.state, county.fips, None)
        yield AgencyRow(agency, None, tuple(special.get("aliases", ())), "shipped"), county.fips


def _county_police_rows() -> Iterator[tuple[AgencyRow, str]]:
    for line in _csv_rows("county_police.csv"):
        county = counties()[line["county_fips"]]
        name = line["name"] or f"{county.name} Police Department"
        agency = Agency(county_id(county, AgencyKind.POLICE), name, AgencyKind.POLICE, county.state, county.fips, None)
        yield AgencyRow(agency, None, _split(line["aliases"]), "shipped"), county.fips


def _police_rows() -> Iterator[tuple[AgencyRow, str]]:
    special = {(s["state"], s["city"]): s for s in load_data("police.yml")}
    with_police = [place for place in places() if place.police]
    shared = Counter((place.state, name_key(place.name)) for place in with_police)
    for place in with_police:
        named = special.get((place.state, place.name), {})
        if "same_as" in named:
            continue
        name = named.get("name", f"{place.name} Police Department")
        county = counties().get(place.county_fips or "")
        namesakes = shared[place.state, name_key(place.name)] > 1
        agency_id = police_id(place.name, place.state, county if namesakes else None)
        agency = Agency(agency_id, name, AgencyKind.POLICE, place.state, place.county_fips, None)
        aliases = dict.fromkeys([*([name] if "name" in named else []), *named.get("aliases", ())])
        yield AgencyRow(agency, None, tuple(aliases), "shipped"), place.name


def _state_rows() -> Iterator[AgencyRow]:
    for line in _csv_rows("state_agencies.csv"):
        agency_id = state_body_id(line["name"], line["state"])
        agency = Agency(agency_id, line["name"], AgencyKind(line["kind"]), line["state"], None, None)
        yield AgencyRow(agency, None, (line["name"], *_split(line["aliases"])), "shipped")


def _federal_bodies() -> Iterator[FederalBody]:
    for body in load_data("federal.yml"):
        agency = Agency(body["id"], body["name"], AgencyKind.FEDERAL, None, None, None)
        yield FederalBody(agency, tuple(body["names"]), tuple(body["cased"]))


def _split(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(";") if part.strip())
