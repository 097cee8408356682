"""What tests of several folders share."""

import fcntl
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.runs import badgewire, fresh_home

# A busy machine must not fail a property.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the project; tests that need it skip where it is absent."""
    folder = PROJECT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the real material in ../shared is not here")
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data home after one undisturbed `badgewire run`, the same for all workers. Copy it before changing it."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    home, whole = folder / "undisturbed", folder / "undisturbed.whole"
    with (folder / "undisturbed.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(home, ignore_errors=True)  # what a run left that failed for another worker
            done = badgewire(fresh_home(home), "run")
            assert done.returncode == 0, done.stderr
            assert "tried again" not in done.stderr, done.stderr
            whole.touch()
    return home
