"""With Dagster's daemon running, alerts and what the operator must know are handed over by themselves."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.tags import GRPC_INFO_TAG

from benchmarks.alerts import raise_many
from pipelines.defs.alerting import deliver_alerts
from pipelines.defs.runner import dagster_home
from pipelines.workspace import PROJECT, Profile, Workspace
from tests.alerts.conftest import publish_tries, rule_file

HAND_OVER_SECONDS = 90.0


def test_the_daemons_sensors_hand_over_heartbeat_dead_source_and_alert_within_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_warehouse: Path
) -> None:
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path))
    place = Workspace.of(Profile.LIVE).create()
    file = rule_file(
        place.root / "alerts.yml", extra="heartbeat: {every_hours: 24, channels: [file]}\noperator: [file]"
    )
    now = datetime.now(UTC)
    publish_tries(
        place.published,
        empty_warehouse,
        now,
        quiet_county=[(now - timedelta(days=4), "unchanged"), (now, "error")],
    )
    environment = {
        **os.environ, "BADGEWIRE_HOME": str(tmp_path), "BADGEWIRE_PROFILE": "live", "BADGEWIRE_CONTACT": "",
        "DAGSTER_HOME": str(dagster_home(place)), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    leave_dead_run(dagster_home(place), tmp_path)
    written = place.root / "alerts" / "alerts.jsonl"
    log = tmp_path / "daemon.log"
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "dagster._daemon", "run"], cwd=PROJECT, env=environment, stdout=output, stderr=output
        )
        try:
            wait_for_line(written, "heartbeat", log, HAND_OVER_SECONDS)
            raise_many(place.ledger, file, 1)
            start = time.monotonic()
            wait_for_line(written, "alert", log, HAND_OVER_SECONDS)
            seconds = time.monotonic() - start
            wait_for_line(written, "operator", log, HAND_OVER_SECONDS)
        finally:
            daemon.terminate()
            daemon.wait(30)
    assert seconds < 60
    raised = [json.loads(line) for line in written.read_text().splitlines() if json.loads(line)["type"] == "alert"]
    assert len(raised) == 1
    assert "source quiet_county is dead" in written.read_text()
    assert datetime.fromisoformat(raised[0]["raised_at"]) < datetime.now(UTC)


def leave_dead_run(home: Path, folder: Path) -> None:
    """What a power cut leaves of a delivery: a run that counts as going on, started by a code server that is gone."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.create_run_for_job(
            deliver_alerts,
            status=dg.DagsterRunStatus.STARTED,
            tags={GRPC_INFO_TAG: json.dumps({"host": "localhost", "socket": str(folder / "gone")})},
        )


def wait_for_line(path: Path, kind: str, log: Path, seconds: float) -> None:
    """Wait until the file holds a line of a type; fail with the daemon's log."""
    deadline = time.monotonic() + seconds
    while not (path.exists() and f'"type":"{kind}"' in path.read_text()):
        if time.monotonic() > deadline:
            pytest.fail(f"no {kind} after {seconds} s:\n{log.read_text()[-3000:]}")
        time.sleep(0.2)
