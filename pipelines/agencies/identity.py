"""Ids of agencies: readable, derived from what the agency is, and the same on every machine.

`us-ca-los-angeles-county-sheriff`, `us-ca-los-angeles-police`, `us-mn-department-of-corrections`, `us-ice`. An agency
that stands in no register gets an id of the same pattern from its name and state, so that a later one finds it again.
"""

from __future__ import annotations

import re

from pipelines.agencies.facts import County, slug, states
from pipelines.records import Agency, AgencyKind

__all__ = [
    "built_agency",
    "built_county_agency",
    "built_police",
    "county_id",
    "jail_agency",
    "police_id",
    "state_body_id",
]

_COUNTY_ENDINGS = {
    AgencyKind.SHERIFF: "sheriff",
    AgencyKind.POLICE: "police",
    AgencyKind.PROSECUTOR: "prosecutor",
    AgencyKind.CORRECTIONS: "jail",
}


def county_id(county: County, kind: AgencyKind) -> str:
    """Return the id of a county's sheriff, police, prosecutor or jail."""
    return f"us-{county.state.lower()}-{slug(county.name)}-{_COUNTY_ENDINGS[kind]}"


def police_id(city: str, state: str, county: County | None = None) -> str:
    """Return the id of a city's police department; `county` only where the state has several places of that name."""
    where = f"-{slug(county.name)}" if county else ""
    return f"us-{state.lower()}-{slug(city)}{where}-police"


def state_body_id(name: str, state: str) -> str:
    """Return the id of a body of the state; the state's own name is not said twice."""
    whole = slug(name)
    rest = whole.removeprefix(f"{slug(states()[state])}-")
    if rest.startswith("city-"):
        return f"us-{state.lower()}-{whole}"
    # "Washington State Department of Corrections" loses "state"; "Maine State Police" stays "state-police".
    shorter = rest.removeprefix("state-")
    kept = ("police", "patrol", "troopers", "highway", "guard", "bureau")
    return f"us-{state.lower()}-{rest if shorter.startswith(kept) else shorter}"


def built_police(city: str, state: str, county_fips: str | None = None) -> Agency:
    """Return the police department of a place that no register holds."""
    return Agency(police_id(city, state), f"{city} Police Department", AgencyKind.POLICE, state, county_fips, None)


def built_agency(name: str, state: str | None, kind: AgencyKind, county_fips: str | None = None) -> Agency:
    """Return an agency that no register holds, with an id from its whole name as printed."""
    words = slug(name)
    if kind is AgencyKind.POLICE:
        words = re.sub(r"-(?:police-department|police-dept|police|pd)$", "", words) + "-police"
    if state is None:
        return Agency(f"us-{words}", name, kind, None, county_fips, None)
    lead = slug(states().get(state, ""))
    words = words.removeprefix(f"{lead}-") if kind is not AgencyKind.POLICE else words
    return Agency(f"us-{state.lower()}-{words}", name, kind, state, county_fips, None)


def built_county_agency(base: str, state: str, kind: AgencyKind) -> Agency:
    """Return the sheriff, police or prosecutor of a county that the table of counties does not have."""
    title = {
        AgencyKind.SHERIFF: "Sheriff's Office",
        AgencyKind.POLICE: "Police Department",
        AgencyKind.PROSECUTOR: "District Attorney's Office",
    }[kind]
    unit = "Parish" if state == "LA" else "County"
    agency_id = f"us-{state.lower()}-{slug(base)}-{unit.lower()}-{_COUNTY_ENDINGS[kind]}"
    return Agency(agency_id, f"{base} {unit} {title}", kind, state, None, None)


def jail_agency(county: County, printed: str) -> Agency:
    """Return the jail of a county where it is no part of the sheriff's office; `printed` is its kind ("Prison")."""
    return Agency(
        county_id(county, AgencyKind.CORRECTIONS),
        f"{county.name} {printed}",
        AgencyKind.CORRECTIONS,
        county.state,
        county.fips,
        None,
    )
