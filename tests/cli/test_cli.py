"""The command line as its users meet it: help, exit codes, errors of one line, and output that no program misreads."""

from __future__ import annotations

import csv
import errno
import io
import json
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import errors
from crawler.registry import load_registry
from pipelines.cli import is_disk_refusal
from pipelines.workspace import PROJECT
from tests.packing import pack
from tests.runs import badgewire

SUBCOMMANDS = ("run", "query", "explain", "ui", "reread", "rebuild", "doctor", "sources")
Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def one_line(told: str) -> str:
    """The only line of an error."""
    lines = told.strip().splitlines()
    assert len(lines) == 1, told
    return lines[0]


def test_help_lists_the_subcommands_and_the_exit_codes(tmp_path: Path) -> None:
    done = badgewire(tmp_path, "--help")
    assert done.returncode == 0
    for name in SUBCOMMANDS:
        assert f"│ {name} " in done.stdout
    codes = {kind.exit_code for kind in (errors.BadgewireError, *errors.BadgewireError.__subclasses__())}
    told = " ".join(done.stdout.split())
    assert all(f" {code} " in told[told.index("Exit codes:") :] for code in codes)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_has_help(cli: Cli, tmp_path: Path, name: str) -> None:
    done = cli(tmp_path, name, "--help")
    assert done.returncode == 0
    assert f"badgewire {name}" in done.stdout
    assert list(tmp_path.iterdir()) == [], "help writes nothing"


def test_a_word_that_is_no_command_ends_with_code_2_and_says_so(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "crawl")
    assert done.returncode == 2
    assert "No such command 'crawl'" in done.stderr


def test_a_query_before_the_first_run_says_what_to_type(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "query", "select 1")
    assert done.returncode == 5
    assert "run `badgewire run` first" in one_line(done.stderr)


def test_a_query_answers_in_a_table(cli: Cli, sample_home: Path) -> None:
    done = cli(sample_home, "query", "select count(*) as stories from stories")
    assert done.returncode == 0, done.stderr
    assert "stories" in done.stdout
    assert "│" in done.stdout


def test_a_query_answers_in_json_with_every_letter_kept(cli: Cli, sample_home: Path) -> None:
    done = cli(
        sample_home,
        "query",
        "select 'él \"x\"\n' as word, 1.5 as number, null as nothing, date '2026-01-02' as day",
        "--format",
        "json",
    )
    assert json.loads(done.stdout) == [{"word": 'él "x"\n', "number": "1.5", "nothing": None, "day": "2026-01-02"}]


def test_no_cell_of_a_csv_is_a_formula(cli: Cli, sample_home: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "plain", 'quote"d, with comma', "line\nbreak"]
    listed = ", ".join(f"({number}, '{text}')" for number, text in enumerate(texts))
    sql = f"select text, -number as number from (values {listed}) as t(number, text) order by t.number"
    done = cli(sample_home, "query", sql, "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout, newline="")))
    assert rows[0] == ["text", "number"]
    assert [row[0] for row in rows[1:]] == [*(f"'{text}" for text in texts[:7]), *texts[7:]]
    assert [row[1] for row in rows[1:]] == [str(-number) for number in range(len(texts))], "numbers stay numbers"


def test_a_query_may_begin_with_a_comment(cli: Cli, sample_home: Path) -> None:
    done = cli(sample_home, "query", "-- How many?\nselect 42 as answer", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"answer": 42}]
    mistyped = cli(sample_home, "query", "select 1", "--fromat", "json")
    assert mistyped.returncode == 2
    assert "--fromat" in mistyped.stderr


def test_remote_text_cannot_steer_a_terminal(cli: Cli, sample_home: Path) -> None:
    sql = "select chr(27) || '[31mred' || chr(7) || '[bold]' || chr(8238) || 'x' as title"
    done = cli(sample_home, "query", sql)
    assert done.returncode == 0, done.stderr
    assert not any(char in done.stdout for char in "\x1b\x07\u202e")
    assert "[31mred\ufffd[bold]\ufffdx" in done.stdout


