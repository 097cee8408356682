"""Views of agencies: where they stand, when that changed, what they signed, who speaks for them."""

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.records import Stance, StatementKind
from pipelines.statements.changes import Position, find_position_changes
from tests.warehouse.conftest import noon
from warehouse.load import refresh_statements

if TYPE_CHECKING:
    from tests.warehouse.conftest import World


@pytest.fixture
def town(world: "World") -> "World":
    world.source("herald", county_fips="06037")
    world.source("times", "TX")
    world.agency("ca-one", "CA", "06037")
    world.agency("tx-one", "TX", "48201")
    world.story("a", "herald", "2026-01-01")
    world.story("b", "herald", "2026-03-01")
    world.story("c", "times", "2026-03-02", cluster="b")
    return world


def test_a_change_confirmed_by_a_second_statement_is_shown_with_both_quotes(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "refuses", ("a",))
    town.statement("s2", "ca-one", "2026-02-01", "cooperates")
    assert town.rows("select count(*) from position_changes") == [(0,)]
    town.statement("s3", "ca-one", "2026-03-01", "cooperates", ("b",))
    assert town.rows(
        "select agency_id, from_stance, to_stance, from_quote, to_quote, confirmed_by from position_changes"
    ) == [("ca-one", "refuses", "cooperates", "Words of s1", "Words of s2", "a second statement")]


def test_direct_sure_words_confirm_a_change_and_claims_or_rejected_ones_do_not(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "refuses")
    town.statement("s2", "ca-one", "2026-02-01", "cooperates", kind="claim", direct=True, confidence=0.99)
    town.statement("s3", "ca-one", "2026-02-02", "cooperates", direct=True, confidence=0.99, rejected=True)
    assert town.rows("select count(*) from position_changes") == [(0,)]
    town.statement("s4", "ca-one", "2026-02-03", "limits", direct=True, confidence=0.9)
    assert town.rows("select from_stance, to_stance, confirmed_by from position_changes") == [
        ("refuses", "limits", "direct words")
    ]


def test_a_recalled_quote_stands_where_it_was_said_and_not_where_it_was_printed(town: "World") -> None:
    town.statement("now", "ca-one", "2026-02-01", "cooperates", direct=True, confidence=0.95)
    town.statement("then", "ca-one", "2019-02-01", "refuses", first_published_at="2026-02-02 12:00:00+00")
    assert town.rows("select from_statement_id, to_statement_id from position_changes") == [("then", "now")]


@pytest.mark.parametrize("seed", range(6))
def test_the_view_finds_the_changes_that_the_rule_of_the_pipeline_finds(world: "World", seed: int) -> None:
    chance = random.Random(seed)
    positions = []
    for agency in ("a", "b", "c"):
        world.agency(agency)
        for number in range(12):
            day, stance = (
                f"2026-{chance.randint(1, 3):02}-{chance.randint(1, 9):02}",
                chance.choice(["cooperates", "refuses", "limits", "unclear"]),
            )
            direct, confidence = chance.random() < 0.3, chance.choice([0.3, 0.5, 0.8, 0.9])
            world.statement(f"{agency}{number:02}", agency, day, stance, direct=direct, confidence=confidence)
            said_at = world.rows("select said_at from statements where statement_id = ?", f"{agency}{number:02}")[0][0]
            positions.append(
                Position(
                    f"{agency}{number:02}", agency, Stance(stance), StatementKind.SPEECH, direct, confidence, said_at
                )
            )
    expected = [(c.agency_id, c.before, c.after, c.before_id, c.after_id) for c in find_position_changes(positions)]
    found = world.rows(
        "select agency_id, from_stance, to_stance, from_statement_id, to_statement_id from position_changes"
    )
    assert sorted(found) == sorted(expected)
    # Where the changes lead is what current_stances says of each agency that changed.
    assert world.rows(
        "select count(*) from (select agency_id, arg_max(to_stance, changed_at) as led from position_changes group by all) "
        "join current_stances using (agency_id) where led is distinct from confirmed_stance"
    ) == [(0,)]


