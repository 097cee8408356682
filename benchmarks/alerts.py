"""How fast statements are held against rules, and whether a killed delivery loses or repeats anything.

`python -m benchmarks.alerts [--small]` ends in `figures: {JSON}`: `seconds` for raising the alerts of new statements
(facts from the warehouse, matching, alert rows written), `match_seconds` for the matching alone, `lost` and `repeated`
from killing the delivery process at random points, with `repeats_allowed`: one a kill and channel.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.alerts.facts import StatementFacts, write_alert
from pipelines.alerts.match import Matcher
from pipelines.alerts.raising import raise_alert
from pipelines.alerts.rule_file import load_alert_file
from pipelines.alerts.rules import AlertFile
from pipelines.steps.alert_facts import gather_facts
from pipelines.steps.alerting import consider_statements, copy_to_ledger
from pipelines.steps.delivering import deliver_due
from warehouse.alert_ledger import HeardRow, PlannedRow, RaisedRow, open_alert_ledger
from warehouse.alerts import WANTED_ROWS
from warehouse.database import open_warehouse, transaction

__all__ = ["KillCounts", "kill_deliveries", "measure_raising"]

STATES = ["IA", "TX", "CA", "NY", "OH", "GA", "WA", "OR", "FL", "CO"]
STANCES = ["cooperates", "limits", "refuses", "unclear"]
KINDS = ["speech", "action", "policy", "claim"]
WORDS = ["detainer", "warrant", "jail", "287(g)", "immigration", "sheriff", "task force", "judge", "hold", "release"]
WAIT_SECONDS = 300.0
CHANNELS = ("file", "hook", "post")


@dataclass(frozen=True, slots=True)
class KillCounts:
    """What came of killing deliveries, over all channels: alerts that never arrived, messages that arrived again."""

    alerts: int
    kills: int
    lost: int
    repeated: int
    seconds: float


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of everything")
    small = parser.parse_args().small
    statements, rules, alerts, kills = (10_000, 200, 100, 10) if small else (100_000, 200, 1_000, 100)
    with tempfile.TemporaryDirectory() as folder:
        seconds, match_seconds, raised = measure_raising(Path(folder), statements, rules)
        print(
            f"{statements:,} new statements, {rules} rules: {raised:,} alerts in {seconds:.2f} s, "
            f"matching alone {match_seconds:.2f} s"
        )
        counts = kill_deliveries(Path(folder), alerts, kills, random.Random(14))
    allowed = counts.kills * len(CHANNELS)
    print(
        f"{counts.alerts:,} alerts on {len(CHANNELS)} channels, delivery killed {counts.kills} times "
        f"in {counts.seconds:.0f} s: {counts.lost} lost, {counts.repeated} repeated (at most {allowed} allowed)"
    )
    figures = {
        "statements": statements, "rules": rules, "seconds": round(seconds, 2), "match_seconds": round(match_seconds, 2),
        "alerts": counts.alerts, "kills": counts.kills, "lost": counts.lost, "repeated": counts.repeated,
        "repeats_allowed": allowed,
    }  # fmt: skip
    print(f"figures: {json.dumps(figures)}")


def measure_raising(folder: Path, statements: int, rules: int) -> tuple[float, float, int]:
    """Seconds for raising the alerts of so many new statements in a warehouse, seconds of matching alone, and alerts."""
    file = load_alert_file(written(folder / "bench.yml", many_rules(rules)))
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    with open_warehouse(folder / "bench.duckdb") as connection, open_alert_ledger(folder / "bench.sqlite") as ledger:
        fill_warehouse(connection, statements, now)
        start = time.perf_counter()
        with transaction(connection):
            alerts = consider_statements(connection, ledger, [], file, now)
        seconds = time.perf_counter() - start
        copy_to_ledger(connection, ledger)
        wanted = pa.Table.from_pylist(
            [{"statement_id": f"s{i}", "story_id": None, "captured_at": None} for i in range(statements)],
            schema=WANTED_ROWS,
        )
        facts = gather_facts(connection, wanted)
    matcher = Matcher(file.rules)
    start = time.perf_counter()
    found = sum(bool(matcher.rules_for(each)) for each in facts)
    match_seconds = time.perf_counter() - start
    if found != len(alerts):
        raise AssertionError(f"{found} statements match, {len(alerts)} alerts were raised")
    return seconds, match_seconds, len(alerts)


def fill_warehouse(connection: duckdb.DuckDBPyConnection, statements: int, now: datetime) -> None:
    """Statements of 2,000 agencies, each in a story of its own."""
    connection.execute(
        "insert into sources select 'outlet-' || i, 'Outlet ' || i, 'outlet', null, $states[1 + i % 10], null, null, 'en', true, null "
        "from range(300) as t(i)",
        {"states": STATES},
    )
    connection.execute(
        "insert into agencies select 'agency-' || i, 'Agency ' || i, 'sheriff', $states[1 + i % 10], lpad((i % 99 + 1)::varchar, 5, '0'), "
        "null, null, 'register' from range(2000) as t(i)",
        {"states": STATES},
    )
    connection.execute(
        "insert into stories (story_id, cluster_id, revision_id, url, source_id, title, word_count, relevant, relevance_score, "
        "first_captured_at, last_captured_at, revision_count, rules_version) select 'story-' || i, 'story-' || i, 'r' || i, "
        "'https://outlet.example/' || i, 'outlet-' || i % 300, 'Headline ' || i, 300, true, 1, $now, $now, 1, '1' from range($n) as t(i)",
        {"now": now - timedelta(hours=1), "n": statements},
    )
    connection.execute(
        "insert into statements by name select 's' || i as statement_id, 'agency-' || hash(i) % 2000 as agency_id, '[]' as agency_candidates, "
        "'Pat Doe' as speaker, $kinds[1 + (hash(i + 7) % 4)::int] as kind, $stances[1 + (hash(i + 3) % 4)::int] as stance, i % 2 = 0 as direct, "
        "'We said about the ' || $words[1 + (hash(i + 5) % 10)::int] || ' that number ' || i || ' of our reasons is the law' as quote, "
        "$now as first_captured_at, 1 as mention_count, 1 as story_count, 1 as cluster_count, (hash(i + 9) % 100) / 100 as confidence, "
        "'[]' as evidence, '1' as rules_version, false as corrected, false as rejected from range($n) as t(i)",
        {"kinds": KINDS, "stances": STANCES, "words": WORDS, "now": now - timedelta(hours=1), "n": statements},
    )
    connection.execute(
        "insert into statement_mentions (mention_id, statement_id, story_id, revision_id, char_start, char_end, quote, rules_version) "
        "select 'm' || i, 's' || i, 'story-' || i, 'r' || i, 0, 1, 'x', '1' from range($n) as t(i)",
        {"n": statements},
    )


def many_rules(count: int) -> str:
    """Rules of every kind, each letting a small share through."""
    chance = random.Random(4)
    lines = ["channels:", "  - {name: file, kind: file}", "rules:"]
    for i in range(count):
        filters = [
            f"states: [{', '.join(chance.sample(STATES, 2))}]",
            f"stances: [{chance.choice(STANCES[:3])}]",
            f"kinds: [{chance.choice(KINDS)}]",
            f"min_confidence: {chance.choice(['0.7', '0.8', '0.9'])}",
            f"words: [{', '.join(chance.sample(WORDS, 2))}]",
            "position_change: true",
            f"agencies: [{', '.join(f'agency-{chance.randrange(2000)}' for _ in range(5))}]",
            "direct_only: true",
        ]
        chosen = chance.sample(filters, 4)
        if "kinds: [claim]" in chosen and "position_change: true" in chosen:
            chosen.remove("position_change: true")  # the file would refuse a rule that never fires
        lines.append(f"  - {{name: rule-{i}, {', '.join(chosen)}, channels: [file]}}")
    return "\n".join(lines) + "\n"


def kill_deliveries(folder: Path, alerts: int, kills: int, chance: random.Random) -> KillCounts:
    """Raise alerts on three channels and kill -9 the delivering process at random points until all have arrived."""
    folder = folder / "kills"
    folder.mkdir()
    file = load_alert_file(written(folder / "kills.yml", THREE_CHANNELS))
    ledger = folder / "ledger.sqlite"
    raise_many(ledger, file, alerts)
    receivers = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receivers", str(folder)],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    start = time.monotonic()
    try:
        wait_until(lambda: (folder / "ports.json").exists())
        ports = json.loads((folder / "ports.json").read_text(encoding="utf-8"))
        done = 0
        apart = max(1, alerts * len(CHANNELS) // (kills + kills // 4 + 1))
        for _ in range(kills):
            child = deliver_in_child(ledger, folder, file, ports)
            goal = arrived(folder) + chance.randint(0, 2 * apart - 1)
            done += killed(child, folder, goal, chance)
        while not finished(ledger, file):
            os.waitpid(deliver_in_child(ledger, folder, file, ports), 0)
            if time.monotonic() - start > WAIT_SECONDS:
                raise TimeoutError("deliveries do not come to an end")
    finally:
        if receivers.stdin:
            receivers.stdin.close()
        receivers.wait(30)
    lost = repeated = 0
    for name in CHANNELS:
        keys = received(folder, name)
        lost += alerts - len(set(keys))
        repeated += len(keys) - len(set(keys))
    return KillCounts(alerts, done, lost, repeated, time.monotonic() - start)


THREE_CHANNELS = """
flood: 100000
channels:
  - {name: file, kind: file}
  - {name: hook, kind: webhook, environment: HOOK}
  - {name: post, kind: mail, environment: POST, sender: wire@badgewire.example, recipients: [desk@paper.example]}
