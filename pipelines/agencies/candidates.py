"""Which agencies a name can mean, and the choice among them by what the story tells of its place.

A candidate's score is the weight of its state in the story, the logarithm of its residents (Houston is seldom Houston,
Minnesota) and whether the story names its county. The best must lead by a margin, or the name stays undecided.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.agencies.context import StoryContext, state_of
from pipelines.agencies.facts import County, counties, counties_named, name_key, places_misspelled, places_named, states
from pipelines.agencies.headings import Heading, NameBeside
from pipelines.agencies.identity import built_agency, built_county_agency, built_police, county_id, jail_agency
from pipelines.agencies.register import AgencyRegister
from pipelines.records import Agency, AgencyKind, Evidence

__all__ = [
    "Candidate",
    "Choice",
    "candidates_beside",
    "choose",
    "county_agency",
    "near_county",
    "unknown_county_agency",
]

NEAR_SPELLING = 0.85  # difflib's ratio: "Berrian" for Berrien passes, "Green" for Greer does not
MARGIN = 1.0
SIZE_WEIGHT = 1.2
COUNTY_IN_STORY = 1.5
NO_POLICE_KNOWN = 2.0
MOST_CANDIDATES = 12

_NAMES_A_DEPARTMENT = re.compile(r"\b(?:department|dept|chief|pd)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that a name can mean, with the residents it serves and what speaks against it."""

    agency: Agency
    residents: int
    handicap: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The agency chosen, or None with the candidates that remain, and why.

    `explicit` is True where nothing had to be weighed; `lead` is the distance of the best score from the second.
    """

    agency: Agency | None
    candidates: tuple[Agency, ...]
    evidence: tuple[Evidence, ...]
    explicit: bool = False
    lead: float = 0.0


def choose(found: list[Candidate], name: str, state: str | None, context: StoryContext) -> Choice | None:
    """Return the choice among candidates, or None where there is none to choose from.

    `state` is a state printed beside the name and decides alone.
    """
    if state:
        found = [c for c in found if c.agency.state == state]
    unique = {c.agency.agency_id: c for c in sorted(found, key=lambda c: c.residents)}
    found = list(unique.values())
    if not found:
        return None
    scored = sorted(((_score(c, context), c) for c in found), key=lambda pair: (-pair[0], pair[1].agency.agency_id))
    best = scored[0][1]
    names = (Evidence("name", name),)
    if len(found) == 1:
        rule = (
            Evidence("state:printed", states().get(state, state)) if state else Evidence("only-one-of-this-name", name)
        )
        return Choice(best.agency, (best.agency,), (*names, rule), explicit=True, lead=math.inf)
    lead = scored[0][0] - scored[1][0]
    if lead >= MARGIN:
        signs = context.signs.get(best.agency.state or "", ())
        reasons = signs or (Evidence("largest-of-this-name", name, round(lead, 2)),)
        return Choice(best.agency, (best.agency,), (*names, *reasons), lead=lead)
    kept = tuple(c.agency for _, c in scored[:MOST_CANDIDATES])
    return Choice(None, kept, (*names, Evidence("undecided", name, round(lead, 2))))


def _score(candidate: Candidate, context: StoryContext) -> float:
    agency = candidate.agency
    score = context.weights.get(agency.state or "", 0.0) + SIZE_WEIGHT * math.log10(candidate.residents + 1000)
    if agency.county_fips and agency.county_fips in context.counties:
        score += COUNTY_IN_STORY
    return score - candidate.handicap


def county_agency(county: County, sort: str, words: str, register: AgencyRegister) -> Agency | None:
    """Return a county's agency of the sort that a heading asks for."""
    if sort == "sheriff":
        return register.of_county(county, AgencyKind.SHERIFF)
    if sort == "prosecutor":
        return register.of_county(county, AgencyKind.PROSECUTOR)
    if sort == "corrections":
        return register.of_county(county, AgencyKind.CORRECTIONS) or jail_agency(
            county, words if words.endswith("Rehabilitation") else "Department of Corrections"
        )
    if sort == "jail":
        if "Department" in words or "Bureau" in words or "Division" in words or words == "Corrections":
            return register.of_county(county, AgencyKind.CORRECTIONS) or jail_agency(county, words)
        first = words.split()[0].title()
        printed = {
            "Warden": "Jail",
            "Jailer": "Jail",
            "Detention": "Detention Center",
            "Correctional": "Correctional Center",
        }.get(first, first)
        return register.jail_of(county, "Prison" if "prison" in words.lower() else printed)
    if sort in ("police", "officers", "chief"):
        known = register.of_county(county, AgencyKind.POLICE)
        if known:
            return known
        name = f"{county.name} Police Department"
        return Agency(county_id(county, AgencyKind.POLICE), name, AgencyKind.POLICE, county.state, county.fips, None)
    return None


