"""The real webserver and daemon, as `badgewire ui` starts them, against the newsstand."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from pipelines.cli.ui import server_command, server_environment
from pipelines.defs.runner import dagster_home
from pipelines.workspace import PROJECT, Profile, Workspace
from tests.runs import ask

BOUND_SECONDS = 240
STOP_SECONDS = 60
POLL_SECONDS = 0.5
NOT_OURS = {
    ".git",
    ".venv",
    ".badgewire",
    "__pycache__",
    "badgewire.egg-info",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
}
HERE = '{repositoryName: "__repository__", repositoryLocationName: "tests.defs.every_minute"}'
INSTANCE = f"""
{{
  assetNodes {{ assetKey {{ path }} isPartitioned }}
  schedulesOrError(repositorySelector: {HERE}) {{
    ... on Schedules {{ results {{ name scheduleState {{ status }} }} }}
  }}
  sensorsOrError(repositorySelector: {HERE}) {{
    ... on Sensors {{ results {{ name sensorState {{ status }} }} }}
  }}
  instance {{ daemonHealth {{ allDaemonStatuses {{ daemonType required healthy }} }} }}
}}
"""
RUNS = """
{
  runsOrError(filter: {tags: [{key: "dagster/schedule_name", value: "every_hour"}]}) {
    ... on Runs { results { status } }
  }
}
"""


class Ui:
    """What `badgewire ui` starts, on the sample, with a schedule of every minute."""

    def __init__(self, place: Workspace, port: int, log: Path) -> None:
        self.place, self.port, self.log = place, port, log
        home = dagster_home(place)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                server_command(port, "tests.defs.every_minute"),
                cwd=home,
                env=server_environment(place, home),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def ask(self, question: str) -> dict[str, Any]:
        """The answer of Dagster's web server; none while it is not there yet."""
        try:
            answer = httpx.post(
                f"http://127.0.0.1:{self.port}/graphql", json={"query": question}, timeout=30, trust_env=False
            )
        except httpx.HTTPError:
            return {}
        told = answer.json()
        assert "errors" not in told, told
        return dict(told["data"])

    def scheduled(self) -> list[str]:
        """The states of the runs that the schedule has asked for."""
        return [str(run["status"]) for run in (self.ask(RUNS).get("runsOrError") or {}).get("results", [])]

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + BOUND_SECONDS
        while not happened():
            is_late, is_dead = time.monotonic() > deadline, self.process.poll() is not None
            if is_late or is_dead:
                pytest.fail(f"{'ended before' if is_dead else 'never came to'}: {what}\n{self.log.read_text()[-3000:]}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> list[psutil.Process]:
        """Stop it by its own process id; the processes that are still there afterwards."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)
        _, left = psutil.wait_procs(family, timeout=STOP_SECONDS)
        for process in left:
            process.kill()
        return left


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ui]:
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BADGEWIRE_CONTACT", "")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Ui(Workspace.of(Profile.SAMPLE).create(), port, tmp_path / "ui.log")
    yield running
    if running.process.poll() is None:
        running.stop()


def files_of_the_project() -> set[str]:
    """Every file in the project that nobody but us would have written."""
    found = set()
    folders = [PROJECT]
    while folders:
        for path in folders.pop().iterdir():
            if path.name not in NOT_OURS:
                folders += [path] if path.is_dir() else []
                found.add(str(path))
    return found


@pytest.mark.timeout(2 * BOUND_SECONDS)
def test_rows_of_a_scheduled_run_stand_in_the_published_file_and_everything_ends_when_stopped(ui: Ui) -> None:
    before = files_of_the_project()
    ui.wait_until(lambda: bool(ui.ask("{ version }")), "the web server answers")
    ui.wait_until(lambda: "SUCCESS" in ui.scheduled() or "FAILURE" in ui.scheduled(), "a scheduled run ends")
    assert "FAILURE" not in ui.scheduled()
    ((count, relevant),) = ask(ui.place.published, "select count(*), count(*) filter (where relevant) from stories")
    assert int(str(count)) >= 20
    assert int(str(relevant)) >= 10

    told = ui.ask(INSTANCE)
    graph = {node["assetKey"]["path"][-1]: node["isPartitioned"] for node in told["assetNodes"]}
    assert {
        "crawl": False,
        "captures": True,
        "warehouse_tables": True,
        "published_snapshot": False,
    }.items() <= graph.items()
    schedules = {each["name"]: each["scheduleState"]["status"] for each in told["schedulesOrError"]["results"]}
    sensors = {each["name"]: each["sensorState"]["status"] for each in told["sensorsOrError"]["results"]}
    assert schedules == {"every_hour": "RUNNING"}
    assert sensors["failed_run"] == "RUNNING"
    daemons = told["instance"]["daemonHealth"]["allDaemonStatuses"]
    assert [each["daemonType"] for each in daemons if each["required"] and not each["healthy"]] == []

    assert ui.stop() == []
    assert files_of_the_project() - before == set(), "something was written outside the data home"
    assert {path.name for path in ui.place.root.parent.iterdir()} == {"sample"}
