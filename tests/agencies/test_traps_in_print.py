"""Names in print that a reading had once taken for other agencies."""

from __future__ import annotations

import pytest

from pipelines.agencies import AgencyResolver

RESOLVER = AgencyResolver()


def read(text: str, state: str) -> list[str | None]:
    """The names of the local agencies of a text, in order."""
    return [
        m.agency.name if m.agency else None for m in RESOLVER.find(text, outlet_state=state) if not is_ice(m.agency)
    ]


def is_ice(agency: object) -> bool:
    return getattr(agency, "agency_id", None) == "us-ice"


@pytest.mark.parametrize(
    ("text", "state", "names"),
    [
        ("DALTON, Ga. — Whitfield County jailers told ICE.", "GA", ["Whitfield County Sheriff's Office"]),
        ("NEW YORK — The city's Department of Correction was sued.", "NY", ["New York City Department of Correction"]),
        ("WASHINGTON — D.C. Police Chief Jo Roe issued an order.", "VA", ["Metropolitan Police Department"]),
        ("WASHINGTON — The Metropolitan Police Department will call.", "VA", ["Metropolitan Police Department"]),
        ("WASHINGTON — Washington police will call.", "VA", ["Metropolitan Police Department"]),
        ("ST. PAUL, Minn. — St. Paul’s police chief said no.", "MN", ["St. Paul Police Department"]),
        ("EVERETT — Will Sheriff's Office deputies call? Will deputies?", "WA", ["Snohomish County Sheriff's Office"] * 2),
        ("FREDERICK — Eleven Frederick police officers left.", "MD", ["Frederick Police Department"]),
        ("CHESTER — It signed first of the sheriff's offices in the Philadelphia suburbs.", "PA", []),
        ("Interim Police Chief Jo Roe of Norristown spoke.", "PA", ["Norristown Police Department"]),
        ("The police chief in Caldwell, Grant Ellery, said no.", "ID", ["Caldwell Police Department"]),
        ("Corrections in Doylestown: the Department of Corrections in Doylestown stopped.", "PA",
         ["Bucks County Department of Corrections"]),
        ("The state Department of Correctional Services rents it.", "NE", ["Nebraska Department of Correctional Services"]),
        ("The Chester County Prison in West Chester, Pa., called.", "PA", ["Chester County Prison"]),
        ("NEWPORT, Ore. — Sheriff Orville Roe of Lincoln County, Washington. He left.", "OR", ["Lincoln County Sheriff's Office"]),
        ("PROVIDENCE — The Rhode Island Department of Corrections refused. In Providence, officers write a ticket.", "RI",
         ["Rhode Island Department of Corrections", "Providence Police Department"]),
        ("NEWARK — The Essex County jail closed. The county’s Department of Corrections gave notice. The Bergen County "
         "sheriff said no.", "NJ",
         ["Essex County Department of Corrections", "Essex County Department of Corrections", "Bergen County Sheriff's Office"]),
        ("PHILADELPHIA — The city's Department of Prisons called.", "PA", ["Philadelphia Department of Prisons"]),
    ],
)  # fmt: skip
def test_a_name_means_the_agency_that_a_reader_would_think_of(text: str, state: str, names: list[str]) -> None:
    assert read(text, state) == names


def test_a_label_decides_whose_jail_a_town_names() -> None:
    text = (
        "Who in Maryland tells ICE.\n\nFREDERICK COUNTY. The sheriff calls ICE.\n\nCECIL COUNTY. In Elkton, two jail deputies are "
        "trained.\n\nHOWARD COUNTY. The jail in Jessup rented beds to ICE.\n\nMONTGOMERY COUNTY. Agents may wait in the lobby of "
        "the jail in Boyds, a spokesman for the Department of Correction and Rehabilitation wrote.\n\nGARRETT COUNTY. The sheriff "
        "said no."
    )
    names = read(text, "MD")
    assert names.count("Howard County Department of Corrections") == 2
    assert names.count("Montgomery County Department of Correction and Rehabilitation") >= 2
    assert "Anne Arundel County Department of Detention Facilities" not in names


def test_states_are_read_before_a_full_stop() -> None:
    (mention,) = RESOLVER.find("Sheriff Orville Roe of Lincoln County, Washington. He left.", outlet_state="OR")
    assert mention.agency is not None
    assert mention.agency.state == "WA"
