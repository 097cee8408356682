"""What `alerts.yml` says, as records: channels, rules, quiet hours, heartbeat. `rule_file` reads them from the file.

The keys of the file are the fields of these dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.entries import nearest
from crawler.errors import RuleError

__all__ = ["PUSHED", "AlertChannel", "AlertFile", "AlertRule", "Heartbeat", "QuietHours"]

# Channels that reach out to somebody: flood guard and mutes are for these; the others are records.
PUSHED = frozenset({"terminal", "mail", "webhook", "chat"})


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `until` by the clock of `timezone` nothing is sent; what is due then goes out at the end."""

    start: time
    until: time
    timezone: ZoneInfo


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule. An empty filter lets everything through; all filters that are given must hold.

    `kinds` are a statement's, `agency_kinds` an agency's. A flag that is False does not filter. `digest_minutes` 0: a
    message for each alert. `corrections`: where a statement that alerted is read otherwise later, that is sent too.
    """

    name: str
    channels: tuple[str, ...]
    states: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    agency_kinds: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    stances: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    position_change: bool = False
    first_of_agency: bool = False
    against_agreement: bool = False
    stealth_edit: bool = False
    direct_only: bool = False
    min_confidence: float = 0.0
    digest_minutes: int = 0
    quiet: QuietHours | None = None
    language: str = "en"
    corrections: bool = False


@dataclass(frozen=True, slots=True)
class AlertChannel:
    """One way to reach people. `environment` names the variable that holds its address, password and all."""

    name: str
    kind: str
    environment: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    flood: int | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Every so many hours each of the channels hears that all is well."""

    every_hours: float
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertFile:
    """A sound `alerts.yml`.

    `new_for_days`: a statement first captured longer ago raises nothing. `flood`: more alerts than this in an hour
    become one digest. `link`: where a digest points, and the address of the feeds.
    """

    path: Path
    channels: tuple[AlertChannel, ...]
    rules: tuple[AlertRule, ...]
    new_for_days: float = 7.0
    flood: int = 20
    link: str | None = None
    heartbeat: Heartbeat | None = None
    operator: tuple[str, ...] = ()

    def channel(self, name: str) -> AlertChannel | None:
        """The channel of a name."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def rule(self, name: str) -> AlertRule:
        """The rule of a name. Raises RuleError, which lists the names there are."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        names = tuple(rule.name for rule in self.rules)
        raise RuleError(f"{self.path}: no rule {name!r}{nearest(name, names) or '; known: ' + ', '.join(names)}")

    def flood_of(self, channel: AlertChannel) -> int:
        """How many alerts an hour a channel takes one by one."""
        return self.flood if channel.flood is None else channel.flood
