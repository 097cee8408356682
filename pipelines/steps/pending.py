"""Which days hold captures without an outcome: those whose folder differs from what was last loaded."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import date
from pathlib import Path

from crawler.archive import days_with_tries
from pipelines.workspace import Workspace

__all__ = ["fingerprint", "forget_loaded", "mark_loaded", "pending_days"]


def fingerprint(archive: Path, day: date) -> str:
    """What lies in a day's folder, as one hash of file names and sizes: files there only grow or are added."""
    folder = archive / day.isoformat()
    files = sorted((path.name, path.stat().st_size) for path in folder.iterdir()) if folder.is_dir() else []
    return hashlib.sha256(repr(files).encode()).hexdigest()


def pending_days(place: Workspace) -> list[date]:
    """The days of the archive that hold something not yet loaded, oldest first; all of them while there is no warehouse."""
    days = days_with_tries(place.archive)
    if not place.warehouse.exists():
        return days
    return [day for day in days if _loaded(place, day) != fingerprint(place.archive, day)]


def mark_loaded(place: Workspace, day: date, loaded: str) -> None:
    """Keep the fingerprint of what was loaded of a day."""
    path = _mark(place, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(loaded, encoding="ascii")
    os.replace(draft, path)


def forget_loaded(place: Workspace) -> None:
    """Let no day count as loaded: before a warehouse is made, which may be killed before it holds every day."""
    if (place.steps / "loaded").exists():
        shutil.rmtree(place.steps / "loaded")


def _loaded(place: Workspace, day: date) -> str:
    try:
        return _mark(place, day).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _mark(place: Workspace, day: date) -> Path:
    return place.steps / "loaded" / day.isoformat()
