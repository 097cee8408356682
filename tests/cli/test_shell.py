"""The SQL prompt: queries over several lines, the search index at hand, and nothing outside."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def typed(cli: Cli, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """What the shell of the sample prints, and says of errors, when these lines are typed."""

    def talk(*lines: str) -> tuple[str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        done = cli(sample_home, "shell")
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    return talk


def test_a_query_ends_with_its_semicolon_and_the_next_one_follows(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed("select 40 +", "2 as answer;", "select 'and on' as more;")
    assert "42" in out
    assert "and on" in out
    assert err == ""


def test_a_comment_may_follow_the_semicolon_and_the_last_query_needs_none(
    typed: Callable[..., tuple[str, str]],
) -> None:
    out, err = typed("select 'first' as a; -- who?", "select 'last' as b")
    assert "first" in out
    assert "last" in out
    assert err == ""


def test_comments_and_lone_semicolons_are_no_queries(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(
        ";;;", "select 40 + 2 as answer;", "/* x */ ;", "-- just a note;", "select 'last' as b;", "-- only"
    )
    assert "42" in out
    assert "last" in out
    assert err == ""


def test_an_unknown_command_is_named_and_swallows_nothing(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(".bogus", "select 40 + 2 as answer;")
    assert "42" in out
    assert err.startswith("no command .bogus: there are .tables")


def test_tables_and_columns_tell_what_they_mean(typed: Callable[..., tuple[str, str]]) -> None:
    out, _ = typed(".tables", ".describe stories")
    assert "agency_statements" in out
    assert "Identifier, fixed at first sight" in out


def test_the_index_of_the_run_is_searched_and_left_again(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(
        ".search", "select count(*) > 0 as found, max(score) > 0 as ranked from search('detainer');", ".main",
        "select count(*) > 0 as back from stories;",
    )  # fmt: skip
    assert err == ""
    assert out.count("True") == 3


def test_a_query_that_does_not_run_is_one_line_and_the_prompt_stays(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(
        "selec 1;", "delete from stories;", "from read_csv('/etc/passwd');", "select 'still here' as word;"
    )
    assert len(err.splitlines()) == 3
    assert "still here" in out
