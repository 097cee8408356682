"""The command line called in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.cli import main

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line called in this process, on a data home, with no contact unless one is given."""

    def call(home: Path, *arguments: str, contact: str = "") -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("BADGEWIRE_HOME", str(home))
        monkeypatch.setenv("BADGEWIRE_CONTACT", contact)
        monkeypatch.setenv("COLUMNS", "160")
        monkeypatch.setattr(sys, "argv", ["badgewire", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(code or 0)), told.out, told.err)

    return call