def test_where_agencies_stand_now(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "refuses")
    town.statement("s2", "ca-one", "2026-02-01", "limits")
    town.statement("s3", "ca-one", "2026-03-01", "unclear")
    town.statement("s4", "tx-one", "2026-03-01", "cooperates", kind="claim")
    assert town.rows("select agency_id, stance, statement_id, statements from current_stances") == [
        ("ca-one", "limits", "s2", 2)
    ]
    assert town.rows("select state, agencies, cooperates, limits, refuses from stances_by_state") == [
        ("CA", 1, 0, 1, 0)
    ]


def test_a_stance_says_how_sure_it_is_and_where_the_changes_of_position_lead(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "refuses", direct=True, confidence=0.95)
    town.statement("s2", "ca-one", "2026-02-01", "limits")
    town.statement("s3", "ca-one", "2026-02-01", "refuses", confidence=0.3)
    select = (
        "select stance, statement_id, confidence, supporting_statements, supporting_days, confirmed, confirmed_stance "
        "from current_stances"
    )
    # One statement of eight tenths, beside a weak one of the same instant, whose id is greater.
    assert town.rows(select) == [("limits", "s2", 0.8, 1, 1, False, "refuses")]
    assert town.rows("select confirmed from stances_by_state") == [(0,)]
    town.statement("s4", "ca-one", "2026-03-01", "limits", direct=True, confidence=0.7)
    assert town.rows(select) == [("limits", "s4", 0.7, 2, 2, True, "limits")]
    assert town.rows("select to_stance, confirmed_by from position_changes") == [("limits", "a second statement")]


def test_of_statements_at_one_instant_direct_words_outweigh_others_a_little_surer(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "cooperates", direct=True, confidence=0.6)
    town.statement("s2", "ca-one", "2026-01-01", "refuses", confidence=0.8)
    assert town.rows("select stance, confirmed_stance from current_stances") == [("cooperates", None)]


def test_sure_direct_words_change_nothing_on_a_day_of_two_minds(town: "World") -> None:
    """The Redwater case: a direct refusal of .978, and on the same day two statements that cooperate."""
    town.statement("before", "ca-one", "2026-01-01", "cooperates", direct=True, confidence=0.99)
    town.statement("refusal", "ca-one", "2026-02-01", "refuses", direct=True, confidence=0.978)
    town.statement("told", "ca-one", "2026-02-01", "cooperates", confidence=0.848)
    town.statement("glad", "ca-one", "2026-02-01", "cooperates", direct=True, confidence=0.526)
    assert town.rows("select stance, since, days, statements, confirmed_by from position_stretches") == [
        ("cooperates", noon("2026-01-01"), 1, 1, "direct words")
    ]
    assert town.rows("select count(*) from position_changes") == [(0,)]
    assert town.rows("select stance, confirmed, confirmed_stance from current_stances") == [
        ("refuses", False, "cooperates")
    ]