def candidates_beside(
    name: NameBeside, heading: Heading, register: AgencyRegister, context: StoryContext
) -> list[Candidate]:
    """Return every agency that the name beside a heading can mean; maybe none."""
    sort = heading.sort
    if name.institution:
        return _institution(name, context) if sort == "police" else []
    if sort == "jail" and name.county and f"{name.name} County {heading.words}".lower() in register.not_jails:
        return []
    if sort in ("state", "corrections") and not name.county:
        state = state_of(name.name)
        kind = AgencyKind.STATE_POLICE if sort == "state" else AgencyKind.CORRECTIONS
        if state is None and heading.words.endswith("Public Safety"):
            return _of_cities(name.name, register, context, told=False)
        if state is None and sort == "corrections":
            return _corrections_in(name.name, register)
        agency = register.of_state(state, kind) if state else None
        return [Candidate(agency, 1_000_000)] if agency else []
    if name.county:
        found = _of_counties(name.name, heading, register, marked=True)
        return found or _of_unknown_county(name, heading, register, context)
    if (
        sort in ("sheriff", "jail", "prosecutor")
        and state_of(name.name)
        and name.name not in ("New York", "Washington")
    ):
        return []  # "Louisiana jails" are not those of Louisiana, Missouri
    if sort in ("sheriff", "prosecutor"):
        own_city = name.city and any(county.is_city for county in counties_named(name.name))
        base = f"{name.name} City" if own_city else name.name
        found = _of_counties(base, heading, register, marked=False)
        if not any(c.agency.state in context.weights for c in found):
            # "The sheriff in Athens, Ga.": the place's county, where no county of that name is in the story's states.
            seats = _of_places(name.name, heading, register, context)
            found = [c for c in seats if c.agency.state in context.weights] or found or seats
        if not found and name_key(name.name) + "county" in context.scenes:
            return _of_unknown_county(name, heading, register, context)
        return found
    if sort == "jail":
        if not heading.words.lower().startswith("jail"):
            return []
        city = name.name.removesuffix(" City")
        if city != name.name and not places_named(name.name):  # but "the jail in Yuba City"
            return _of_cities(city, register, context)
        if name.start > heading.start:
            # "the jail in Covington": a town more often than a county.
            return [
                *_of_places(name.name, heading, register, context),
                *_of_counties(name.name, heading, register, marked=False),
            ]
        return [
            *_of_counties(name.name, heading, register, marked=False),
            *_of_places(name.name, heading, register, context),
        ]
    if sort in ("police", "officers", "chief"):
        # "Jo Roe, Chief of Police" is how a letter is signed.
        strong = bool(_NAMES_A_DEPARTMENT.search(heading.words)) and not heading.words.lower().startswith("chief of")
        told = strong or (name.start < heading.start and name_key(name.name) in context.scenes)
        return _of_cities(name.name, register, context, told=told and sort == "police", city=name.city)
    return []


def _corrections_in(place: str, register: AgencyRegister) -> list[Candidate]:
    """Return the corrections departments of counties in which a place of that name lies."""
    found = []
    for known in places_named(place):
        county = counties().get(known.county_fips or "")
        agency = register.of_county(county, AgencyKind.CORRECTIONS) if county else None
        if agency:
            found.append(Candidate(agency, known.population))
    return found


def _of_counties(name: str, heading: Heading, register: AgencyRegister, *, marked: bool) -> list[Candidate]:
    found = []
    named = counties_named(name)
    if name.endswith(" City") and any(county.is_city for county in named):
        named = tuple(county for county in named if county.is_city)  # "Richmond City Sheriff's Office"
    for county in named:
        if marked and county.is_city:
            continue
        agency = county_agency(county, heading.sort, heading.words, register)
        if agency:
            sloppy = heading.sort in ("police", "officers", "chief") and agency.agency_id not in register.rows
            found.append(Candidate(agency, county.population, NO_POLICE_KNOWN if sloppy else 0.0))
    return found


