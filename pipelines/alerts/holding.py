"""What keeps an alert from going out on a channel now: quiet hours, a mute, an acknowledgement. Pure decisions."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from pipelines.alerts.facts import Alert
from pipelines.alerts.raising import after_quiet
from pipelines.alerts.rules import PUSHED, AlertChannel, AlertFile, AlertRule

__all__ = ["has_quiet_hours", "is_quiet", "withheld_reason"]


def is_quiet(alert: Alert, channel: str, file: AlertFile, now: datetime, muted: Set[tuple[str, str]]) -> bool:
    """Whether every rule that brings an alert to a channel, muted ones apart, has its quiet hours now."""
    rules = [rule for rule in bringing(alert, channel, file) if ("rule", rule.name) not in muted]
    return bool(rules) and all(rule.quiet and after_quiet(rule.quiet, now) > now for rule in rules)


def has_quiet_hours(channel: str, file: AlertFile) -> bool:
    """Whether any rule keeps quiet hours on a channel."""
    return any(rule.quiet and channel in rule.channels for rule in file.rules)


def withheld_reason(
    alert: Alert, is_noted: bool, channel: AlertChannel, muted: Set[tuple[str, str]], file: AlertFile
) -> str | None:
    """Why an alert is not pushed: it is acknowledged, or the channel, its agency or all rules that bring it are muted.

    `muted` are pairs of what (`rule`, `agency`, `channel`) and name. Feeds and files keep record of everything.
    """
    if channel.kind not in PUSHED:
        return None
    if is_noted:
        return "acknowledged"
    if ("channel", channel.name) in muted:
        return f"channel {channel.name} is muted"
    if ("agency", alert.facts.agency_id or "") in muted:
        return f"agency {alert.facts.agency_id} is muted"
    names = [rule.name for rule in bringing(alert, channel.name, file)]
    if names and all(("rule", name) in muted for name in names):
        return f"rule {', '.join(names)} is muted"
    return None


def bringing(alert: Alert, channel: str, file: AlertFile) -> list[AlertRule]:
    """The rules that bring an alert to a channel, as the file has them now."""
    return [rule for rule in file.rules if rule.name in alert.rules and channel in rule.channels]
