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
    return datetime.fromisoformat(str(_clock(root)["anchor"]))


def open_visits(root: Path, offsets: Sequence[timedelta]) -> list[datetime]:
    """The times of the visits still to be paid: the unpaid ones of the first run, else one now."""
    anchor, paid = sample_anchor(root), _clock(root)["visits"]
    planned = [anchor + offset for offset in offsets]
    return [visit for visit in planned if visit.isoformat() not in paid] or [_now()]


def mark_visit(root: Path, visit: datetime) -> None:
    """Keep that a visit was paid and its captures loaded."""
    clock = _clock(root)
    clock["visits"] = [*clock["visits"], visit.isoformat()]
    _write(root, clock)


def _clock(root: Path) -> dict[str, object]:
    path = root / "clock.json"
    if not path.exists():
        _write(root, {"anchor": _now().isoformat(), "visits": []})
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _write(root: Path, clock: dict[str, object]) -> None:
    root.mkdir(parents=True, exist_ok=True)
    draft = root / "clock.json.part"
    draft.write_text(json.dumps(clock, indent=1), encoding="utf-8")
    os.replace(draft, root / "clock.json")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
