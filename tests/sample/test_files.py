"""The files beside the newsstand: sources, agencies and agreements are in their formats and fit each other."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from crawler.registry import load_registry
from sample.sites import load_sites

SAMPLE = Path(__file__).parents[2] / "sample"
STATES = {"KANSAS": "KS", "GEORGIA": "GA", "NEBRASKA": "NB", "TEXAS": "TX"}


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_sources_are_valid_and_name_the_newsstands_hosts() -> None:
    sources = load_registry(SAMPLE / "sources")
    sites = {site.url("/"): site for site in load_sites()}
    assert {source.homepage for source in sources} == set(sites)
    for source in sources:
        assert source.kind == sites[source.homepage].kind
        assert source.state == sites[source.homepage].state


def test_one_outlet_names_its_homepage_alone() -> None:
    assert [source.id for source in load_registry(SAMPLE / "sources") if not source.endpoints] == ["sample-wqzt"]


def test_agencies_have_wellformed_identifiers_that_no_real_county_uses() -> None:
    agencies = rows("agencies.csv")
    assert len({row["ori"] for row in agencies}) == len(agencies)
    assert all(re.fullmatch(r"[A-Z]{2}9\d{6}", row["ori"]) for row in agencies)
    assert all(row["ori"].startswith(row["state_abbr"]) for row in agencies)


def test_newsrooms_speak_for_agencies_in_the_list() -> None:
    names = {row["pub_agency_name"] for row in rows("agencies.csv")}
    for source in load_registry(SAMPLE / "sources"):
        if source.agency:
            assert re.sub(r" (County Sheriff's Office|Police Department)$", "", source.agency) in names


def test_all_agreements_but_one_are_of_listed_agencies() -> None:
    known = {(row["state_abbr"], row["pub_agency_name"]) for row in rows("agencies.csv")}
    unknown = [
        row["LAW ENFORCEMENT AGENCY"]
        for row in rows("agreements.csv")
        if (STATES[row["STATE"]], re.sub(r" (County Sheriff|Police).*", "", row["LAW ENFORCEMENT AGENCY"])) not in known
    ]
    assert unknown == ["Caprock Flats Police Department"]
