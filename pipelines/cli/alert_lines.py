"""Alerts as lines for a terminal: who and what, the words, where they stand, and what became of the alert."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipelines.alerts.facts import Alert
from pipelines.alerts.messages import item, labels
from pipelines.alerts.neutral import plain_text

__all__ = ["print_alert"]

INDENT = 12
WORDS = 200


def print_alert(console: Console, alert: Alert, mark: str, notes: str) -> None:
    """Print one alert under its headline; `mark` stands before it, `notes` after all else."""
    words = labels("en")
    shown, facts = item(alert, words), alert.facts
    speaker = ", ".join(filter(None, (plain_text(facts.speaker, 80), plain_text(facts.role, 80))))
    reach = f"{facts.story_count} stories" if facts.story_count > 1 else ""
    edit = [f"{words['edit_before']}: {shown.before}"] if shown.before else []
    edit += [f"{words['edit_after']}: {shown.after}"] if shown.after else []
    lines = [*shown.flags, *(edit or [shown.quote])]
    console.print(Text.assemble(f"{mark:<{INDENT - 2}}  ", (shown.headline, "bold")), soft_wrap=True)
    for line in lines:
        console.print(Padding(Text(line if len(line) <= WORDS else f"{line[: WORDS - 1]}…"), (0, 0, 0, INDENT)))
    found = " · ".join(filter(None, (speaker, plain_text(facts.outlet, 80), reach)))
    for line in filter(None, (found, notes)):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, INDENT)))
