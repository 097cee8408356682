"""Where a profile keeps its files, and what the environment configures.

A profile is `live` or `sample`; the two share no folder, database, ledger or report. Nothing here opens or creates
anything except `Workspace.create`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from dotenv import load_dotenv

from crawler.errors import SourceError

__all__ = ["PROJECT", "Profile", "Workspace", "data_home", "user_agent"]

PROJECT = Path(__file__).resolve().parent.parent


class Profile(StrEnum):
    """`sample` reads the embedded newsstand on loopback, `live` the public web."""

    LIVE = "live"
    SAMPLE = "sample"


def data_home() -> Path:
    """The one folder that everything is written to: `$BADGEWIRE_HOME`, or `.badgewire` in the project."""
    return Path(os.environ.get("BADGEWIRE_HOME") or PROJECT / ".badgewire").absolute()


def user_agent() -> str:
    """The user agent of live crawls with the operator's contact in it.

    The contact is an e-mail address or a web page in `$BADGEWIRE_CONTACT`, or in a file `.env` in the project. Raises
    SourceError while there is none.
    """
    load_dotenv(PROJECT / ".env")
    contact = os.environ.get("BADGEWIRE_CONTACT", "").strip()
    if not contact:
        raise SourceError("no contact for the user agent: set BADGEWIRE_CONTACT to your e-mail address or web page")
    if not ("@" in contact or contact.startswith(("http://", "https://"))) or any(
        c.isspace() or c in "()" for c in contact
    ):
        raise SourceError(f"BADGEWIRE_CONTACT is {contact!r}: give an e-mail address or the address of a web page")
    return f"Badgewire/0.1 (news research; +{contact})"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one profile."""

    profile: Profile
    root: Path

    @classmethod
    def from_environment(cls) -> Workspace:
        """The workspace of `$BADGEWIRE_PROFILE`, `sample` by default as on the command line.

        Raises SourceError for any other word.
        """
        named = os.environ.get("BADGEWIRE_PROFILE", Profile.SAMPLE)
        if named not in list(Profile):
            raise SourceError(f"BADGEWIRE_PROFILE is {named!r}: use live or sample")
        return cls.of(Profile(named))

    @classmethod
    def of(cls, profile: Profile) -> Workspace:
        """The workspace of a profile in the data home."""
        return cls(profile, data_home() / profile)

    def create(self) -> Workspace:
        """Make the folders that the steps write to, and return the workspace."""
        for folder in (self.archive, self.steps, self.published.parent, self.report.parent):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def crawl_state(self) -> Path:
        return self.root / "crawl-state.sqlite"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def steps(self) -> Path:
        return self.root / "steps"

    @property
    def imports(self) -> Path:
        return self.root / "imports"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def shingle_runs(self) -> Path:
        return self.root / "shingle-runs"

    @property
    def published(self) -> Path:
        return self.root / "published" / "badgewire.duckdb"

    @property
    def report(self) -> Path:
        return self.root / "report" / "badgewire.html"

    def step(self, name: str, day: date) -> Path:
        """The Parquet file that the named step writes for one day."""
        return self.steps / name / f"{day.isoformat()}.parquet"
