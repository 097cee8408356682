"""Time series count what is there, once each, have no holes, carry their denominator, and have a panel that does not grow."""

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.conftest import noon
from warehouse.load import load_counties

if TYPE_CHECKING:
    from tests.warehouse.conftest import World


@pytest.fixture
def months(world: "World") -> "World":
    """Outlet `old` is there from January to April, `new` from March; a wire story runs in both, in March and April."""
    world.source("old")
    world.source("new", "TX", county_fips="48201")
    for month in (1, 2, 3, 4):
        world.fetch("old", f"2026-{month:02}-05", f"https://old.example/off-{month}")
    world.fetch("old", "2026-04-06", "https://old.example/off-4")
    world.story("a", "old", "2026-01-10")
    world.story("plain", "old", "2026-01-11", relevant=False)
    world.story("wire-1", "old", "2026-03-31", cluster="wire")
    world.story("wire-2", "new", "2026-04-01", cluster="wire")
    world.story("wire-3", "new", "2026-04-02", cluster="wire")
    world.fetch("new", "2026-03-20", "https://new.example/off")
    return world


def test_stories_count_once_a_cluster_at_first_appearance_with_every_article_as_denominator(months: "World") -> None:
    assert months.rows(
        "select month, relevant_clusters, relevant_coverage, captured_articles from stories_by_month"
    ) == [
        (date(2026, 1, 1), 1, 1, 3),
        (date(2026, 2, 1), 0, 0, 1),
        (date(2026, 3, 1), 1, 1, 3),
        (date(2026, 4, 1), 0, 2, 3),
    ]


def test_a_cluster_counts_once_in_each_state(months: "World") -> None:
    assert months.rows(
        "select state, sum(relevant_clusters), sum(relevant_coverage), count(*) from stories_by_state_and_month group by all order by 1"
    ) == [("CA", 2, 2, 4), ("TX", 1, 2, 4)]
    assert months.rows("select county_fips, sum(relevant_clusters) from stories_by_county_and_month group by all") == [
        ("48201", 1)
    ]


def test_the_panel_leaves_out_the_outlet_that_joined_later(months: "World") -> None:
    assert months.rows("select source_id from panel_outlets") == [("old",)]
    assert months.rows("select sum(relevant_coverage), sum(captured_articles) from stories_by_month_panel") == [(2, 7)]
    assert months.rows("select source_id from outlets_present('2026-03-01', '2026-04-30') order by 1") == [
        ("new",),
        ("old",),
    ]


def test_a_page_from_an_archive_years_before_does_not_empty_the_panel(months: "World") -> None:
    months.source("archive", None)
    months.fetch("archive", "2017-05-05", "https://archive.example/x")
    assert months.rows("select first_month, last_month from capture_period") == [(date(2026, 1, 1), date(2026, 4, 1))]
    assert months.rows("select source_id from panel_outlets") == [("old",)]
    assert months.rows("select min(month) from stories_by_month_panel") == [(date(2026, 1, 1),)]


def test_the_first_article_of_a_new_month_does_not_empty_the_panel(months: "World") -> None:
    months.source("third", "CA")
    for day in ("2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05"):
        months.fetch("third", day, f"https://third.example/{day}")
    before = months.rows("select month, relevant_clusters, captured_articles from stories_by_month_panel limit 4")
    months.fetch("third", "2026-05-01", "https://third.example/may")
    assert months.rows("select source_id from panel_outlets") == [("old",), ("third",)]
    after = months.rows("select month, relevant_clusters, captured_articles from stories_by_month_panel limit 4")
    assert after == before


@pytest.mark.parametrize(("grain", "periods"), [("day", 91), ("week", 13), ("month", 4)])
@pytest.mark.parametrize("what", ["stories", "statements"])
def test_no_period_is_left_out(months: "World", what: str, grain: str, periods: int) -> None:
    assert months.rows(f"select count(*), count(distinct {grain}) from {what}_by_{grain}") == [(periods, periods)]
    assert months.rows(f"select count(distinct {grain}) from {what}_by_state_and_{grain}") == [(periods,)]


@pytest.fixture
def spoken(months: "World") -> "World":
    months.agency("ca-one", "CA", "06037")
    months.agency("tx-one", "TX", "48201")
    months.agency("fed", "TX", kind="federal")
    months.statement("s1", "ca-one", "2026-01-10", "refuses", ("a",))
    months.statement("s2", "ca-one", "2026-04-01", "cooperates", ("wire-2", "wire-3"))
    months.statement("s3", "tx-one", "2026-03-31", "unclear", ("wire-1",))
    months.statement("s4", "tx-one", "2026-03-31", "limits", ("wire-1",), kind="claim")
    months.statement("s5", "fed", "2026-03-31", "cooperates", ("wire-1",))
    months.statement("s6", "ca-one", "2026-03-31", "refuses", ("wire-1",), rejected=True)
    months.statement("s7", None, "2026-03-31", "refuses", ("wire-1",))
    return months


