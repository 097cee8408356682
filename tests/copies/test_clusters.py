"""Clusters: the same in any order, under ids that stay, and nothing glued that is not a copy."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.copies.clusters import Copy, StoryTimes, partition_stories
from tests.copies.newsroom import Newsroom, edited, written
from warehouse.database import open_warehouse

WIRE = written(1)


def test_an_edited_a_truncated_and_a_wrapped_copy_join_their_original(newsroom: Newsroom) -> None:
    newsroom.print("wire", WIRE)
    newsroom.print("edited", edited(WIRE, 2, 0.2), captured=1)
    newsroom.print("truncated", " ".join(WIRE.split()[:120]), captured=2)
    newsroom.print("wrapped", f"{written(5, 40)}\n{WIRE}\n{written(6, 60)}", captured=3)
    newsroom.print("other", written(9), captured=4)
    newsroom.update()
    assert newsroom.partition() == {frozenset({"wire", "edited", "truncated", "wrapped"}), frozenset({"other"})}


def test_a_second_update_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.print("wire", WIRE, byline="Ann Lee, Associated Press")
    newsroom.print("copy", edited(WIRE, 2, 0.1))
    first = newsroom.update()
    before = newsroom.snapshot()
    again = newsroom.update(first.cluster_of)
    assert newsroom.snapshot() == before
    assert (again.cluster_of, again.merges, again.new_texts, again.new_copies) == ({}, (), 0, 0)


def test_a_late_original_leads_without_changing_the_id(newsroom: Newsroom) -> None:
    newsroom.print("copy", edited(WIRE, 2, 0.1), captured=5, published=4)
    newsroom.print("another", edited(WIRE, 3, 0.1), captured=6, published=6)
    known = newsroom.update().cluster_of
    assert (newsroom.clusters()["another"], newsroom.lead("copy")) == ("copy", "copy")
    newsroom.print("original", WIRE, captured=30, published=1)
    newsroom.update(known)
    assert set(newsroom.clusters().values()) == {"copy"}
    assert newsroom.lead("copy") == "original"


def test_where_two_clusters_meet_the_older_id_stays_and_the_merge_is_told(newsroom: Newsroom) -> None:
    first, second = WIRE.split()[:260], WIRE.split()[150:]
    newsroom.print("late", " ".join(second) + " " + written(8, 20), captured=9)
    newsroom.print("early", written(7, 20) + " " + " ".join(first[:110]), captured=2)
    known = newsroom.update().cluster_of
    assert newsroom.clusters() == {"early": "early", "late": "late"}
    newsroom.print("whole", WIRE, captured=12)
    update = newsroom.update(known)
    assert set(newsroom.clusters().values()) == {"early"}
    assert [(merge.merged_id, merge.kept_id) for merge in update.merges] == [("late", "early")]


def test_ids_of_first_sight_are_kept_when_days_are_loaded_in_another_order(newsroom: Newsroom) -> None:
    newsroom.print("later", edited(WIRE, 2, 0.1), captured=9)
    newsroom.update({"first": "first", "later": "first"})
    assert newsroom.clusters() == {"later": "first"}
    newsroom.print("first", WIRE, captured=1)
    newsroom.update({"first": "first", "later": "first"})
    assert newsroom.clusters() == {"first": "first", "later": "first"}


def test_a_story_that_is_gone_leaves_its_cluster_and_what_it_held_together_parts(newsroom: Newsroom) -> None:
    newsroom.print("bridge", WIRE)
    newsroom.print("left", " ".join(WIRE.split()[:130]), captured=1)
    newsroom.print("right", " ".join(WIRE.split()[150:]), captured=2)
    newsroom.print("alone", written(4), captured=2)
    newsroom.update()
    assert len(newsroom.partition()) == 2
    newsroom.withdraw("bridge")
    newsroom.update({"bridge": "bridge", "left": "bridge", "right": "bridge", "alone": "alone"})
    assert newsroom.partition() == {frozenset({"left"}), frozenset({"right"}), frozenset({"alone"})}


def test_parts_of_a_broken_cluster_loaded_one_by_one_share_no_id(newsroom: Newsroom) -> None:
    known = dict.fromkeys(("left", "right", "bridge"), "bridge")
    newsroom.print("left", " ".join(WIRE.split()[:130]), captured=1)
    newsroom.update(known)
    newsroom.print("right", " ".join(WIRE.split()[150:]), captured=2)
    newsroom.update(known)
    assert newsroom.clusters() == {"left": "bridge", "right": "right"}
    newsroom.print("bridge", WIRE, captured=3)
    update = newsroom.update(known)
    assert set(newsroom.clusters().values()) == {"bridge"} or [merge.kept_id for merge in update.merges] == ["right"]


def test_a_corrected_date_changes_the_lead(newsroom: Newsroom) -> None:
    newsroom.print("one", WIRE, published=3)
    newsroom.print("two", edited(WIRE, 2, 0.1), published=5, captured=1)
    newsroom.update()
    newsroom.connection.execute(
        "update stories set published_at = timestamptz '2025-12-01 00:00:00+00' where story_id = 'two'"
    )
    newsroom.update()
    assert newsroom.lead("one") == "two"


@pytest.mark.parametrize(("captured", "lead"), [(2, "day"), (7, "hour"), (40, "hour")])
def test_a_date_without_an_hour_does_not_lead_as_if_it_were_midnight(
    newsroom: Newsroom, captured: int, lead: str
) -> None:
    """START is noon: `hour` came out at 18:00, `day` tells the same day alone and was captured at 14:00, 19:00 or later."""
    day, hour = -12, 6
    newsroom.print("day", WIRE, captured=captured, published=day, printed="2026-01-05")
    newsroom.print("hour", edited(WIRE, 2, 0.1), captured=30, published=hour)
    newsroom.update()
    assert newsroom.connection.execute("select lead_story_id from clusters").fetchall() == [(lead,)]


def test_the_lead_is_the_same_whatever_came_first(newsroom: Newsroom) -> None:
    newsroom.print("hour", edited(WIRE, 2, 0.1), captured=9, published=6)
    known = newsroom.update().cluster_of
    newsroom.print("day", WIRE, captured=30, published=-12, printed="January 5, 2026")
    newsroom.update(known)
    assert newsroom.lead("hour") == "hour"
    for source in ("hour", "day"):
        newsroom.outlet(source, "MN")
    # The end of Jan 5 is five hours and 59 minutes after 18:00.
    assert newsroom.connection.execute("select lead_story_id, spread_minutes from syndication").fetchall() == [
        ("hour", 359)
    ]


def test_any_text_that_a_story_ever_had_counts(newsroom: Newsroom) -> None:
    newsroom.print("outlet", edited(WIRE, 2, 0.1), site="outlet")
    newsroom.print("outlet", written(3), site="outlet", captured=4)
    newsroom.print("copy", WIRE, captured=5)
    newsroom.update()
    assert newsroom.clusters()["copy"] == newsroom.clusters()["outlet"]


def test_templates_quotations_roundups_and_blotters_glue_nothing(newsroom: Newsroom) -> None:
    shell = written(20).split()
    for number in range(3):
        filled = [word if word[0].islower() else written(30 + number, 5).split()[5] for word in shell]
        newsroom.print(f"release-{number}", " ".join(filled), site="sheriff")
    quote = f'"{written(21, 110)}" said the sheriff. '
    for number in range(3):
        newsroom.print(f"quoting-{number}", f"{written(40 + number, 200)}\n{quote}\n{written(50 + number, 150)}")
    briefs = [written(60 + number, 120) for number in range(3)]
    for number, brief in enumerate(briefs):
        newsroom.print(f"brief-{number}", brief)
    newsroom.print("roundup", "\n".join([written(70, 250), *briefs, written(71, 200)]), title="Five stories to know")
    for number in range(2):
        blotter = "\n".join([written(80, 260), written(81 + number, 60)])
        newsroom.print(f"blotter-{number}", blotter, site="weekly", title="Police blotter")
    newsroom.update()
    assert all(len(group) == 1 for group in newsroom.partition())


def test_bylines_and_datelines_are_kept_as_evidence(newsroom: Newsroom) -> None:
    newsroom.print("wire", f"MINNEAPOLIS (AP) — {WIRE}", byline="By Ann Lee, Associated Press")
    newsroom.update()
    rows = newsroom.connection.execute("select service, place from syndication_marks order by place").fetchall()
    assert rows == [("AP", "byline"), ("AP", "dateline")]


# Chains of copies, an unrelated text, a truncated and a doubly edited one.
STORIES = {
    "a": WIRE,
    "b": edited(WIRE, 2, 0.15),
    "c": edited(edited(WIRE, 2, 0.15), 3, 0.15),
    "d": " ".join(WIRE.split()[:150]),
    "e": written(9),
    "f": edited(written(9), 4, 0.1),
    "g": written(10),
    "h": WIRE,
}


@given(order=st.permutations(sorted(STORIES)), cuts=st.sets(st.integers(1, len(STORIES) - 1), max_size=4))
@settings(max_examples=12, deadline=None)
def test_the_partition_is_the_same_in_any_order_and_any_batches(order: list[str], cuts: set[int]) -> None:
    with TemporaryDirectory() as folder, open_warehouse(Path(folder) / "warehouse.duckdb") as connection:
        newsroom = Newsroom(connection, Path(folder) / "runs")
        known: dict[str, str] = {}
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(order)], strict=True):
            for story in order[start:end]:
                newsroom.print(story, STORIES[story])
            known = {**newsroom.update(known).cluster_of, **known}
        assert newsroom.partition() == {frozenset("abcdh"), frozenset("ef"), frozenset("g")}


@given(
    edges=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=10),
    order=st.permutations(range(10)),
    known=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcxyz")),
)
def test_components_and_their_names_do_not_depend_on_the_order_of_the_pairs(
    edges: list[tuple[str, str]], order: list[int], known: dict[str, str]
) -> None:
    times = {story: StoryTimes(ord(story), ord(story)) for story in "abcdefgh"}
    copies = [Copy(one, other, 1.0, 1.0) for one, other in edges if one != other]
    shuffled = [copies[index] for index in order if index < len(copies)]
    one, other = partition_stories(times, copies, known), partition_stories(times, shuffled, known)
    assert one == other
    assert set(one.cluster_of) == set(times)
    assert len(set(one.cluster_of.values())) == len(one.leads)
    for copy in copies:
        assert one.cluster_of[copy.story_id] == one.cluster_of[copy.other_story_id]
    again = partition_stories(times, copies, one.cluster_of)
    assert (again.cluster_of, again.leads, again.merges) == (one.cluster_of, one.leads, ())
