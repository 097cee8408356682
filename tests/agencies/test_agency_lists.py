"""Importing the FBI's and PDAP's lists of agencies onto our ids."""

import gzip
from pathlib import Path

import pytest

from pipelines.agencies import shipped_register
from pipelines.agencies.lists import AgencyListError, import_agencies
from pipelines.records import AgencyKind

FBI = """ori,data_year,pub_agency_name,state_abbr,county_name,agency_type_name,population
NB0280000,2025,Douglas,NB,DOUGLAS,County,1
NB0280100,2025,Omaha,NB,DOUGLAS,City,480000
VA1180000,2025,Norfolk City Sheriff's Office,VA,NORFOLK CITY,County,0
NJ0110300,2025,"Hamilton Township, Mercer County",NJ,MERCER,City,90000
NJ0010900,2025,"Hamilton Township, Atlantic County",NJ,ATLANTIC,City,27000
NY0512600,2025,Southampton Village,NY,SUFFOLK,City,4000
NY0515800,2025,Southampton Town,NY,SUFFOLK,City,60000
NY0290000,2025,Nassau,NY,NASSAU,County,1000000
VTVSP0000,2025,Vermont State Police,VT,NOT SPECIFIED,State Police,0
VTVSP0100,2025,State Police:,VT,CHITTENDEN,State Police,0
FL0010600,2025,University of Florida,FL,ALACHUA,University or College,0
FS0000100,2025,Some Federal Police,FS,NOT SPECIFIED,Federal,0
"""
PDAP = """name,homepage_url,jurisdiction_type,state,municipality,county_fips,county_name,latitude,longitude
Omaha Police Department - NE,https://police.example,local,NE,Omaha,31055,Douglas,,
Douglas County Sheriff's Department - NE,,county,NE,Omaha,31055,Douglas,,
Lake Orla Borough Police Department - PA,https://orla.example,local,PA,Lake Orla,42063,Indiana,,
U.S. Secret Service - DC,,federal,DC,,,,,
"""


@pytest.fixture
def fbi_list(tmp_path: Path) -> Path:
    path = tmp_path / "fbi.csv"
    path.write_text(FBI, encoding="utf-8")
    return path


def test_the_fbis_rows_get_the_ids_of_the_register(fbi_list: Path) -> None:
    of_ori = import_agencies(fbi_list).agency_of_ori
    assert of_ori["NB0280000"] == "us-ne-douglas-county-sheriff"
    assert of_ori["NB0280100"] == "us-ne-omaha-police"
    assert of_ori["VA1180000"] == "us-va-norfolk-city-sheriff"
    assert of_ori["NY0290000"] == "us-ny-nassau-county-police"
    assert of_ori["VTVSP0000"] == of_ori["VTVSP0100"] == "us-vt-state-police"
    assert of_ori["FL0010600"] == "us-fl-university-of-florida-police"


def test_namesakes_in_one_state_keep_their_counties_apart(fbi_list: Path) -> None:
    of_ori = import_agencies(fbi_list).agency_of_ori
    assert of_ori["NJ0110300"] == "us-nj-hamilton-township-mercer-county-police"
    assert of_ori["NJ0010900"] == "us-nj-hamilton-township-atlantic-county-police"


def test_of_a_town_and_a_village_the_larger_has_the_plain_id(fbi_list: Path) -> None:
    of_ori = import_agencies(fbi_list).agency_of_ori
    assert of_ori["NY0515800"] == "us-ny-southampton-police"
    assert of_ori["NY0512600"] == "us-ny-southampton-village-police"


def test_the_statewide_row_gives_the_ori_and_not_a_barracks(fbi_list: Path) -> None:
    rows = {row.agency.agency_id: row for row in import_agencies(fbi_list).rows}
    assert rows["us-vt-state-police"].agency.ori == "VTVSP0000"


def test_rows_without_a_state_are_left_out_and_said_so(fbi_list: Path) -> None:
    skipped = import_agencies(fbi_list).skipped
    assert [(line, name) for line, name, _ in skipped] == [(13, "Some Federal Police")]


def test_reading_twice_and_extending_twice_changes_nothing(fbi_list: Path) -> None:
    once, twice = import_agencies(fbi_list), import_agencies(fbi_list)
    assert once == twice
    register = shipped_register().with_agencies(once.rows)
    assert import_agencies(fbi_list, register).agency_of_ori == once.agency_of_ori


def test_pdaps_rows_bring_home_pages_to_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "pdap.csv.gz"
    path.write_bytes(gzip.compress(PDAP.encode()))
    imported = import_agencies(path)
    rows = {row.agency.agency_id: row for row in imported.rows}
    assert rows["us-ne-omaha-police"].homepage == "https://police.example"
    assert "us-ne-douglas-county-sheriff" in rows
    lake = rows["us-pa-lake-orla-borough-police"]
    assert (lake.agency.kind, lake.agency.county_fips) == (AgencyKind.POLICE, "42063")
    assert [name for _, name, _ in imported.skipped] == ["U.S. Secret Service"]


def test_another_file_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(AgencyListError, match=r"other\.csv: no list of agencies"):
        import_agencies(path)


def test_the_real_lists_are_read_whole(shared: Path) -> None:
    folder = shared / "data/agencies"
    fbi = import_agencies(folder / "fbi_law_enforcement_employees.csv")
    assert len(fbi.agency_of_ori) + len(fbi.skipped) == 18_330
    register = shipped_register().with_agencies(fbi.rows)
    pdap = import_agencies(folder / "pdap_agencies.csv.gz", register)
    known = [row for row in pdap.rows if row.agency.agency_id in register.rows]
    assert len(known) > 15_000
    assert sum(1 for row in known if row.homepage) > 12_000
