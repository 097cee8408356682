"""Passages of a round-up, places that a sentence sets, and bodies told by precinct or campus."""

from __future__ import annotations

import pytest

from pipelines.agencies import AgencyResolver

RESOLVER = AgencyResolver()


def found(text: str, state: str | None = None) -> list[str]:
    """The names of the local agencies found, with their states, in order."""
    mentions = RESOLVER.find(text, outlet_state=state)
    return [f"{m.agency.name}, {m.agency.state}" for m in mentions if m.agency and m.agency.kind != "federal"]


def test_each_dateline_of_a_round_up_sets_its_own_state() -> None:
    text = (
        "FARGO, N.D. — Cass County has an empty wing. Sheriff Jo Roe said so.\n"
        "IVANHOE, Minn. — Lincoln County has two cells. Sheriff Al Poe would not hold anyone.\n"
        "CANTON, S.D. — Lincoln County sends its prisoners up the road. Sheriff Di Coe shrugged."
    )
    assert found(text) == [
        "Cass County Sheriff's Office, ND",
        "Lincoln County Sheriff's Office, MN",
        "Lincoln County Sheriff's Office, SD",
    ]


def test_a_single_dateline_is_the_storys_own() -> None:
    assert found("FARGO, N.D. — The Clay County, Minnesota, sheriff declined.")[-1:] == [
        "Clay County Sheriff's Office, MN"
    ]


@pytest.mark.parametrize(
    ("text", "state", "last"),
    [
        (
            "The Nassau County sheriff declined.\nAnd in Binghamton, where Sheriff Jo Roe rents out beds, it is quiet.",
            "NY",
            "Broome County Sheriff's Office, NY",
        ),
        (
            "Prince William County's sheriff left.\nNeighboring Culpeper stays. Its sheriff, Jo Roe, signed.",
            "VA",
            "Culpeper County Sheriff's Office, VA",
        ),
        ("Overland Park police declined to answer.", "KS", "Overland Park Police Department, KS"),
        (
            "A student asked the University of Utah about it. The campus police chief answered.",
            "UT",
            "University of Utah Police Department, UT",
        ),
    ],
)
def test_the_place_that_is_set_decides_bare_words(text: str, state: str, last: str) -> None:
    assert found(text, state)[-1] == last