def test_agencies_first_heard(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-01-01", "refuses")
    town.statement("s2", "ca-one", "2026-03-01", "refuses")
    town.statement("s3", "tx-one", "2026-03-02", "cooperates")
    assert town.rows(
        "select agency_id, stance, statements from agencies_first_heard where first_heard_on >= '2026-02-01'"
    ) == [("tx-one", "cooperates", 1)]


def test_statements_against_agreements_and_silence(town: "World") -> None:
    town.agreement("ca-one", "Task Force Model", "2026-02-01", "2026-03-31")
    town.agreement("tx-one", "Jail Enforcement Model", "2026-02-01", "2026-03-31")
    town.statement("before", "ca-one", "2026-01-01", "refuses")
    town.statement("during", "ca-one", "2026-03-01", "refuses")
    town.statement("agrees", "ca-one", "2026-03-02", "cooperates")
    assert town.rows("select agency_id, model, statement_id from statements_against_agreements") == [
        ("ca-one", "Task Force Model", "during")
    ]
    town.agreement("nv-one", "Task Force Model", "2026-01-01", "2026-03-31")
    town.agency("nv-one", "NV", "32003")
    town.source("nv-police", "NV", kind="agency")
    assert town.rows(
        "select agency_id, models, signed_on, outlets_in_state, captured_articles_in_state from signed_and_silent"
    ) == [
        ("tx-one", "Jail Enforcement Model", date(2026, 2, 1), 1, 1),
        ("nv-one", "Task Force Model", date(2026, 1, 1), 0, 0),
    ]


def test_agreements_by_month_have_no_holes(town: "World") -> None:
    town.agreement("ca-one", "Task Force Model", "2026-01-10", "2026-03-31", status="ended")
    town.agreement("tx-one", "Task Force Model", "2026-03-10", "2026-03-31")
    assert town.rows("select month, model, signed, ended, active_at_end from agreements_by_month") == [
        (date(2026, 1, 1), "Task Force Model", 1, 0, 1),
        (date(2026, 2, 1), "Task Force Model", 0, 0, 1),
        (date(2026, 3, 1), "Task Force Model", 1, 1, 1),
    ]


def test_a_timeline_holds_statements_and_agreements_in_order(town: "World") -> None:
    town.agreement("ca-one", "Task Force Model", "2026-02-01", "2026-03-31")
    town.statement("s1", "ca-one", "2026-01-01", "refuses", ("a",))
    town.statement("s2", "ca-one", "2026-03-01", "cooperates", kind="action")
    assert town.rows(
        "select event, stance, words, agency, confidence, url from agency_timeline where agency_id = 'ca-one' order by happened_at"
    ) == [
        ("speech", "refuses", "Words of s1", "Ca-One", 0.8, "https://herald.example/a"),
        ("agreement signed", None, "Task Force Model", "Ca-One", None, None),
        ("action", "cooperates", "Words of s2", "Ca-One", 0.8, None),
    ]


def test_the_most_quoted_officials_count_reporting_and_not_copies(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-03-01", "refuses", ("b", "c"), speaker="Ann Doe", role="Sheriff")
    town.statement("s2", "ca-one", "2026-01-01", "refuses", ("a",), speaker="Ann Doe", role="Sheriff")
    town.statement("s3", "ca-one", "2026-01-01", "unclear", ("a",), speaker="Ann Doe", role="Sheriff", direct=True)
    assert town.rows(
        "select speaker, role, statements, direct, clusters, coverage, refuses, unclear from most_quoted_officials"
    ) == [("Ann Doe", "Sheriff", 3, 1, 2, 3, 2, 1)]


def test_a_statement_is_listed_with_its_earliest_story(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-03-01", "refuses", ("c", "b"))
    town.statement("s2", "ca-one", "2026-03-01", "refuses", ("b",), rejected=True)
    assert town.rows("select statement_id, agency, outlet, title, warc_file from agency_statements") == [
        ("s1", "Ca-One", "Herald", "Title of b", "w")
    ]


def test_the_earliest_story_is_told_as_the_lead_of_a_cluster_is(town: "World") -> None:
    """A day alone counts as its end; on one day the hour decides; the id last."""
    town.story("d1", "times", "2026-04-01", published_at="2026-04-01 00:00:00+00", published_at_raw="April 1, 2026",
               first_captured_at=datetime(2026, 4, 2, 9, tzinfo=UTC))  # fmt: skip
    town.story(
        "d2", "herald", "2026-04-01", published_at="2026-04-01 17:00:00+00", published_at_raw="2026-04-01T17:00:00Z"
    )
    town.story(
        "d3", "times", "2026-04-01", published_at="2026-04-01 16:00:00+00", published_at_raw="2026-04-01T16:00:00Z"
    )
    town.statement("s1", "ca-one", "2026-04-01", "refuses", ("d1", "d2", "d3"))
    assert town.rows("select title from agency_statements") == [("Title of d3",)]
    assert town.rows("select story_id from statement_reports where earliest") == [("d3",)]
    assert town.rows("select story_id, came_out_at from statement_reports where story_id = 'd1'") == [
        ("d1", datetime(2026, 4, 1, 23, 59, 59, 999999, UTC))
    ]
    town.connection.execute("update statement_mentions set quote = 'as in ' || story_id")
    refresh_statements(town.connection, ["s1"])
    assert town.rows("select quote from statements") == [("as in d3",)]


def test_a_statement_that_the_latest_text_no_longer_has_is_marked(town: "World") -> None:
    town.statement("kept", "ca-one", "2026-03-01", "refuses", ("b", "c"))
    town.statement("gone", "ca-one", "2026-03-01", "cooperates", ("b",))
    town.insert("story_revisions", revision_id="b-before", story_id="b", text="Before.", text_hash="i", extractor="x",
                relevance_evidence="[]", warc_file="before", warc_offset=7, run_id="r", title="Title of b",
                relevant=True, relevance_score=0.9, word_count=1, rules_version="1",
                first_captured_at=datetime(2026, 2, 1, tzinfo=UTC),
                last_captured_at=datetime(2026, 2, 1, tzinfo=UTC))  # fmt: skip
    town.connection.execute("update statement_mentions set revision_id = 'b-before' where statement_id = 'gone'")
    select = "select statement_id, in_latest_text from {} order by statement_id"
    assert town.rows(select.format("agency_statements")) == [("gone", False), ("kept", True)]
    assert town.rows(select.format("agency_timeline")) == [("gone", False), ("kept", True)]
    assert town.rows("select statement_id, warc_file, warc_offset from agency_statements order by 1") == [
        ("gone", "before", 7),
        ("kept", "w", 0),
    ], "a row leads to the bytes in which its words stand"


def test_a_date_that_no_page_can_have_is_no_date_of_a_statement(town: "World") -> None:
    """A page of 2026 that says 2035 would stand as the agency's latest word for nine years."""
    town.story("d1", "times", "2026-04-01", published_at="2035-05-04 00:00:00+00")
    town.statement("s1", "ca-one", "2026-04-01", "cooperates", ("d1",), said_at=None)
    refresh_statements(town.connection, ["s1"])
    assert town.rows("select first_published_at from statements") == [(None,)]
    assert town.rows("select happened_at from agency_statements") == [(datetime(2026, 4, 1, 12, tzinfo=UTC),)]


def test_outlets_coverage_has_its_denominator(town: "World") -> None:
    town.fetch("herald", "2026-03-03", "https://herald.example/off")
    town.insert("clusters", cluster_id="b", lead_story_id="b", story_count=2)
    town.statement("s1", "ca-one", "2026-03-01", "refuses", ("b", "c"))
    assert town.rows(
        "select source_id, relevant_clusters, relevant_coverage, relevant_leads, statements, agencies, captured_articles from outlet_coverage"
    ) == [("herald", 2, 2, 2, 1, 1, 3), ("times", 1, 1, 0, 1, 1, 1)]


def test_a_county_with_an_agreement_that_nobody_covers_is_a_gap(town: "World") -> None:
    town.agreement("ca-one", "Task Force Model", "2026-02-01", "2026-03-31")
    town.agreement("tx-one", "Task Force Model", "2026-02-01", "2026-03-31")
    town.insert("counties", county_fips="48201", name="Harris County", state="TX")
    assert town.rows("select county_fips, county, agency_names, outlets, captured_articles from coverage_gaps") == [
        ("48201", "Harris County", "Tx-One", 0, 0)
    ]


def test_source_health_tells_the_dead_from_the_silent(town: "World") -> None:
    for source in ("dead", "silent", "new"):
        town.source(source, "NV")
    town.fetch("dead", "2026-03-02", "https://dead.example/f", outcome="error", reason="no answer", reading=None)
    town.fetch("silent", "2026-03-02", "https://silent.example/f", purpose="endpoint", reading="endpoint")
    assert town.rows("select source_id, health, commonest_error from source_health order by source_id") == [
        ("dead", "dead", "no answer"),
        ("herald", "healthy", None),
        ("new", "never tried", None),
        ("silent", "silent", None),
        ("times", "healthy", None),
    ]
