"""The register: who has a sheriff, who runs a jail, and ids that never change."""

import re

import pytest

from pipelines.agencies import AgencyRow, shipped_register
from pipelines.agencies.facts import counties, counties_named, fold, places_named
from pipelines.records import Agency, AgencyKind

REGISTER = shipped_register()


def test_every_county_of_the_fifty_states_is_known() -> None:
    assert len(counties()) == 3143


@pytest.mark.parametrize(
    ("agency_id", "name"),
    [
        ("us-ca-los-angeles-county-sheriff", "Los Angeles County Sheriff's Department"),
        ("us-ca-los-angeles-police", "Los Angeles Police Department"),
        ("us-la-orleans-parish-sheriff", "Orleans Parish Sheriff's Office"),
        ("us-va-norfolk-city-sheriff", "Norfolk City Sheriff's Office"),
        ("us-md-prince-georges-county-police", "Prince George's County Police Department"),
        ("us-mo-st-louis-county-sheriff", "St. Louis County Sheriff's Office"),
        ("us-mo-st-louis-city-sheriff", "St. Louis City Sheriff's Office"),
        ("us-mn-department-of-corrections", "Minnesota Department of Corrections"),
        ("us-vt-state-police", "Vermont State Police"),
        ("us-wa-department-of-corrections", "Washington State Department of Corrections"),
        ("us-il-cook-county-prosecutor", "Cook County State's Attorney's Office"),
        ("us-ice", "U.S. Immigration and Customs Enforcement"),
    ],
)
def test_an_id_that_was_given_once_stays(agency_id: str, name: str) -> None:
    agency = REGISTER.get(agency_id)
    assert agency is not None
    assert agency.name == name


def test_ids_are_plain_words_and_begin_with_country_and_state() -> None:
    for agency_id, row in REGISTER.rows.items():
        assert re.fullmatch(r"us(?:-[a-z0-9]+)+", agency_id)
        if row.agency.state:
            assert agency_id.startswith(f"us-{row.agency.state.lower()}-")


@pytest.mark.parametrize("state", ["AK", "CT", "HI", "RI", "DC"])
def test_states_without_sheriffs_have_none(state: str) -> None:
    assert not [r for r in REGISTER.rows.values() if r.agency.state == state and r.agency.kind is AgencyKind.SHERIFF]


def test_every_other_county_has_a_sheriff_to_answer_for_it() -> None:
    without = {"AK", "CT", "HI", "RI", "DC"}
    for county in counties().values():
        if county.state not in without:
            assert REGISTER.of_county(county, AgencyKind.SHERIFF), county


def test_the_boroughs_of_new_york_share_the_citys_sheriff() -> None:
    brooklyn = counties()["36047"]
    sheriff = REGISTER.of_county(brooklyn, AgencyKind.SHERIFF)
    assert sheriff is not None
    assert sheriff.agency_id == "us-ny-new-york-city-sheriff"


@pytest.mark.parametrize(
    ("fips", "agency_id"),
    [
        ("36103", "us-ny-suffolk-county-sheriff"),
        ("42041", "us-pa-cumberland-county-jail"),
        ("21093", "us-ky-hardin-county-jail"),
        ("50011", "us-vt-department-of-corrections"),
    ],
)
def test_a_jail_is_the_sheriffs_unless_the_state_orders_it_otherwise(fips: str, agency_id: str) -> None:
    jail = REGISTER.jail_of(counties()[fips], "Jail")
    assert jail is not None
    assert jail.agency_id == agency_id


def test_federal_bodies_are_kept_apart() -> None:
    federal = [r.agency for r in REGISTER.rows.values() if r.agency.kind is AgencyKind.FEDERAL]
    assert len(federal) > 10
    assert all(agency.state is None for agency in federal)


def test_more_than_four_hundred_city_police_departments_ship_with_the_code() -> None:
    police = [r for r in REGISTER.rows.values() if r.agency.kind is AgencyKind.POLICE]
    assert len(police) > 400


def test_extending_the_register_keeps_ids_and_fills_in_what_was_missing() -> None:
    known = Agency("us-ia-polk-county-sheriff", "Polk County", AgencyKind.SHERIFF, "IA", None, "IA0770000")
    new = Agency("us-ia-lake-orla-police", "Lake Orla Police Department", AgencyKind.POLICE, "IA", "19153", None)
    rows = [AgencyRow(known, "https://sheriff.example", (), "list"), AgencyRow(new, None, (), "list")]
    once = REGISTER.with_agencies(rows)
    twice = once.with_agencies(rows)
    sheriff = once.get("us-ia-polk-county-sheriff")
    assert sheriff is not None
    assert (sheriff.name, sheriff.ori, sheriff.county_fips) == ("Polk County Sheriff's Office", "IA0770000", "19153")
    assert once.rows["us-ia-polk-county-sheriff"].homepage == "https://sheriff.example"
    assert once.police_of("Lake Orla", "IA") == new
    assert dict(once.rows) == dict(twice.rows)
    assert REGISTER.get("us-ia-lake-orla-police") is None


def test_names_compare_without_regard_to_saint_and_st_spaces_and_apostrophes() -> None:
    assert fold("Saint Clair") == fold("St. Clair")
    assert counties_named("De Kalb County") == counties_named("DeKalb")
    assert counties_named("Prince Georges") == counties_named("Prince George's County")
    assert {c.state for c in counties_named("Norfolk")} == {"MA", "VA"}
    assert places_named("St. Cloud") == places_named("Saint Cloud")


def test_no_data_file_is_larger_than_a_megabyte() -> None:
    from importlib.resources import files

    for item in files("pipelines.agencies").joinpath("data").iterdir():
        assert len(item.read_bytes()) < 1_000_000, item.name
