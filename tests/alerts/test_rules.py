"""`alerts.yml` is read with the line of every fault, and each filter lets through what it says."""

from pathlib import Path
from typing import Any

import pytest

from crawler.errors import RuleError
from pipelines.alerts.facts import Edit
from pipelines.alerts.match import Matcher
from pipelines.alerts.rule_file import SHIPPED, load_alert_file
from tests.alerts.conftest import alert_text, facts, rule_file


def test_the_shipped_file_is_sound_and_needs_no_account() -> None:
    file = load_alert_file(SHIPPED)
    assert {channel.kind for channel in file.channels} == {"feed", "file"}
    assert all(set(rule.channels) == {"feed", "file"} for rule in file.rules)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "  - {name: x, channels: [file], stances: [refuse]}",
            "'stances': 'refuse' is none of .*did you mean 'refuses'",
        ),
        ("  - {name: x, channels: [fle]}", "did you mean 'file'"),
        ("  - {name: x, channels: [file], stats: [IA]}", "unknown key 'stats'; did you mean 'states'"),
        ("  - {name: x, channels: [file], states: [Iowa]}", "'Iowa' is no state"),
        ("  - {name: x, channels: [file], counties: [1901]}", "'1901' is no county"),
        ("  - {name: x, channels: [file], min_confidence: 2}", "'2' is no number from 0 to 1"),
        ("  - {name: x, channels: [file], position_change: yes}", "'yes' is none of true, false"),
        ("  - {name: x}", "names no channel"),
        ("  - {name: everything, channels: [file]}", "two rules are named 'everything'"),
        (
            '  - {name: x, channels: [file], quiet: {start: "22:00", until: "7", timezone: UTC}}',
            "'7' is no time of day",
        ),
        ('  - {name: x, channels: [file], quiet: {start: "22:00", until: "07:00", timezone: Mars}}', "no time zone"),
        ("  - {name: x, channels: [file", "not YAML"),
        ("  - {name: x, channels: [file], states: [ZZ]}", "'ZZ' is no state"),
        ('  - {name: x, channels: [file], counties: ["99999"]}', "'99999' is no county"),
        ("  - {name: all, channels: [file]}", "'all' would write to the feed of all alerts"),
        ("  - {name: x, channels: [file], first_of_agency: true, kinds: [claim]}", "would never fire"),
        ("  - {name: x, channels: [file], against_agreement: true, stances: [cooperates]}", "would never fire"),
        ("  - {name: x, channels: [file], digest_minutes: 1.5}", "1.5 is no whole number"),
        (
            '  - {name: x, channels: [file], states: [TX], counties: ["06037"]}',
            "none of them lies in one of the 'states'",
        ),
        ("  - {name: x, channels: [file], direct_only: true, kinds: [policy]}", "would never fire"),
        ("  - {name: x, channels: [file], position_change: true, agency_kinds: [federal]}", "would never fire"),
        ("  - {name: x, channels: [file], words: []}", "'words': is empty and would filter nothing"),
        ("  - {name: x, channels: [file], min_confidence: }", "'min_confidence': is empty"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "alerts.yml"
    path.write_text(alert_text(rules=f"{line}\n"), encoding="utf-8")
    with pytest.raises(RuleError, match=told) as caught:
        load_alert_file(path)
    number = str(caught.value).removeprefix(f"{path}:").split(":")[0]
    assert 9 <= int(number) <= 12
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("heartbeat: {every_hours: 24}", "'heartbeat' names no channel"),
        ("heartbeat: {every_hours: 24, channels: []}", "'heartbeat' names no channel"),
        ("link: ledger.example", "no address of a web page"),
    ],
)
def test_a_fault_at_the_top_is_told_with_its_line(tmp_path: Path, extra: str, told: str) -> None:
    with pytest.raises(RuleError, match=told) as caught:
        rule_file(tmp_path / "alerts.yml", extra=extra)
    assert ":2:" in str(caught.value)


def test_a_file_without_rules_is_told_and_not_taken_for_silence(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yml"
    path.write_text("channels: [{name: file, kind: file}]\nrules: []\n", encoding="utf-8")
    with pytest.raises(RuleError, match=":2: 'rules': is empty"):
        load_alert_file(path)


def test_a_flood_is_a_whole_number(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yml"
    path.write_text(alert_text().replace("flood: 100000", "flood: 1.9"), encoding="utf-8")
    with pytest.raises(RuleError, match=r":1: .*1\.9 is no whole number"):
        load_alert_file(path)


def test_a_secret_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yml"
    path.write_text("channels:\n  - {name: s, kind: chat, environment: 'slack://a/b/c'}\nrules: []\n", encoding="utf-8")
    with pytest.raises(RuleError, match=f"{path}:2: .*do not belong in this file"):
        load_alert_file(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        load_alert_file(tmp_path / "none.yml")


EDIT = Edit("r2", "removed", "words", None)


@pytest.mark.parametrize(
    ("rule", "meets", "misses"),
    [
        ("states: [IA, TX]", {"state": "TX"}, {"state": "CA"}),
        ("states: [IA]", {}, {"state": None}),
        ('counties: ["19031"]', {}, {"county_fips": "19032"}),
        ("agencies: [us-ia-cedar-sheriff]", {}, {"agency_id": "x"}),
        ("agency_kinds: [sheriff]", {}, {"agency_kind": "police"}),
        ("kinds: [speech]", {}, {"kind": "claim"}),
        ("stances: [refuses, limits]", {"stance": "limits"}, {"stance": "unclear"}),
        ("sources: [ledger]", {}, {"source_id": "other"}),
        ("words: [Detainer]", {"quote": "a DETAINER, no"}, {"quote": "detainers"}),
        ('words: ["287(g)"]', {"quote": "the 287(g) program"}, {"quote": "287 people g"}),
        ("words: [judge's warrant]", {"quote": "a judge's\n warrant"}, {"quote": "a judge and warrant"}),
        ("words: [won't honor]", {"quote": "We won\u2019t honor it"}, {"quote": "We wont honor it"}),
        ("words: [sheriff\u2019s office]", {"quote": "the Sheriff's Office"}, {"quote": "the sheriff"}),
        ("words: [warrant]", {"title": "No warrant"}, {"title": None}),
        ("position_change: true", {"position_change": True}, {}),
        ("first_of_agency: true", {"first_of_agency": True}, {}),
        ("against_agreement: true", {"agreement_models": ("x",)}, {"agreement_models": ("x",), "stance": "cooperates"}),
        ("stealth_edit: true", {"edit": EDIT, "is_new": False}, {}),
        ("direct_only: true", {}, {"direct": False}),
        ("min_confidence: 0.8", {"confidence": 0.8}, {"confidence": 0.79}),
        ("language: es", {}, {"edit": EDIT, "is_new": False}),
    ],
)
def test_a_filter_lets_through_what_it_says(
    tmp_path: Path, rule: str, meets: dict[str, Any], misses: dict[str, Any]
) -> None:
    matcher = Matcher(rule_file(tmp_path / "a.yml", rules=f"  - {{name: x, channels: [file], {rule}}}\n").rules)
    assert "x" in [found.name for found in matcher.rules_for(facts(**meets))]
    assert "x" not in [found.name for found in matcher.rules_for(facts(**misses))]


def test_all_filters_of_a_rule_must_hold(tmp_path: Path) -> None:
    matcher = Matcher(
        rule_file(tmp_path / "a.yml", rules="  - {name: x, channels: [file], states: [IA], stances: [limits]}\n").rules
    )
    assert [rule.name for rule in matcher.rules_for(facts())] == ["everything"]