def _of_unknown_county(
    name: NameBeside, heading: Heading, register: AgencyRegister, context: StoryContext
) -> list[Candidate]:
    """Return the agency of a county misspelled in print ("Berrian County"), or one built from its name and state."""
    state = name.state or context.leading_state(least=3.0)
    if state is None or counties_named(name.name):
        return []
    county = near_county(name.name, state)
    if county:
        agency = county_agency(county, heading.sort, heading.words, register)
        return [Candidate(agency, county.population)] if agency else []
    built = unknown_county_agency(name.name, state, heading.sort, register)
    return [Candidate(built, 0)] if built else []


def unknown_county_agency(base: str, state: str, sort: str, register: AgencyRegister) -> Agency | None:
    """Return the agency of a county that no table has, from the register if a list brought it, else built."""
    kinds = {"sheriff": AgencyKind.SHERIFF, "jail": AgencyKind.SHERIFF, "prosecutor": AgencyKind.PROSECUTOR}
    kind = kinds.get(sort, AgencyKind.POLICE)
    if sort in ("state", "corrections"):
        return None
    built = built_county_agency(base, state, kind)
    return register.get(built.agency_id) or built


def near_county(name: str, state: str) -> County | None:
    """Return the county of a state whose name is spelled nearly so, or None."""
    of_state = {name_key(c.base): c for c in counties().values() if c.state == state and not c.is_city}
    key = name_key(name)
    swapped = [known for known in of_state if sorted(known) == sorted(key)]  # "Frenso"
    close = swapped or get_close_matches(key, of_state, n=1, cutoff=NEAR_SPELLING)
    return of_state[close[0]] if close and close[0][0] == key[0] else None


def _of_places(name: str, heading: Heading, register: AgencyRegister, context: StoryContext) -> list[Candidate]:
    """Return the agencies of the counties in which places of that name lie ("the Riverhead jail").

    Where the story tells of states, only places in these: a town's jail is seldom news elsewhere.
    """
    found = []
    for place in places_named(name):
        if context.weights and place.state not in context.weights:
            continue
        county = counties().get(place.county_fips or "")
        agency = county_agency(county, heading.sort, heading.words, register) if county else None
        if agency:
            found.append(Candidate(agency, place.population))
    return found


def _of_cities(
    name: str, register: AgencyRegister, context: StoryContext, *, told: bool = True, city: bool = False
) -> list[Candidate]:
    city = city or (name.endswith(" City") and bool(places_named(name)))
    if name.endswith(" City") and not places_named(name):
        name = name.removesuffix(" City")
    state_name = state_of(name) if len(name) > 2 and name not in ("New York", "Washington") else None
    found = []
    for place in places_named(name):
        if state_name and place.state not in context.weights:
            continue
        agency = register.police_of(place.name, place.state, place.county_fips)
        found.append(
            Candidate(agency, place.population)
            if agency
            else Candidate(built_police(place.name, place.state, place.county_fips), place.population, NO_POLICE_KNOWN)
        )
    if not state_name and not (city and found):
        # "Henrico police", "Gwinnett police": the county's own department, where there is one.
        for county in counties_named(name):
            agency = register.of_county(county, AgencyKind.POLICE)
            if agency and (not found or county.state in context.weights):
                found.append(Candidate(agency, county.population))
    for abbreviation in () if found or state_name else states():
        agency = register.police_of(name, abbreviation)  # a department that only an imported list has
        if agency:
            found.append(Candidate(agency, 0))
    state = context.leading_state(least=3.0)
    elsewhere = all(c.handicap and c.agency.state not in context.weights for c in found)
    if elsewhere and not state_name and told and state and len(name) > 3:
        meant = [register.police_of(place.name, state, place.county_fips) for place in places_misspelled(name, state)]
        return [Candidate(agency, 0) for agency in meant[:1] if agency] or [Candidate(built_police(name, state), 0)]
    return found


def _institution(name: NameBeside, context: StoryContext) -> list[Candidate]:
    words = name.name.split()
    printed = next(
        (
            state_of(" ".join(words[i : i + n]))
            for n in (2, 1)
            for i in range(len(words))
            if state_of(" ".join(words[i : i + n]))
        ),
        None,
    )
    state = name.state or printed or context.leading_state()
    if state is None:
        return []
    return [Candidate(built_agency(f"{name.name} Police Department", state, AgencyKind.POLICE), 0)]
