"""What tests of several folders share."""

from pathlib import Path

import pytest

from tests.runs import badgewire, fresh_home

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the project; tests that need it skip where it is absent."""
    folder = PROJECT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the real material in ../shared is not here")
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home after one undisturbed `badgewire run`. Copy it before changing it."""
    home = fresh_home(tmp_path_factory.mktemp("undisturbed"))
    done = badgewire(home, "run")
    assert done.returncode == 0, done.stderr
    assert "tried again" not in done.stderr, done.stderr
    return home
