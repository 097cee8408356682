"""Statements made up for the alerts' tests, in a warehouse and ledger of their own."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.receivers import MailReceiver, WebReceiver
from pipelines.alerts.facts import Alert, StatementFacts
from pipelines.alerts.rule_file import load_alert_file
from pipelines.alerts.rules import AlertFile
from pipelines.steps.alerting import consider_statements, copy_to_ledger
from pipelines.steps.delivering import DeliveryCounts, deliver_due
from warehouse.alert_ledger import open_alert_ledger
from warehouse.database import open_warehouse, transaction
from warehouse.publish import publish_snapshot

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FACTS = StatementFacts(
    statement_id="s1", agency_id="us-ia-cedar-sheriff", agency="Cedar County Sheriff's Office", agency_kind="sheriff",
    state="IA", county_fips="19031", county="Cedar County", kind="speech", stance="refuses", direct=True, confidence=0.9,
    quote="We do not hold people on a detainer", claimant=None, speaker="Pat Doe", role="Sheriff", said_at=None,
    said_at_raw="Monday", previous_stance=None, previous_quote=None, position_change=False, first_of_agency=False,
    agreement_models=(), story_id="story-1", source_id="ledger", outlet="The Ledger", title="Sheriff speaks",
    url="https://ledger.example/1", published_at=NOW - timedelta(hours=3), captured_at=NOW - timedelta(hours=1),
    story_count=1, outlet_count=1,
)  # fmt: skip


def facts(**changes: Any) -> StatementFacts:
    return replace(FACTS, **changes)


def alert_text(channels: str = "[file]", extra: str = "", rules: str = "") -> str:
    return (
        f"flood: 100000\n{extra}\nchannels:\n  - {{name: file, kind: file}}\n  - {{name: feed, kind: feed}}\n"
        f"  - {{name: hook, kind: webhook, environment: HOOK}}\n  - {{name: chat, kind: chat, environment: CHAT}}\n"
        "  - {name: post, kind: mail, environment: POST, sender: wire@badgewire.example, recipients: [desk@paper.example]}\n"
        f"rules:\n  - {{name: everything, channels: {channels}}}\n{rules}"
    )


def rule_file(path: Path, **parts: str) -> AlertFile:
    path.write_text(alert_text(**parts), encoding="utf-8")
    return load_alert_file(path)


@dataclass
class Desk:
    """A warehouse and a ledger; `load` does what the loader does for alerts."""

    folder: Path
    empty: Path
    file: AlertFile
    now: datetime = NOW

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

    def forget_warehouse(self) -> None:
        """Start the warehouse anew, as a rebuild does."""
        shutil.copy(self.empty, self.warehouse)

    def load(self, *statements: dict[str, Any], crash: bool = False) -> list[Alert]:
        """Load statements as the loader does; with `crash`, stop between the commit and the copy."""
        with open_alert_ledger(self.ledger) as ledger, open_warehouse(self.warehouse) as connection:
            with transaction(connection):
                for statement in statements:
                    store(connection, self.now, **statement)
                stories = [row[0] for row in connection.execute("select story_id from stories").fetchall()]
                alerts = consider_statements(connection, ledger, stories, self.file, self.now)
            if not crash:
                copy_to_ledger(connection, ledger)
        return alerts


def store(
    connection: duckdb.DuckDBPyConnection, now: datetime, *, statement: str, story: str = "story-1", text: str = "We refuse",
    stance: str = "refuses", kind: str = "speech", agency: str = "us-ia-cedar-sheriff", captured: datetime | None = None,
    said: datetime | None = None, direct: bool = True, confidence: float = 0.9, revision: str | None = None,
    stories: int = 1, full: str | None = None, published: datetime | None = None,
) -> None:  # fmt: skip
    """One statement with its story, as few columns as the tables allow."""
    at = captured or now - timedelta(hours=1)
    published = published or at - timedelta(hours=1)
    revision = revision or f"{story}-r1"
    connection.execute(
        "insert or ignore into sources values ('ledger', 'The Ledger', 'outlet', null, 'IA', null, null, 'en', true, null)"
    )
    connection.execute(
        "insert or ignore into agencies values (?, 'Cedar County Sheriff''s Office', 'sheriff', 'IA', '19031', null, null, 'register')",
        [agency],
    )
    connection.execute(
        "insert or ignore into stories (story_id, cluster_id, revision_id, url, source_id, title, published_at, word_count, "
        "relevant, relevance_score, first_captured_at, last_captured_at, revision_count, rules_version) "
        "values (?, ?, ?, ?, 'ledger', 'A story', ?, 100, true, 1, ?, ?, 1, '1')",
        [story, story, revision, f"https://ledger.example/{story}", published, at, at],
    )
    connection.execute(
        "insert or ignore into story_revisions (revision_id, story_id, text, text_hash, word_count, relevant, relevance_score, "
        "relevance_evidence, extractor, first_captured_at, last_captured_at, warc_file, warc_offset, run_id, rules_version) "
        "values (?, ?, ?, ?, 100, true, 1, '[]', 'x', ?, ?, 'w', 0, 'r', '1')",
        [revision, story, full or text, revision, at, at],
    )
    connection.execute(
        "insert or replace into statements (statement_id, agency_id, agency_candidates, speaker, role, kind, stance, direct, quote, "
        "said_at, first_published_at, first_captured_at, mention_count, story_count, cluster_count, confidence, evidence, "
        "rules_version, corrected, rejected) values (?, ?, '[]', 'Pat Doe', 'Sheriff', ?, ?, ?, ?, ?, ?, ?, 1, ?, 1, ?, '[]', '1', "
        "false, false)",
        [statement, agency, kind, stance, direct, text, said, published, at, stories, confidence],
    )
    connection.execute(
        "insert or ignore into statement_mentions (mention_id, statement_id, story_id, revision_id, char_start, char_end, quote, "
        "agency_id, speaker, kind, stance, direct, confidence, rules_version) "
        "values (?, ?, ?, ?, 0, ?, ?, ?, 'Pat Doe', ?, ?, ?, ?, '1')",
        [
            f"{revision}-{statement}",
            statement,
            story,
            revision,
            len(text),
            text,
            agency,
            kind,
            stance,
            direct,
            confidence,
        ],
    )


def publish_tries(path: Path, empty: Path, now: datetime, **tries: list[tuple[datetime, str]]) -> None:
    """Publish a snapshot that holds, for each source, tries at its endpoint with time and outcome."""
    warehouse = Path(shutil.copy(empty, path.with_name("tries.duckdb")))
    with open_warehouse(warehouse) as connection:
        for source, each in tries.items():
            for at, outcome in each:
                connection.execute(
                    "insert into fetches (fetch_id, day, source_id, purpose, url, tried_at, outcome, run_id) "
                    "values (?, ?, ?, 'endpoint', 'http://x.example/', ?, ?, 'r')",
                    [f"{source}-{at}", at.date(), source, at, outcome],
                )
    publish_snapshot(warehouse, path, now)


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated warehouse without rows, made once: its views take a second."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    with open_warehouse(path):
        pass
    return path


@pytest.fixture
def desk(tmp_path: Path, empty_warehouse: Path) -> Desk:
    shutil.copy(empty_warehouse, tmp_path / "warehouse.duckdb")
    return Desk(tmp_path, empty_warehouse, rule_file(tmp_path / "alerts.yml"))


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with WebReceiver() as receiver:
        yield receiver


@pytest.fixture
def mail() -> Iterator[MailReceiver]:
    with MailReceiver() as receiver:
        yield receiver


def send(desk: Desk, clock: Clock, **environment: str) -> DeliveryCounts:
    shown: list[str] = []
    return deliver_due(desk.ledger, desk.folder / "out", desk.file, environment, clock, shown.append)


def lines(desk: Desk) -> list[dict[str, object]]:
    path = desk.folder / "out" / "alerts.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def outcomes(desk: Desk) -> list[str]:
    with open_alert_ledger(desk.ledger) as ledger:
        return [row.outcome for _, row in ledger.messages.deliveries()]


def on(desk: Desk, channels: str, extra: str = "", rules: str = "") -> None:
    desk.file = rule_file(desk.folder / "on.yml", channels=channels, extra=extra, rules=rules)
