"""A run whose process is gone is found out, whoever started it."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from pipelines.defs.alerting import deliver_alerts
from pipelines.defs.launcher import WatchedRunLauncher
from pipelines.defs.runner import dagster_home
from pipelines.run_lock import COMMAND_TAG, run_lock
from pipelines.workspace import Profile, Workspace


def test_a_command_lives_as_long_as_it_holds_its_lock_and_a_run_as_long_as_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path))
    place = Workspace.of(Profile.SAMPLE).create()
    with dg.DagsterInstance.from_config(str(dagster_home(place))) as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, WatchedRunLauncher)

        def status(**tags: str) -> WorkerStatus:
            started = dg.DagsterRunStatus.STARTED
            run = instance.create_run_for_job(deliver_alerts, status=started, tags=tags)
            return launcher.check_run_worker_health(run).status

        command = {COMMAND_TAG: str(place.root)}
        with run_lock(place):
            assert status(**command) is WorkerStatus.RUNNING
        assert status(**command) is WorkerStatus.NOT_FOUND
        gone = json.dumps({"host": "localhost", "socket": str(tmp_path / "gone")})
        assert status(**{GRPC_INFO_TAG: gone}) is WorkerStatus.NOT_FOUND
