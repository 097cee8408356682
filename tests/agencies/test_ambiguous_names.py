"""Names that many agencies share are decided by what the story tells of its place, or stay undecided."""

import pytest

from pipelines.agencies import AgencyResolver
from pipelines.records import AgencyMention

RESOLVER = AgencyResolver()


def first(text: str, **known: str | None) -> AgencyMention:
    return RESOLVER.find(text, **{"outlet_state": None, **known})[0]  # type: ignore[arg-type]


def agency_id(mention: AgencyMention) -> str | None:
    return mention.agency.agency_id if mention.agency else None


def test_a_name_that_nothing_decides_stays_undecided_with_its_candidates() -> None:
    mention = first("Jackson County Sheriff Orla Quist said no.")
    assert mention.agency is None
    assert len(mention.candidates) > 10
    assert {"us-mo-jackson-county-sheriff", "us-or-jackson-county-sheriff"} <= {c.agency_id for c in mention.candidates}
    assert mention.evidence[-1].rule == "undecided"


def test_a_state_printed_beside_the_name_decides() -> None:
    mention = first("Jackson County, Mo., Sheriff Orla Quist said no.", outlet_state="OR")
    assert agency_id(mention) == "us-mo-jackson-county-sheriff"
    assert mention.evidence[-1].rule == "state:printed"


def test_the_outlets_state_decides() -> None:
    mention = first("Jackson County Sheriff Orla Quist said no.", outlet_state="MI")
    assert agency_id(mention) == "us-mi-jackson-county-sheriff"
    assert ("state:outlet", "MI") in {(e.rule, e.words) for e in mention.evidence}


def test_the_dateline_decides_against_size() -> None:
    text = "PORTLAND, Maine (AP) — Portland police took no part in the arrests."
    assert agency_id(first(text)) == "us-me-portland-police"


def test_a_dateline_that_abbreviates_its_state_decides() -> None:
    text = "RIVERHEAD, N.Y. (AP) — The Suffolk County sheriff said no."
    assert agency_id(first(text)) == "us-ny-suffolk-county-sheriff"


def test_a_town_named_elsewhere_decides() -> None:
    text = "Jackson County Sheriff Orla Quist spoke at a meeting in Medford, Oregon, on Monday."
    assert agency_id(first(text)) == "us-or-jackson-county-sheriff"


def test_a_neighbor_in_the_same_sentence_decides() -> None:
    mentions = RESOLVER.find("The Madison Police Department and the Dane County Sheriff's Office.", outlet_state=None)
    assert [agency_id(m) for m in mentions] == ["us-wi-madison-police", "us-wi-dane-county-sheriff"]


def test_the_same_name_with_its_state_elsewhere_decides() -> None:
    mentions = RESOLVER.find("Aurora police said no. Police in Aurora, Colorado, never did.", outlet_state=None)
    assert {agency_id(m) for m in mentions} == {"us-co-aurora-police"}


def test_the_far_larger_of_one_name_is_meant_where_nothing_says_otherwise() -> None:
    assert agency_id(first("Houston police said no.")) == "us-tx-houston-police"
    assert agency_id(first("Harris County Sheriff Orla Quist said no.")) == "us-tx-harris-county-sheriff"


def test_the_outlets_state_outweighs_size() -> None:
    text = "Harris County Sheriff Orla Quist said no."
    assert agency_id(first(text, outlet_state="GA")) == "us-ga-harris-county-sheriff"


def test_capitals_take_the_agency_that_the_story_names() -> None:
    text = "MPD officers took no part, Minneapolis Police Chief Orla Quist said."
    assert {agency_id(m) for m in RESOLVER.find(text, outlet_state=None)} == {"us-mn-minneapolis-police"}


def test_capitals_alone_are_read_by_the_storys_state() -> None:
    assert agency_id(first("MPD said no.", outlet_state="DC")) == "us-dc-washington-police"


def test_capitals_alone_without_a_state_keep_their_candidates() -> None:
    (mention,) = RESOLVER.find("MPD said no.", outlet_state=None)
    assert mention.agency is None
    assert {"us-dc-washington-police", "us-mn-minneapolis-police", "us-wi-milwaukee-police"} <= {
        agency.agency_id for agency in mention.candidates
    }


def test_capitals_in_brackets_after_a_name_mean_it_ever_after() -> None:
    text = "The Lee County Sheriff’s Office (LCSO) said no. LCSO deputies agreed."
    found = RESOLVER.find(text, outlet_state="FL")
    assert {agency_id(m) for m in found} == {"us-fl-lee-county-sheriff"}
    assert [text[m.start : m.end] for m in found] == ["Lee County Sheriff’s Office", "LCSO", "LCSO"]


def test_townships_of_one_name_are_told_apart_by_their_county() -> None:
    text = "Washington Township police in Gloucester County said no."
    assert agency_id(first(text, outlet_state="NJ")) == "us-nj-washington-township-gloucester-county-police"


def test_every_mention_says_why() -> None:
    text = "HAILEY, Idaho — Blaine County Sheriff Orla Quist said her deputies do not call ICE. Hailey police agreed."
    assert all(mention.evidence for mention in RESOLVER.find(text, outlet_state=None))


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ("The San Deigo Police Department said no.", "CA", "us-ca-san-diego-police"),
        ("The Frenso County Sheriff's Office said no.", "CA", "us-ca-fresno-county-sheriff"),
        ("The Berrian County Sheriff's Office said no.", "MI", "us-mi-berrien-county-sheriff"),
    ],
)
def test_a_name_with_letters_out_of_place_is_found_in_the_storys_state(text: str, state: str, found: str) -> None:
    assert agency_id(first(text, outlet_state=state)) == found
