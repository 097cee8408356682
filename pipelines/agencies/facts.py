"""Public facts of geography: states, counties and their equivalents, and places with the county in which they lie.

States come from the package `us`, counties from the census table of the crawler, places from `data/places.csv` (its
head names the sources). Nothing here knows of agencies, and nothing guesses: a name that means many places has many.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import us

from crawler.counties import county_names

__all__ = [
    "County",
    "Place",
    "counties",
    "counties_named",
    "fold",
    "name_key",
    "places",
    "places_misspelled",
    "places_named",
    "slug",
    "states",
]

_COUNTY_WORD = re.compile(
    r" (?:county|parish|city and borough|borough|census area|municipality|city|planning region)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class County:
    """A county or its equivalent: `name` as in the census, `base` without "County", `population` a lower bound."""

    fips: str
    name: str
    base: str
    state: str
    population: int

    @property
    def is_city(self) -> bool:
        """True for an independent city (Virginia's, Baltimore, St. Louis, Carson City)."""
        return self.name.endswith(" city") or self.name == "Carson City"


@dataclass(frozen=True, slots=True)
class Place:
    """A city, town or populated place. `police` is True where a municipal police department reports to the FBI."""

    name: str
    state: str
    county_fips: str | None
    population: int
    police: bool


def fold(name: str) -> str:
    """Return a name in the form in which names are compared: ASCII, lower case, no dots, hyphens or apostrophes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'", "").replace(".", " ").replace("-", " ").replace("/", " ")
    words = [{"saint": "st", "sainte": "ste", "ft": "fort", "mt": "mount"}.get(w, w) for w in plain.split()]
    return " ".join(words)


def name_key(name: str) -> str:
    """Return the key under which names are looked up: folded, and "De Witt" is DeWitt."""
    return fold(name).replace(" ", "")


def slug(name: str) -> str:
    """Return a name as a part of an id: lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


@cache
def states() -> dict[str, str]:
    """Return the two letters of each state and of the District of Columbia with its name."""
    return {s.abbr: s.name for s in [*us.states.STATES, us.states.DC]}


@cache
def counties() -> dict[str, County]:
    """Return every county and equivalent of the fifty states and the District by its five-digit FIPS."""
    of_state = {s.fips: s.abbr for s in [*us.states.STATES, us.states.DC]}
    residents: dict[str, int] = {}
    for place in places():
        if place.county_fips:
            residents[place.county_fips] = residents.get(place.county_fips, 0) + place.population
    found: dict[str, County] = {}
    for fips, name in county_names().items():
        if state := of_state.get(fips[:2]):
            base = name if name == "Carson City" else _COUNTY_WORD.sub("", name)
            found[fips] = County(fips, name, base, state, residents.get(fips, 0))
    return found


@cache
def _counties_by_name() -> dict[str, tuple[County, ...]]:
    by_name: dict[str, list[County]] = {}
    for county in counties().values():
        by_name.setdefault(name_key(county.base), []).append(county)
    return {key: tuple(found) for key, found in by_name.items()}


def counties_named(name: str) -> tuple[County, ...]:
    """Return the counties of that name ("Jackson", "St. Louis", "DeKalb"), the word "County" set aside; maybe none."""
    table = _counties_by_name()
    return table.get(name_key(name)) or table.get(name_key(_COUNTY_WORD.sub("", name.strip())), ())


@cache
def places() -> tuple[Place, ...]:
    """Return the places of `data/places.csv`."""
    return tuple(_read_places())


def _read_places() -> Iterator[Place]:
    text = files("pipelines.agencies").joinpath("data/places.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)
    for name, state, county_fips, population, police in rows:
        yield Place(name, state, county_fips or None, int(population), police == "1")


@cache
def _places_by_name() -> dict[str, tuple[Place, ...]]:
    by_name: dict[str, list[Place]] = {}
    for place in places():
        by_name.setdefault(name_key(place.name), []).append(place)
    return {key: tuple(found) for key, found in by_name.items()}


def places_misspelled(name: str, state: str) -> tuple[Place, ...]:
    """Return the places of a state whose letters are those of a name in another order ("San Deigo")."""
    key = name_key(name)
    return tuple(
        place
        for place in _places_by_letters().get((state, "".join(sorted(key))), ())
        if key[:1] == name_key(place.name)[:1]
    )


@cache
def _places_by_letters() -> dict[tuple[str, str], tuple[Place, ...]]:
    by_letters: dict[tuple[str, str], list[Place]] = {}
    for place in places():
        by_letters.setdefault((place.state, "".join(sorted(name_key(place.name)))), []).append(place)
    return {key: tuple(found) for key, found in by_letters.items()}


# Other ways in which news writes a place.
_ALSO = {
    "newyorkcity": "newyork",
    "nyc": "newyork",
    "la": "losangeles",
    "dc": "washington",
    "metronashville": "nashville",
}


def places_named(name: str) -> tuple[Place, ...]:
    """Return the places of that name in every state; maybe none."""
    key = name_key(name)
    return _places_by_name().get(_ALSO.get(key, key), ())
