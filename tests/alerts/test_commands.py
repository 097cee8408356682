"""`badgewire alerts` shows, tries, mutes and sends, and says what is wrong in one line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawler.errors import RuleError
from pipelines.alerts.rule_file import load_alert_file
from pipelines.cli import build_app
from pipelines.cli.alert_delivery import deliver_now
from pipelines.cli.findings import count_alerts, print_alerts
from pipelines.steps.watching import published_notices
from pipelines.workspace import Profile, Workspace
from tests.alerts.conftest import Desk, rule_file
from warehouse.publish import publish_snapshot


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Workspace:
    """A live workspace whose ledger and warehouse hold one alert."""
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path / "home"))
    place = Workspace.of(Profile.LIVE).create()
    desk.file = rule_file(
        place.root / "alerts.yml",
        channels="[file, feed]",
        rules="  - {name: limits, stances: [limits], channels: [file]}\n",
    )
    desk.folder, desk.now = place.root, datetime.now(UTC)
    desk.forget_warehouse()
    desk.load({"statement": "a"}, {"statement": "b", "text": "Only with a warrant", "stance": "limits"})
    return place


def call(*words: str) -> Result:
    return CliRunner().invoke(
        build_app(["alerts"]), ["alerts", *words, "--live"], env={"COLUMNS": "200"}, catch_exceptions=True
    )


def test_a_dry_run_shows_what_a_rule_would_have_raised_and_sends_nothing(place: Workspace) -> None:
    publish_snapshot(place.warehouse, place.published, datetime.now(UTC))
    shown = call("test", "limits").output
    assert "Only with a warrant" in shown
    assert "1 alert of rule limits in 30 days; nothing was sent" in shown
    assert not (place.root / "alerts").exists()


def test_an_unknown_rule_is_named_with_its_neighbors(place: Workspace) -> None:
    error = call("test", "limit").exception
    assert isinstance(error, RuleError)
    assert "did you mean 'limits'" in str(error)


def test_what_is_due_is_delivered_listed_and_sent_again(place: Workspace) -> None:
    assert "3 sent" in call("deliver").output
    assert (place.root / "alerts" / "all.atom").exists()
    listed = call("list").output
    assert "file: sent" in listed
    alert = next(
        word for word in listed.split() if len(word) == 10 and all(char in "0123456789abcdef" for char in word)
    )
    assert call("ack", alert, "--note", "seen").exit_code == 0
    assert call("resend", alert, "file").exit_code == 0
    assert "1 sent" in call("deliver").output
    assert len((place.root / "alerts" / "alerts.jsonl").read_text().splitlines()) == 3


def test_what_a_run_hands_over_is_shown_and_what_fails_is_said(
    place: Workspace, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    path = place.root / "alerts.yml"
    text = path.read_text().replace("rules:", "  - {name: here, kind: terminal}\nrules:")
    path.write_text(text.replace("[file, feed]", "[here, hook]"))
    desk.file = load_alert_file(path)
    desk.load({"statement": "c", "text": "Not on any day", "story": "story-9"})
    counts = deliver_now(place, desk.file)
    shown = capsys.readouterr()
    assert "Not on any day" in shown.out
    assert "alerts: hook: $HOOK is not set" in shown.err
    assert counts.failed == 1


def test_a_run_ends_with_its_own_alerts_edits_first_then_what_most_stories_carry(
    place: Workspace, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    before = count_alerts(place)
    many = [{"statement": f"m{i}", "text": f"Words {i}", "story": f"story-m{i}"} for i in range(12)]
    desk.load(
        *many,
        {
            "statement": "p",
            "text": "We help",
            "stance": "cooperates",
            "story": "p",
            "said": desk.now - timedelta(days=9),
        },
        {"statement": "w", "text": "Told by the wire", "stories": 5, "story": "w"},
    )
    print_alerts(place, before)
    shown = capsys.readouterr().out
    assert "Told by the wire" in shown
    assert "14 raised by this run, 2 before it" in shown
    assert "Only with a warrant" not in shown
    print_alerts(place, count_alerts(place))
    shown = capsys.readouterr().out
    assert "none raised by this run, 16 before it" in shown
    assert "Told by the wire" not in shown


def test_mutes_begin_and_end(place: Workspace) -> None:
    assert "is muted until" in call("mute", "rule", "limits", "--for", "2h").output
    assert "limits" in call("list").output
    assert call("unmute", "rule", "limits").exit_code == 0
    assert isinstance(call("mute", "rule", "limits", "--for", "soon").exception, RuleError)
    assert isinstance(call("mute", "channel", "nowhere").exception, RuleError)
    assert isinstance(call("ack", "zzz").exception, RuleError)
    assert "rule 'limitz' is not muted" in str(call("unmute", "rule", "limitz").exception)


def test_slips_in_ids_are_told_with_what_was_meant(place: Workspace) -> None:
    publish_snapshot(place.warehouse, place.published, datetime.now(UTC))
    told = str(call("mute", "agency", "us-ia-ceder-sheriff").exception)
    assert "did you mean 'us-ia-cedar-sheriff'" in told
    assert call("mute", "agency", "us-ia-cedar-sheriff").exit_code == 0
    path = place.root / "alerts.yml"
    path.write_text(path.read_text().replace("stances: [limits]", "agencies: [us-ia-ceder-sheriff], sources: [leger]"))
    output = call("test", "limits").output
    assert "the agency 'us-ia-ceder-sheriff', which is not known; did you mean 'us-ia-cedar-sheriff'" in output
    assert "the source 'leger', which is not known; did you mean 'ledger'" in output
    [notice] = published_notices(place, load_alert_file(path), datetime.now(UTC))
    assert "did you mean 'ledger'" in notice.text
