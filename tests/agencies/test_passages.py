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
        (
            "Midland police do ask. Twenty miles down the road in Odessa, Police Chief Orla Quist does not.",
            "TX",
            "Odessa Police Department, TX",
        ),
        (
            "Dallas police stand by. Farmers Branch, which spent years in court, is wary. “No,” Police Chief Al Poe said.",
            "TX",
            "Farmers Branch Police Department, TX",
        ),
        (
            "Passaic police were told. Next door in Clifton, where agents stopped a truck, the police had a call.",
            "NJ",
            "Clifton Police Department, NJ",
        ),
        (
            "Eureka police declined. And then I went down to Fortuna. The chief, Al Poe, let me ride along.",
            "CA",
            "Fortuna Police Department, CA",
        ),
        (
            "Hartford police declined. Bridgeport keeps it simple, said Lt. Al Poe of the police department there.",
            "CT",
            "Bridgeport Police Department, CT",
        ),
        ("Irving police do not ask. The city's jail opens its books.", "TX", "Irving Police Department, TX"),
        (
            "In Napa the jail belongs to a county agency, the Department of Corrections.",
            "CA",
            "Napa County Department of Corrections, CA",
        ),
        (
            "A video of the Douglas County sheriff in Oregon went around. In it, Sheriff Al Poe says no.",
            "NV",
            "Douglas County Sheriff's Office, OR",
        ),
        (
            "In Jackson, Michigan, the county sheriff's office has had calls.",
            "WI",
            "Jackson County Sheriff's Office, MI",
        ),
        (
            "Monroe County's sheriff held on. Marion County learned the price. In 2017 its sheriff settled.",
            "IN",
            "Marion County Sheriff's Office, IN",
        ),
        (
            "At the county's Silverdale jail, the Hamilton County sheriff helps.",
            "TN",
            "Hamilton County Sheriff's Office, TN",
        ),
        (
            "Allen Park's Chief Lois Pemberton spoke. Pemberton's department bought a phone.",
            "MI",
            "Allen Park Police Department, MI",
        ),
        ("Taylor police agreed. Southgate's deputy chief, Al Poe, did not.", "MI", "Southgate Police Department, MI"),
        ("It was Oregon's Benton County whose sheriff, Al Poe, said no.", "WA", "Benton County Sheriff's Office, OR"),
    ],
)
def test_the_place_that_is_set_decides_bare_words(text: str, state: str, last: str) -> None:
    assert found(text, state)[-1] == last


@pytest.mark.parametrize(
    "form", ["{}: {}", "{}. {}", "{}\n{}", "In {}\n{}"], ids=["colon", "period", "line", "line with in"]
)
def test_a_label_heads_its_passage(form: str) -> None:
    passages = [
        ("Macomb County", "Inmates are not held, Cmdr. Jo Roe said."),
        ("Dearborn", "A police spokesman said the department had not been asked."),
        ("Berrien County", "The jail mailed its application in May."),
        ("Taylor", "The police went the other way."),
    ]
    text = "LANSING, Mich. — A dozen agencies were asked.\n" + "\n".join(form.format(*passage) for passage in passages)
    assert set(found(text, "MI")) == {
        "Macomb County Sheriff's Office, MI",
        "Dearborn Police Department, MI",
        "Berrien County Sheriff's Office, MI",
        "Taylor Police Department, MI",
    }


def test_the_labels_of_a_transcript_are_people() -> None:
    text = "HOST: What now?\nMARKHAM: Nothing.\nHOST: And then?\nMARKHAM: Nothing.\nAUSTIN: I agree.\nMARKHAM: See?"
    assert found(text, "TX") == []


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (
            "Montgomery County is big. Its jail is old, said Al Poe, the director of the county Department of Corrections.",
            "Montgomery County Department of Correction and Rehabilitation, MD",
        ),
        ("Montgomery County has a new budget. County police said no.", "Montgomery County Police Department, MD"),
    ],
)
def test_what_the_county_runs_is_not_the_states(text: str, agency: str) -> None:
    assert agency in found(text, "MD")


def test_a_county_told_behind_a_name_is_where_it_holds_office() -> None:
    text = "The Boone County jail is full. Jailer Tim Eversole, whose lockup in Laurel County is not, said so."
    assert any("Laurel County" in name for name in found(text, "KY"))
