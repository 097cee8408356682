"""Views of agencies: where they stand, when that changed, what they signed, who speaks for them."""

import random
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pipelines.records import Stance, StatementKind
from pipelines.statements.changes import Position, find_position_changes

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
    assert town.rows("select agency_id, models, signed_on from signed_and_silent") == [
        ("tx-one", "Jail Enforcement Model", date(2026, 2, 1))
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
    town.statement("s1", "ca-one", "2026-01-01", "refuses")
    town.statement("s2", "ca-one", "2026-03-01", "cooperates", kind="action")
    assert town.rows(
        "select event, stance, words from agency_timeline where agency_id = 'ca-one' order by happened_at"
    ) == [
        ("speech", "refuses", "Words of s1"),
        ("agreement signed", None, "Task Force Model"),
        ("action", "cooperates", "Words of s2"),
    ]


def test_the_most_quoted_officials_count_reporting_and_not_copies(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-03-01", "refuses", ("b", "c"), speaker="Ann Doe", role="Sheriff")
    town.statement("s2", "ca-one", "2026-01-01", "refuses", ("a",), speaker="Ann Doe", role="Sheriff")
    assert town.rows("select speaker, role, statements, clusters, coverage, refuses from most_quoted_officials") == [
        ("Ann Doe", "Sheriff", 2, 2, 3, 2)
    ]


def test_a_statement_is_listed_with_its_earliest_story(town: "World") -> None:
    town.statement("s1", "ca-one", "2026-03-01", "refuses", ("c", "b"))
    town.statement("s2", "ca-one", "2026-03-01", "refuses", ("b",), rejected=True)
    assert town.rows("select statement_id, agency, outlet, title, warc_file from agency_statements") == [
        ("s1", "Ca-One", "Herald", "Title of b", "w")
    ]


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
    assert town.rows("select county_fips, agency_names, outlets, captured_articles from coverage_gaps") == [
        ("48201", "Tx-One", 0, 0)
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
