"""The counties that a source or a place may lie in. Public facts of the US Census Bureau, in `counties.csv`."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

__all__ = ["county_names"]


@cache
def county_names() -> dict[str, str]:
    """Five-digit FIPS codes of counties and their equivalents, territories' included, to their names (census of 2020)."""
    text = files("crawler").joinpath("counties.csv").read_text(encoding="utf-8")
    return {row["fips"]: row["name"] for row in csv.DictReader(line for line in text.splitlines() if line[:1] != "#")}
