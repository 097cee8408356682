"""The states and counties that a source or a place may lie in: public facts, of the package `us` and the census."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import us

__all__ = ["county_names", "state_numbers"]


@cache
def state_numbers() -> dict[str, str]:
    """Postal codes of states, DC and territories to the two digits with which their counties' FIPS codes start."""
    found = (*us.states.STATES_AND_TERRITORIES, us.states.DC)
    return {state.abbr: state.fips for state in found if state.fips}


@cache
def county_names() -> dict[str, str]:
    """Five-digit FIPS codes of counties and their equivalents, territories' included, to their names (census of 2020)."""
    text = files("crawler").joinpath("counties.csv").read_text(encoding="utf-8")
    return {row["fips"]: row["name"] for row in csv.DictReader(line for line in text.splitlines() if line[:1] != "#")}
