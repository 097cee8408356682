"""Names of agencies as news prints them, each with the id that it must get."""

import pytest

from pipelines.agencies import AgencyResolver
from pipelines.records import AgencyKind

RESOLVER = AgencyResolver()


def local_ids(text: str, outlet_state: str | None = None, title: str | None = None) -> list[str]:
    """The ids of local agencies in the order of their mentions, each once; "?" where one stays undecided."""
    mentions = RESOLVER.find(text, outlet_state=outlet_state, title=title)
    found = [m.agency.agency_id if m.agency else "?" for m in mentions if not m.agency or m.agency.kind != "federal"]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("text", "outlet_state", "expected"),
    [
        ("The LAPD said no.", None, ["us-ca-los-angeles-police"]),
        ("NYPD’s commissioner said no.", None, ["us-ny-new-york-police"]),
        ("LASD deputies took no part.", None, ["us-ca-los-angeles-county-sheriff"]),
        ("Austin police said no.", None, ["us-tx-austin-police"]),
        ("Seymour police said no.", "IN", ["us-in-seymour-police"]),
        ("Metro police said no.", "NV", ["us-nv-las-vegas-police"]),
        ("Metro police said no.", "TN", ["us-tn-nashville-police"]),
        (
            "Fresno Police and Fresno County Sherrif's departments declined.",
            None,
            ["us-ca-fresno-police", "us-ca-fresno-county-sheriff"],
        ),
        (
            "the Travis and Bexar counties’ sheriff’s offices",
            None,
            ["us-tx-travis-county-sheriff", "us-tx-bexar-county-sheriff"],
        ),
        (
            "the Nassau and Suffolk county sheriffs",
            None,
            ["us-ny-nassau-county-sheriff", "us-ny-suffolk-county-sheriff"],
        ),
        (
            "sheriffs in Hillsborough, Pinellas and Pasco counties",
            None,
            ["us-fl-hillsborough-county-sheriff", "us-fl-pinellas-county-sheriff", "us-fl-pasco-county-sheriff"],
        ),
        (
            "Sheriffs Orla Quist of Polk County and Ida Thorne of Lee County",
            "FL",
            ["us-fl-polk-county-sheriff", "us-fl-lee-county-sheriff"],
        ),
        (
            "the Dallas, Fort Worth and Arlington police departments",
            None,
            ["us-tx-dallas-police", "us-tx-fort-worth-police", "us-tx-arlington-police"],
        ),
        ("Reno and Sparks police", "NV", ["us-nv-reno-police", "us-nv-sparks-police"]),
        ("Police in Lewiston said no.", "ME", ["us-me-lewiston-police"]),
        ("Orla Quist, the sheriff of Franklin County, said no.", "VT", ["us-vt-franklin-county-sheriff"]),
        ("Ida Thorne, the police chief in Dover, N.J., said no.", None, ["us-nj-dover-police"]),
        ("Harris County jail officials", "TX", ["us-tx-harris-county-sheriff"]),
        ("Arlington City Jail released him.", "TX", ["us-tx-arlington-police"]),
        ("the Los Angeles Sheriff’s Office", None, ["us-ca-los-angeles-county-sheriff"]),
        ("East Baton Rouge Sheriff Orla Quist", None, ["us-la-east-baton-rouge-parish-sheriff"]),
        ("the Orleans Parish Sheriff's Office", None, ["us-la-orleans-parish-sheriff"]),
        ("the Norfolk Sheriff's Office", "VA", ["us-va-norfolk-city-sheriff"]),
        ("the Norfolk County Sheriff's Office", None, ["us-ma-norfolk-county-sheriff"]),
        ("Fairfax County police", None, ["us-va-fairfax-county-police"]),
        ("Gwinnett police", None, ["us-ga-gwinnett-county-police"]),
        ("the Prince George’s County Police Department", None, ["us-md-prince-georges-county-police"]),
        ("the Charlotte-Mecklenburg Police Department", None, ["us-nc-charlotte-police"]),
        ("New York City police", None, ["us-ny-new-york-police"]),
        ("a Mesa County sheriff’s deputy", None, ["us-co-mesa-county-sheriff"]),
        ("Florida Highway Patrol troopers", None, ["us-fl-highway-patrol"]),
        ("the Washington State Patrol", None, ["us-wa-state-patrol"]),
        ("Texas DPS", None, ["us-tx-department-of-public-safety"]),
        ("the Minnesota Department of Corrections", None, ["us-mn-department-of-corrections"]),
        ("the Dallas County District Attorney’s Office", None, ["us-tx-dallas-county-prosecutor"]),
        ("Manhattan district attorney Orla Quist", None, ["us-ny-new-york-county-prosecutor"]),
        ("the Hennepin County Attorney’s Office", None, ["us-mn-hennepin-county-prosecutor"]),
        ("Luzerne County Correctional Facility", None, ["us-pa-luzerne-county-jail"]),
        (
            "the University of Oregon Police Department",
            None,
            ["us-or-university-of-oregon-police"],
        ),
        ("Cook County Sheriff’s Police", None, ["us-il-cook-county-sheriff"]),
        ("Deputies in Wake County", None, ["us-nc-wake-county-sheriff"]),
        ("SPOKANE POLICE CHIEF ORLA QUIST: No.", "WA", ["us-wa-spokane-police"]),
        ("Salt Lake City police have no jail.", "UT", ["us-ut-salt-lake-city-police"]),
        ("The jail in Yuba City has no contract.", "CA", ["us-ca-sutter-county-sheriff"]),
        ("The sheriff of the city of Roanoke declined.", "VA", ["us-va-roanoke-city-sheriff"]),
        ("Roanoke County and Salem are near. Roanoke city police declined.", "VA", ["us-va-roanoke-police"]),
        ("Clark County Sheriff Orla Quist declined.", "OH", ["us-oh-clark-county-sheriff"]),
        ("Clark County Sheriff Orla Quist declined.", "NV", ["us-nv-las-vegas-police"]),
        ("the Benton County Sheriff's Office in Corvallis, Oregon", "WA", ["us-or-benton-county-sheriff"]),
        ("In Hillsboro, Washington County Sheriff Orla Quist declined.", "OR", ["us-or-washington-county-sheriff"]),
        (
            "There are 97 in the Woodstock jail, said Chief of Corrections Orla Quist.",
            "IL",
            ["us-il-mchenry-county-sheriff"],
        ),
        ("The Miami-Dade County jail holds nobody.", None, ["us-fl-miami-dade-county-jail"]),
        ("Lake County held 412 people for ICE.", "IL", ["us-il-lake-county-sheriff"]),
        ("Butler County, an hour off, has a 287(g) agreement.", "OH", ["us-oh-butler-county-sheriff"]),
        ("Hartford has an ordinance that bars its officers from asking.", "CT", ["us-ct-hartford-police"]),
    ],
)
def test_a_name_in_print_gets_its_agency(text: str, outlet_state: str | None, expected: list[str]) -> None:
    assert local_ids(text, outlet_state) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Many jails have stopped calling.",
        "Most law enforcement agencies and local police will not help.",
        "State, county and municipal police departments have no such power.",
        "Several sheriffs and some police chiefs disagree.",
        "The Florida Sheriffs Association backed the bill.",
        "The police union and the police academy said nothing.",
        "Immigration police, campus police and military police were there.",
        "He was taken to an immigration jail in Folkston, Georgia.",
        "ICE officers in Minneapolis arrested him.",
        "The White House deputy chief of staff spoke.",
        "The Newport Fire Department came.",
        "Louisiana jails hold more people than ever.",
        "Police arrived. He spent a year in jail.",
        "The Adams County Correctional Center in Natchez is run by a company.",
        "She feared that a police report would get her deported.",
        "The Urban County Council met. Lake County has a new bridge. Hartford has an ordinance on parking.",
        "Thank you.\nMarlene Quist Chief of Police\n#",
        "The Urban County Council asked the head of the jail.",
    ],
)
def test_general_words_and_others_bodies_are_no_local_agency(text: str) -> None:
    assert local_ids(text) == []


