"""When the sample plays: its last visit is the moment of its first run, the earlier ones lie before it.

The anchor and the visits already paid are kept in the sample's folder, so that a run that was killed goes on where it
stopped and a later run makes one more visit at the time it really is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["mark_visit", "open_visits", "sample_anchor"]


def sample_anchor(root: Path) -> datetime:
    """The moment that the sample's dates count from, to the second, UTC: kept at the first call."""
    return _clock(root)[0]


def open_visits(root: Path, offsets: Sequence[timedelta]) -> list[datetime]:
    """The times of the visits still to be paid: the unpaid ones of the first run, else one now."""
    anchor, paid = _clock(root)
    planned = [anchor + offset for offset in offsets]
    return [visit for visit in planned if visit not in paid] or [_now()]


def mark_visit(root: Path, visit: datetime) -> None:
    """Keep that a visit was paid and its captures loaded."""
    anchor, paid = _clock(root)
    _write(root, anchor, [*paid, visit])


def _clock(root: Path) -> tuple[datetime, list[datetime]]:
    path = root / "clock.json"
    if not path.exists():
        _write(root, _now(), [])
    kept = json.loads(path.read_text(encoding="utf-8"))
    return datetime.fromisoformat(kept["anchor"]), [datetime.fromisoformat(visit) for visit in kept["visits"]]


def _write(root: Path, anchor: datetime, paid: Sequence[datetime]) -> None:
    clock = {"anchor": anchor.isoformat(), "visits": [visit.isoformat() for visit in paid]}
    root.mkdir(parents=True, exist_ok=True)
    draft = root / "clock.json.part"
    draft.write_text(json.dumps(clock, indent=1), encoding="utf-8")
    os.replace(draft, root / "clock.json")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
