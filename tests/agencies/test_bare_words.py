"""Bare words ("deputies", "the department", "the jail") take the agency that the story has given them."""

from pipelines.agencies import AgencyResolver

RESOLVER = AgencyResolver()


def read(text: str, outlet_state: str | None = None, title: str | None = None) -> list[tuple[str, str | None]]:
    """Mentions of local agencies as (words, id)."""
    mentions = RESOLVER.find(text, outlet_state=outlet_state, title=title)
    return [
        (text[m.start : m.end], m.agency.agency_id if m.agency else None)
        for m in mentions
        if not m.agency or m.agency.kind != "federal"
    ]


def test_a_sheriff_is_the_one_whose_county_the_story_names_later() -> None:
    text = "A sheriff on Thursday told his jails to stop.\n\nSuffolk County Sheriff Orla Quist acted after a ruling."
    assert {i for _, i in read(text, "NY")} == {"us-ny-suffolk-county-sheriff"}


def test_deputies_and_the_jail_are_the_last_sheriffs() -> None:
    text = "Blaine County Sheriff Orla Quist said no.\n\nHer deputies do not ask. The jail does not call."
    assert [i for _, i in read(text, "ID")] == ["us-id-blaine-county-sheriff"] * 3


def test_a_county_named_in_the_sentence_comes_before_the_last_sheriff() -> None:
    text = (
        "Suffolk County Sheriff Orla Quist said no.\n\nIn neighboring Nassau County, the sheriff’s department agreed."
    )
    assert read(text, "NY")[-1] == ("sheriff’s department", "us-ny-nassau-county-sheriff")


def test_the_department_is_the_last_local_one() -> None:
    text = "Madison police were there. The department does not ask. ICE said that it would be back."
    assert ("department", "us-wi-madison-police") in read(text, "WI")


def test_the_department_is_nobodys_after_a_federal_department() -> None:
    text = "Madison police were there. The Department of Homeland Security disagreed. The department gave no number."
    assert [words for words, _ in read(text, "WI")] == ["Madison police"]


def test_a_chief_belongs_to_the_town_that_the_passage_is_set_in() -> None:
    text = "Morristown police said yes.\n\nIn Dover, nothing changed.\n\n“No,” said Orla Quist, the police chief."
    assert read(text, "NJ")[-1] == ("police chief", "us-nj-dover-police")


def test_a_heading_of_a_place_sets_the_scene() -> None:
    text = "We asked them all.\n\nSchenectady\n\nOfficers do not ask, Police Chief Orla Quist wrote in an email."
    assert read(text, "NY")[-1] == ("Police Chief", "us-ny-schenectady-police")


def test_troopers_are_the_storys_states() -> None:
    assert read("State police said no troopers took part.", "NJ") == [
        ("State police", "us-nj-state-police"),
        ("troopers", "us-nj-state-police"),
    ]


def test_a_state_in_the_sentence_decides_for_troopers() -> None:
    text = "EL PASO, Texas — He was arrested Sept. 1 in Florida by highway patrol troopers."
    assert read(text)[-1][1] == "us-fl-highway-patrol"


def test_police_who_act_are_the_storys_and_police_in_general_are_not() -> None:
    text = "Kingston police arrested him. Police said he ran. Nobody should be afraid of the police."
    assert [words for words, _ in read(text, "PA")] == ["Kingston police", "Police"]


def test_the_title_names_whom_the_text_leaves_bare() -> None:
    text = "He swore that nobody would come between his jail and the agents, and the sheriff changed his mind."
    found = read(text, "NJ", title="Morris County sheriff changes his mind")
    assert {i for _, i in found} == {"us-nj-morris-county-sheriff"}


def test_a_county_prison_is_not_the_sheriffs_in_pennsylvania() -> None:
    text = "CARLISLE, Pa. — In Cumberland County it depends. The county prison honors them. Warden Orla Quist said so."
    assert {i for _, i in read(text)} == {"us-pa-cumberland-county-jail"}


def test_detention_centers_without_a_county_are_not_taken_for_its_jail() -> None:
    text = "Polk County Sheriff Orla Quist said no. Outside the detention center two vans waited."
    assert [words for words, _ in read(text, "FL")] == ["Polk County Sheriff"]