rules:
  - {name: everything, channels: [file, hook, post]}
"""


def raise_many(path: Path, file: AlertFile, alerts: int) -> None:
    """Write alerts into a ledger as the loader does."""
    now = datetime.now(UTC)
    matcher = Matcher(file.rules)
    raised, planned, heard = [], [], []
    for i in range(alerts):
        alert = raise_alert(
            replace(FACTS, statement_id=f"s{i}", story_id=f"story-{i}", captured_at=now), file, matcher, now
        )
        if alert is None:
            raise AssertionError("a fresh statement raised nothing")
        raised.append(RaisedRow(alert.alert_id, alert.subject_id, now, write_alert(alert)))
        planned += [
            PlannedRow(alert.alert_id, each.channel, each.due_at, each.digest_minutes) for each in alert.planned
        ]
        heard.append(HeardRow(alert.subject_id, "alerted", now))
    with open_alert_ledger(path) as ledger:
        ledger.alerts.add_raised(raised, planned, heard)


FACTS = StatementFacts(
    statement_id="s", agency_id="a", agency="Cedar County Sheriff's Office", agency_kind="sheriff", state="IA",
    county_fips="19031", county="Cedar County", kind="speech", stance="refuses", direct=True, confidence=0.9,
    quote="We do not hold people on a detainer", claimant=None, speaker="Pat Doe", role="Sheriff", said_at=None,
    said_at_raw=None, previous_stance=None, previous_quote=None, position_change=False, first_of_agency=False,
    agreement_models=(), story_id="story", source_id="ledger", outlet="The Ledger", title="Sheriff speaks",
    url="https://ledger.example/1", published_at=None, captured_at=datetime(2026, 5, 4, tzinfo=UTC), story_count=1, outlet_count=1,
)  # fmt: skip


def deliver_in_child(ledger: Path, folder: Path, file: AlertFile, ports: dict[str, str]) -> int:
    """Start a process that delivers what is due; its id."""
    child = os.fork()
    if child == 0:
        deliver_due(ledger, folder, file, ports)
        os._exit(0)
    return child


def killed(child: int, folder: Path, goal: int, chance: random.Random) -> bool:
    """Kill the process once so many messages have arrived, a random moment later; whether it was still running."""
    deadline = time.monotonic() + WAIT_SECONDS
    while arrived(folder) < goal and time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    time.sleep(chance.random() * 0.01)
    if os.waitpid(child, os.WNOHANG)[0]:
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def arrived(folder: Path) -> int:
    """Messages that have arrived on all channels, repeats included."""
    paths = [log_of(folder, name) for name in CHANNELS]
    return sum(path.read_bytes().count(b"\n") for path in paths if path.exists())


def log_of(folder: Path, channel: str) -> Path:
    """Where what a channel receives is written down."""
    return folder / ("alerts.jsonl" if channel == "file" else f"{channel}.log")


def received(folder: Path, channel: str) -> list[str]:
    """The key of each message that a channel has received."""
    path = log_of(folder, channel)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line[: line.find(",")] if channel == "file" else line for line in lines]


def finished(path: Path, file: AlertFile) -> bool:
    """Whether every channel has confirmed everything."""
    with open_alert_ledger(path) as ledger:
        return not any(
            ledger.messages.waiting(channel.name) or ledger.messages.open_messages(channel.name)
            for channel in file.channels
        )


def wait_until(holds: object, seconds: float = 30.0) -> None:
    """Wait until something holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("the receivers do not start")
        time.sleep(0.02)


def written(path: Path, text: str) -> Path:
    """The path, after writing the text there."""
    path.write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
