"""Read `alerts.yml`: which statements raise an alert, and where it goes. Every fault is told with its line.

The keys of the file are the fields of the dataclasses below. Secrets never stand in the file: a channel names the
environment variable that holds its address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from crawler.entries import Entry, Problem, nearest
from crawler.errors import RuleError

__all__ = ["PUSHED", "SHIPPED", "AlertChannel", "AlertFile", "AlertRule", "Heartbeat", "QuietHours", "load_alert_file"]

SHIPPED = Path(__file__).parent / "alerts.yml"
CHANNEL_KINDS = ("feed", "file", "terminal", "mail", "webhook", "chat")
# Channels that reach out to somebody: flood guard and mutes are for these; the others are records.
PUSHED = frozenset({"terminal", "mail", "webhook", "chat"})
WITH_ADDRESS = frozenset({"mail", "webhook", "chat"})
STATEMENT_KINDS = ("speech", "action", "policy", "claim")
AGENCY_KINDS = ("police", "sheriff", "state police", "corrections", "prosecutor", "federal", "other")
STANCES = ("cooperates", "limits", "refuses", "unclear")
LANGUAGES = ("en", "es")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
FLAGS = ("position_change", "first_of_agency", "against_agreement", "stealth_edit", "direct_only", "corrections")


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


@dataclass(frozen=True, slots=True)
class QuietKeys:
    """The keys of quiet hours as they are written."""

    start: str
    until: str
    timezone: str


@dataclass(frozen=True, slots=True)
class FileKeys:
    """The keys at the top of the file as they are written."""

    new_for_days: str
    flood: str
    link: str
    heartbeat: str
    operator: str
    channels: str
    rules: str


@dataclass(slots=True)
class Reader:
    """Collects the problems of one file."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> AlertFile | None:
        """The file, or None where it is not sound."""
        root = self.compose()
        if root is None:
            return None
        top = Entry(self.path, root, self.problems)
        top.refuse_unknown_keys(FileKeys)
        channels = tuple(filter(None, (self.channel(entry) for entry in top.entries("channels"))))
        names = tuple(channel.name for channel in channels)
        rules = tuple(filter(None, (self.rule(entry, names) for entry in top.entries("rules"))))
        for kind, found in (("channel", names), ("rule", tuple(rule.name for rule in rules))):
            for name in sorted({name for name in found if found.count(name) > 1}):
                top.complain(f"{kind}s", f"two {kind}s are named {name!r}; rename one")
        for key in ("channels", "rules"):
            if key not in top.keys:
                self.problems.append(Problem(self.path, 1, f"'{key}' is missing"))
        heartbeat = self.heartbeat(top, names)
        new_for_days = top.number("new_for_days", 0, 365)
        flood = top.number("flood", 1, 100_000)
        read = AlertFile(
            path=self.path,
            channels=channels,
            rules=rules,
            new_for_days=7.0 if new_for_days is None else new_for_days,
            flood=20 if flood is None else int(flood),
            link=top.text("link", check=web_address),
            heartbeat=heartbeat,
            operator=chosen(top, "operator", names),
        )
        return None if self.problems else read

    def compose(self) -> MappingNode | None:
        try:
            root = YAML(typ="safe", pure=True).compose(self.path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.complain(mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}")
        except OSError as error:
            self.complain(1, f"cannot be read: {error.strerror}")
        except (YAMLError, UnicodeDecodeError, RecursionError) as error:
            self.complain(1, f"not YAML: {' '.join(str(error).split())}")
        else:
            if isinstance(root, MappingNode):
                return root
            self.complain(1, "alerts.yml is a mapping with 'channels' and 'rules'; copy the shipped file and change it")
        return None

    def complain(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def channel(self, entry: Entry) -> AlertChannel | None:
        name = entry.text("name", required=True, check=plain_name)
        entry.label = f"channel {name}"
        kind = entry.choice("kind", CHANNEL_KINDS)
        environment = entry.text("environment", check=variable_name)
        sender = entry.text("sender", check=mail_address)
        recipients = texts(entry, "recipients", mail_address)
        entry.refuse_unknown_keys(AlertChannel)
        flood = entry.number("flood", 1, 100_000)
        if kind in WITH_ADDRESS and environment is None:
            entry.complain("kind", "give 'environment', the name of the variable that holds its address")
        if kind == "mail" and not (sender and recipients):
            entry.complain("kind", "a mail channel needs 'sender' and 'recipients'")
        if name is None or kind is None or not entry.is_sound:
            return None
        return AlertChannel(name, kind, environment, sender, recipients, None if flood is None else int(flood))

    def rule(self, entry: Entry, channels: tuple[str, ...]) -> AlertRule | None:
        name = entry.text("name", required=True, check=plain_name)
        entry.label = f"rule {name}"
        entry.refuse_unknown_keys(AlertRule)
        confidence = entry.number("min_confidence", 0, 1)
        digest = entry.number("digest_minutes", 0, 10_080)
        language = entry.choice("language", LANGUAGES) if "language" in entry.keys else "en"
        rule = AlertRule(
            name=name or "",
            channels=chosen(entry, "channels", channels),
            states=frozenset(texts(entry, "states", state_code)),
            counties=frozenset(texts(entry, "counties", county_code)),
            agencies=frozenset(texts(entry, "agencies")),
            agency_kinds=frozenset(chosen(entry, "agency_kinds", AGENCY_KINDS)),
            kinds=frozenset(chosen(entry, "kinds", STATEMENT_KINDS)),
            stances=frozenset(chosen(entry, "stances", STANCES)),
            sources=frozenset(texts(entry, "sources")),
            words=tuple(" ".join(word.casefold().split()) for word in texts(entry, "words", has_word)),
            min_confidence=confidence or 0.0,
            digest_minutes=int(digest or 0),
            quiet=self.quiet(entry),
            language=language or "en",
            **{flag: flagged(entry, flag) for flag in FLAGS},
        )
        if not rule.channels:
            entry.complain(
                "channels" if "channels" in entry.keys else "name", "names no channel: nobody would hear of it"
            )
        return rule if entry.is_sound else None

    def quiet(self, rule: Entry) -> QuietHours | None:
        entry = rule.entry("quiet")
        if entry is None:
            return None
        entry.refuse_unknown_keys(QuietKeys)
        start = entry.text("start", required=True, check=clock)
        until = entry.text("until", required=True, check=clock)
        zone = entry.text("timezone", required=True, check=zone_name)
        if not (start and until and zone and entry.is_sound):
            return None
        if start == until:
            entry.complain("until", "quiet hours that end when they start never end; leave them out")
            return None
        return QuietHours(time.fromisoformat(start), time.fromisoformat(until), ZoneInfo(zone))

    def heartbeat(self, top: Entry, channels: tuple[str, ...]) -> Heartbeat | None:
        entry = top.entry("heartbeat")
        if entry is None:
            return None
        entry.refuse_unknown_keys(Heartbeat)
        hours = entry.number("every_hours", 1, 24 * 31)
        return Heartbeat(24.0 if hours is None else hours, chosen(entry, "channels", channels))


def load_alert_file(path: Path) -> AlertFile:
    """The rules and channels of a file. Raises RuleError with the first fault's file and line, and how many more."""
    reader = Reader(path)
    read = reader.read()
    if read is None:
        problems = sorted(reader.problems, key=lambda problem: problem.line)
        more = (
            f" (and {len(problems) - 1} more: lines {', '.join(str(each.line) for each in problems[1:])})"
            if problems[1:]
            else ""
        )
        raise RuleError(f"{problems[0]}{more}")
    return read


def texts(entry: Entry, key: str, check: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
    """The words under a key, one or a list of them."""
    if key not in entry.keys:
        return ()
    value = entry.keys[key][1]
    nodes = value.value if isinstance(value, SequenceNode) else [value]
    found = []
    for node in nodes:
        line = int(node.start_mark.line) + 1
        label = f"{entry.label}: " if entry.label else ""
        if not isinstance(node, ScalarNode) or not node.value.strip():
            entry.problems.append(Problem(entry.path, line, f"{label}'{key}': must be a word or a list of words"))
            continue
        word = node.value.strip()
        fault = check(word) if check else None
        if fault:
            entry.problems.append(Problem(entry.path, line, f"{label}'{key}': {fault}"))
        found.append(word)
    return tuple(dict.fromkeys(found))


def chosen(entry: Entry, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words under a key, each one of those allowed."""

    def known(word: str) -> str | None:
        return None if word in words else f"{word!r} is none of {', '.join(words) or 'nothing'}{nearest(word, words)}"

    return texts(entry, key, known)


def flagged(entry: Entry, key: str) -> bool:
    """Whether `true` stands under a key."""
    return key in entry.keys and entry.choice(key, ("true", "false")) == "true"


def plain_name(text: str) -> str | None:
    return None if NAME.fullmatch(text) else f"{text!r} must be lower-case letters, digits and hyphens, 48 at most"


def variable_name(text: str) -> str | None:
    if re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", text):
        return None
    return "must be the NAME of an environment variable: addresses and passwords do not belong in this file"


def mail_address(text: str) -> str | None:
    return None if re.fullmatch(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}", text) else f"{text!r} is no e-mail address"


def web_address(text: str) -> str | None:
    return None if re.fullmatch(r"https?://[^\s<>\"]+", text) else f"{text!r} is no address of a web page"


def state_code(text: str) -> str | None:
    return None if re.fullmatch(r"[A-Z]{2}", text) else f"{text!r} is no state: two capital letters, e.g. CA"


def county_code(text: str) -> str | None:
    return None if re.fullmatch(r"\d{5}", text) else f"{text!r} is no county: five digits (FIPS), e.g. 06037"


def has_word(text: str) -> str | None:
    return None if re.search(r"\w", text) else f"{text!r} holds no letter"


def clock(text: str) -> str | None:
    return None if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else f'{text!r} is no time of day, e.g. "22:00"'


def zone_name(text: str) -> str | None:
    return None if text in available_timezones() else f"{text!r} is no time zone, e.g. America/Chicago"