def test_a_department_in_no_register_is_built_from_its_name_and_the_storys_state() -> None:
    mentions = RESOLVER.find("Quistford Heights Police Chief Ida Thorne said no.", outlet_state="KS")
    agency = mentions[0].agency
    assert agency is not None
    assert (agency.agency_id, agency.name, agency.state, agency.kind) == (
        "us-ks-quistford-heights-police",
        "Quistford Heights Police Department",
        "KS",
        AgencyKind.POLICE,
    )


def test_without_a_state_an_unknown_department_is_not_made_up() -> None:
    assert local_ids("Quistford Heights Police Chief Ida Thorne said no.") == []


@pytest.mark.parametrize(
    ("text", "agency_id"),
    [
        ("U.S. Immigration and Customs Enforcement said", "us-ice"),
        ("Immigration and Custom Enforcement said", "us-ice"),
        ("an ICE spokesman", "us-ice"),
        ("Enforcement and Removal Operations Boston", "us-ice-ero"),
        ("HSI agents", "us-hsi"),
        ("the Border Patrol chief", "us-border-patrol"),
        ("Homeland Security officials", "us-dhs"),
        ("the U.S. Marshals Service", "us-marshals-service"),
        ("the Justice Department", "us-department-of-justice"),
    ],
)
def test_federal_bodies_are_named_as_federal(text: str, agency_id: str) -> None:
    mentions = RESOLVER.find(text, outlet_state=None)
    assert [m.agency.agency_id for m in mentions if m.agency] == [agency_id]
    assert all(m.agency and m.agency.kind is AgencyKind.FEDERAL for m in mentions)


def test_a_mention_spans_the_name_as_printed() -> None:
    text = "On Monday, the Fresno County Sherrif’s department said no."
    (mention,) = RESOLVER.find(text, outlet_state="CA")
    assert text[mention.start : mention.end] == "Fresno County Sherrif’s department"
