"""The rules that delivery goes by: a fault in `alerts.yml` stops loads, but neither what waits nor the word of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from crawler.errors import RuleError
from pipelines.alerts.facts import content_id
from pipelines.alerts.rule_file import SHIPPED, load_alert_file
from pipelines.alerts.rules import AlertFile
from pipelines.steps.alerting import alert_file_path
from pipelines.workspace import Workspace
from warehouse.alert_ledger import AlertLedger, NoticeRow

__all__ = ["delivery_file"]


def delivery_file(place: Workspace, ledger: AlertLedger, now: datetime) -> tuple[AlertFile, str | None]:
    """The profile's rules; while they have a fault, those that were last sound and the fault, told to the operator."""
    path, kept = alert_file_path(place), place.root / "alerts.last-sound.yml"
    try:
        file = load_alert_file(path)
    except RuleError as error:
        text = f"{error}. Nothing is loaded until it is mended; what was raised goes out by the rules before it"
        notice_id = content_id("rules", f"{now:%Y-%m-%d}", str(error))
        ledger.notes.add_notice(NoticeRow(notice_id, now, "alerts.yml has a fault", text))
        return load_alert_file(kept if kept.exists() else SHIPPED), str(error)
    if path != SHIPPED:
        keep(path, kept)
    return file, None


def keep(path: Path, kept: Path) -> None:
    """Copy a sound file, where it has changed."""
    data = path.read_bytes()
    if not kept.exists() or kept.read_bytes() != data:
        draft = kept.with_suffix(".part")
        draft.write_bytes(data)
        draft.replace(kept)
