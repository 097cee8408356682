"""The history of stories and the spread of reporting, as the warehouse tells them."""

from __future__ import annotations

from pipelines.copies.history import update_history
from tests.copies.newsroom import Newsroom, edited, written

FIRST = 'The jail will end its contract in May. "We will not hold people for ICE," the sheriff said.'
SECOND = FIRST.replace("will not hold", "may hold") + " Updated 5 minutes ago"


def test_an_edited_story_has_one_change_and_running_again_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.print("jail", FIRST)
    newsroom.print("jail", SECOND, captured=3)
    newsroom.print("other", written(1))
    for _ in range(2):
        assert update_history(newsroom.connection, ["jail", "other"]) == 1
        rows = newsroom.connection.execute("select story_id, sentences_changed, diff from story_changes").fetchall()
        assert rows == [("jail", 1, '~ "We [-will not-] {+may+} hold people for ICE," the sheriff said.')]


def test_a_text_that_is_cut_off_is_no_edit_once_a_whole_one_is_known(newsroom: Newsroom) -> None:
    newsroom.print("jail", FIRST)
    newsroom.print("jail", FIRST[:40], captured=1, hint="truncated")
    newsroom.print("jail", SECOND, captured=3)
    update_history(newsroom.connection, ["jail"])
    assert newsroom.connection.execute("select diff from story_changes").fetchall() == [
        ('~ "We [-will not-] {+may+} hold people for ICE," the sheriff said.',)
    ]


def test_an_edited_statement_is_told_apart_from_the_text(newsroom: Newsroom) -> None:
    newsroom.print("jail", FIRST)
    newsroom.print("jail", SECOND, captured=3)
    revisions = newsroom.connection.execute("select revision_id, text from story_revisions").fetchall()
    for revision, text in revisions:
        quote = text.split('"')[1].rstrip(",")
        newsroom.mention("jail", revision, text.index(quote), quote)
    update_history(newsroom.connection, ["jail"])
    assert newsroom.connection.execute("select statements_changed, statement_diff from story_changes").fetchall() == [
        (1, "~ We [-will not-] {+may+} hold people for ICE")
    ]


def test_reach_and_delay_are_told_by_cluster_state_and_outlet(newsroom: Newsroom) -> None:
    wire = written(1)
    newsroom.print("wire", f"WASHINGTON (AP) — {wire}", published=0, site="wire")
    for number, state in enumerate(("MN", "MN", "TX")):
        newsroom.outlet(f"outlet{number}", state)
        newsroom.print(f"copy{number}", edited(wire, number, 0.1), published=number + 1, site=f"outlet{number}")
    newsroom.outlet("wire", None)
    newsroom.update()
    select = newsroom.connection.execute
    assert select(
        "select lead_story_id, stories, outlets, states, services, spread_minutes, median_delay_minutes "
        "from syndication"
    ).fetchall() == [("wire", 4, 4, 2, "AP", 180, 120.0)]
    assert select("select state, outlets from reach_by_state where state is not null order by state").fetchall() == [
        ("MN", 2),
        ("TX", 1),
    ]
    newsroom.print("own", written(9), published=1, site="outlet0")
    newsroom.update()
    assert select(
        "select source_id, kind, stories, own, carried, copies, copied_by_others, median_delay_minutes from copies_by_outlet "
        "order by source_id"
    ).fetchall() == [
        ("outlet0", "outlet", 2, 1, 1, 1, 0, 60.0),
        ("outlet1", "outlet", 1, 0, 1, 1, 0, 120.0),
        ("outlet2", "outlet", 1, 0, 1, 1, 0, 180.0),
        ("wire", "outlet", 1, 0, 1, 0, 1, None),
    ]
