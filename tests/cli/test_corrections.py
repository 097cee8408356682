"""An editor sets a statement right from the command line, and sees it in the published file, the report and the export."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
WHO = ("--by", "Ed Itor", "--why", "She said no")


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", ignore=shutil.ignore_patterns("dagster", "archive")))


def ask(cli: Cli, home: Path, sql: str) -> list[dict[str, Any]]:
    done = cli(home, "query", sql, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def one_statement(cli: Cli, home: Path) -> dict[str, Any]:
    """A statement of a known agency that some report shows."""
    return ask(
        cli,
        home,
        "select statement_id, agency_id, stance from agency_statements where agency_id is not null and kind = 'speech' "
        "and stance = 'refuses' order by happened_at desc, statement_id limit 1",
    )[0]


def test_a_correction_shows_in_views_report_and_export_and_alerts_nobody(cli: Cli, home: Path) -> None:
    statement = one_statement(cli, home)
    alerts = ask(cli, home, "select count(*) as n from alerts")
    done = cli(home, "correct", statement["statement_id"], "--stance", "cooperates", *WHO)
    assert (done.returncode, done.stdout) == (0, "Recorded and published\n"), done.stderr
    named = f"where statement_id = '{statement['statement_id']}'"
    assert ask(cli, home, f"select stance, corrected from agency_statements {named}") == [
        {"stance": "cooperates", "corrected": True}
    ]
    assert ask(cli, home, f"select corrected_by, why, read_stance from corrections {named}") == [
        {"corrected_by": "Ed Itor", "why": "She said no", "read_stance": "refuses"}
    ]
    assert ask(cli, home, "select count(*) as n from alerts") == alerts
    example = json.loads(cli(home, "corrections", "export").stdout)
    assert (example["statement_id"], example["read_stance"], example["stance"]) == (
        statement["statement_id"],
        "refuses",
        "cooperates",
    )
    assert example["quote"] in example["context"]
    page = Path(cli(home, "report").stdout.strip()).read_text(encoding="utf-8")
    assert "corrected by an editor" in page


def test_a_rejected_statement_is_gone_from_the_views(cli: Cli, home: Path) -> None:
    statement = one_statement(cli, home)
    assert cli(home, "correct", statement["statement_id"], "--reject", *WHO).returncode == 0
    named = f"where statement_id = '{statement['statement_id']}'"
    assert ask(cli, home, f"select statement_id from agency_statements {named}") == []
    assert ask(cli, home, f"select rejected from statements {named}") == [{"rejected": True}]


def test_a_statement_is_given_to_an_agency_that_only_an_imported_list_or_a_story_vouches_for(
    cli: Cli, home: Path
) -> None:
    statement = one_statement(cli, home)
    other = ask(
        cli,
        home,
        "select agency_id, name from agencies where origin <> 'register' and kind <> 'federal' "
        f"and agency_id <> '{statement['agency_id']}' order by agency_id limit 1",
    )[0]
    done = cli(home, "correct", statement["statement_id"], "--agency", other["agency_id"], *WHO)
    assert (done.returncode, done.stdout) == (0, "Recorded and published\n"), done.stderr
    named = f"where statement_id = '{statement['statement_id']}'"
    assert ask(cli, home, f"select agency, corrected from agency_statements {named}") == [
        {"agency": other["name"], "corrected": True}
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ("nobody", "--stance", "limits", *WHO),
            5,
            "no statement 'nobody' is published: see the view agency_statements",
        ),
        (("nobody", *WHO), 2, "say what holds: --stance, --agency or --reject"),
        (("nobody", "--reject", "--stance", "limits", *WHO), 2, "leave --stance and --agency out"),
        (("nobody", "--reject", "--by", " ", "--why", "x"), 2, "may not be empty"),
        (("nobody", "--agency", "no-such", *WHO), 5, "no agency 'no-such'"),
    ],
)
def test_what_cannot_be_set_right_is_said(
    cli: Cli, home: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done = cli(home, "correct", *arguments)
    assert done.returncode == code
    assert told in " ".join(done.stderr.replace("│", " ").split())
    assert cli(home, "corrections", "export").stdout == ""
