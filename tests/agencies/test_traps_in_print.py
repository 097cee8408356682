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
        ("PHILADELPHIA — The city's Department of Prisons called.", "PA", ["Philadelphia Department of Prisons"]),
    ],
)  # fmt: skip
def test_a_name_means_the_agency_that_a_reader_would_think_of(text: str, state: str, names: list[str]) -> None:
    assert read(text, state) == names