@pytest.mark.parametrize(
    "sql",
    [
        "selec 1",
        "select no_such_column from stories",
        "select * from no_such_table",
        "select\n1 +\n'x'",
        "delete from stories",
        "copy stories to '/tmp/out.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach '/tmp/other.duckdb'",
    ],
)
def test_a_query_that_does_not_run_is_one_line_and_code_5(cli: Cli, sample_home: Path, sql: str) -> None:
    done = cli(sample_home, "query", sql)
    assert (done.returncode, done.stdout) == (5, "")
    assert one_line(done.stderr).startswith("badgewire: that query does not run: ")


@pytest.mark.parametrize("arguments", [("",), ("select 1; select 2",), ("select 1 as a, 2 as a", "--format", "json")])
def test_a_query_that_has_no_single_answer_is_one_line_and_code_5(
    cli: Cli, sample_home: Path, arguments: tuple[str, ...]
) -> None:
    done = cli(sample_home, "query", *arguments)
    assert done.returncode == 5
    assert one_line(done.stderr)


def test_what_json_cannot_hold_is_null(cli: Cli, sample_home: Path) -> None:
    done = cli(sample_home, "query", "--format", "json", "select 'nan'::double as x")
    assert json.loads(done.stdout) == [{"x": None}]


def test_the_version_is_told(cli: Cli, tmp_path: Path) -> None:
    assert cli(tmp_path, "--version").stdout.startswith("badgewire 0.")


@pytest.mark.parametrize(
    "cause", [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_disk_that_refuses_is_known_behind_what_a_library_makes_of_it(cause: Exception) -> None:
    if isinstance(cause, sqlite3.OperationalError):
        cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    wrapped = RuntimeError("the library's own words")
    wrapped.__cause__ = cause
    assert is_disk_refusal(wrapped)
    assert not is_disk_refusal(RuntimeError("another fault"))


def test_doctor_finds_the_sample_sound_after_a_run(cli: Cli, sample_home: Path) -> None:
    done = cli(sample_home, "doctor")
    assert done.returncode == 0, done.stdout
    assert "MEND" not in done.stdout
    assert "every capture is read" in done.stdout


def test_doctor_says_what_to_mend_before_going_live(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "doctor", "--live")
    assert done.returncode == 1
    assert "MEND  user agent: no contact for the user agent: set BADGEWIRE_CONTACT" in done.stdout


def test_sources_are_listed_by_state_with_what_nobody_has_seen_answer(cli: Cli, tmp_path: Path) -> None:
    expected = {source.id for source in load_registry(PROJECT / "crawler" / "sources") if source.state == "KS"}
    done = cli(tmp_path, "sources", "list", "--state", "ks")
    assert done.returncode == 0, done.stderr
    assert f"{len(expected)} sources" in done.stdout
    assert all(f" {source} " in done.stdout for source in expected)
    assert done.stdout.count("(unverified)") >= len(expected)


@pytest.mark.parametrize(
    "arguments", [("run", "--live"), ("run", "--source", "kmuw"), ("sources", "check", "--state", "KS")]
)
def test_without_a_contact_nothing_live_is_asked(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = cli(tmp_path, *arguments)
    assert done.returncode == 3
    assert "set BADGEWIRE_CONTACT" in one_line(done.stderr)


def test_a_contact_that_nobody_could_write_to_is_refused(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "run", "--live", contact="me")
    assert done.returncode == 3
    assert "'me'" in one_line(done.stderr)


def test_a_source_that_is_not_in_the_registry_is_named(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "run", "--source", "no-such-paper", contact="desk@example.org")
    assert done.returncode == 3
    assert "no source named no-such-paper" in one_line(done.stderr)


def test_a_warc_that_is_not_there_is_named(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "run", "--source", f"warc:{tmp_path / 'none.warc.gz'}")
    assert done.returncode == 3
    assert "none.warc.gz does not exist" in one_line(done.stderr)


def test_a_first_run_that_finds_nothing_says_where_to_look(cli: Cli, tmp_path: Path) -> None:
    done = cli(
        tmp_path, "run", "--source", f"warc:{pack(tmp_path / 'empty.warc.gz', [], datetime(2026, 3, 2, tzinfo=UTC))}"
    )
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1].endswith("is empty: `badgewire sources check` tells which sources answer")


def test_reading_again_what_was_never_collected_says_what_to_type(cli: Cli, tmp_path: Path) -> None:
    done = cli(tmp_path, "reread")
    assert done.returncode == 4
    assert "run `badgewire run` first" in one_line(done.stderr)