def test_statements_are_counted_by_stance_without_claims_federal_bodies_and_rejected_ones(spoken: "World") -> None:
    assert spoken.rows(
        "select month, statements, cooperates, limits, refuses, unclear, refuses_share, captured_articles from statements_by_month"
    ) == [
        (date(2026, 1, 1), 1, 0, 0, 1, 0, 1.0, 3),
        (date(2026, 2, 1), 0, 0, 0, 0, 0, None, 1),
        (date(2026, 3, 1), 2, 0, 0, 1, 1, 1.0, 3),
        (date(2026, 4, 1), 1, 1, 0, 0, 0, 0.0, 3),
    ]


def test_statements_by_place_carry_the_articles_of_the_state_as_denominator(spoken: "World") -> None:
    assert spoken.rows(
        "select agency_id, state, statements, captured_articles, captured_articles_everywhere "
        "from statements_by_agency_and_month where month = '2026-04-01' order by 1"
    ) == [("ca-one", "CA", 1, 1, 3), ("tx-one", "TX", 0, 2, 3)]
    assert spoken.rows(
        "select county_fips, sum(statements) from statements_by_county_and_month group by all order by 1"
    ) == [
        ("06037", 2),
        ("48201", 1),
    ]
    assert spoken.rows("select sum(statements) from statements_by_state_and_month where state = 'TX'") == [(1,)]


def test_in_the_panel_only_statements_that_its_outlets_carried_count(spoken: "World") -> None:
    assert spoken.rows("select sum(statements) from statements_by_month_panel") == [(3,)]
    assert spoken.rows(
        "select sum(statements) from statements_by_agency_and_month_panel where agency_id = 'ca-one'"
    ) == [(1,)]


def test_a_date_that_cannot_be_gives_way_to_the_day_of_capture(world: "World") -> None:
    world.source("old")
    world.story("a", "old", "2026-01-10", published_at=None)
    world.insert("sources", source_id="x", name="X", kind="outlet", registered=True)
    assert world.rows(
        "select article_day(timestamptz '1970-01-01 00:00:00+00', timestamptz '2026-01-10 23:00:00+00')"
    ) == [(date(2026, 1, 10),)]
    assert world.rows("select day, articles, captured from source_days") == [(date(2026, 1, 10), 1, 1)]


def test_an_off_topic_page_counts_on_the_day_that_its_feed_gave_it(world: "World") -> None:
    """A feed read in March names a story and an off-topic page of January: the share of January has both below it."""
    world.source("old")
    world.story("a", "old", "2026-01-10", first_captured_at=noon("2026-03-05"))
    world.fetch("old", "2026-03-05", "https://old.example/off", listed_at=noon("2026-01-11"))
    world.fetch("old", "2026-03-06", "https://old.example/off", listed_at=noon("2026-03-06"))
    world.fetch("old", "2026-03-05", "https://old.example/undated")
    world.fetch("old", "2026-03-05", "https://old.example/1970", listed_at="1970-01-01 00:00:00+00")
    world.fetch("old", "2026-03-05", "https://old.example/to-come", listed_at=noon("2027-01-01"))
    assert world.rows(
        "select month, relevant_clusters, captured_articles from stories_by_month where captured_articles > 0"
    ) == [(date(2026, 1, 1), 1, 2), (date(2026, 3, 1), 0, 3)]
    assert world.rows("select day, captured from source_days where captured > 0") == [(date(2026, 3, 5), 5)]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("stories_over_time('month', 'State', false)", "place must be country, state or county"),
        ("stories_over_time('month', 'agency', false)", "place must be country, state or county"),
        ("stories_over_time('fortnight', 'state', false)", "grain must be day, week, month, quarter or year"),
        ("stories_over_time('hour', 'state', false)", "grain must be day, week, month, quarter or year"),
        ("stories_over_time('day', 'state', null)", "in_panel must be true or false"),
        ("statements_over_time('month', 'place', true)", "place must be country, state, county or agency"),
        ("statements_over_time('month', null, true)", "place must be country, state, county or agency"),
        ("statements_over_time('decade', 'agency', true)", "grain must be day, week, month, quarter or year"),
    ],
)
@pytest.mark.parametrize("filled", [True, False])
def test_an_argument_that_a_macro_does_not_know_is_an_error_that_names_those_it_knows(
    world: "World", request: pytest.FixtureRequest, call: str, told: str, filled: bool
) -> None:
    if filled:
        request.getfixturevalue("spoken")
    with pytest.raises(duckdb.Error, match=told):
        world.rows(f"from {call}")


def test_the_capture_period_tells_how_many_months_the_panel_stands_on(months: "World") -> None:
    assert months.rows("select months from capture_period") == [(4,)]
    months.connection.execute("delete from fetches; delete from stories")
    assert months.rows("select first_month, months from capture_period") == [(None, 0)]


def test_counties_have_names_in_the_views_that_list_them(spoken: "World") -> None:
    load_counties(spoken.connection)
    load_counties(spoken.connection)
    assert spoken.rows("select name, state from counties where county_fips in ('06037', '11001', '72001') order by all") == [
        ("Adjuntas Municipio", "PR"),
        ("District of Columbia", "DC"),
        ("Los Angeles County", "CA"),
    ]  # fmt: skip
    assert spoken.rows("select distinct county_fips, county from stories_by_county_and_month") == [
        ("48201", "Harris County")
    ]
    assert spoken.rows("select distinct county from statements_by_county_and_month order by 1") == [
        ("Harris County",),
        ("Los Angeles County",),
    ]
