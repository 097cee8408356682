"""Read `alerts.yml`: which statements raise an alert, and where it goes. Every fault is told with its line.

Secrets never stand in the file: a channel names the environment variable that holds its address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from crawler.entries import Entry, Problem, nearest
from crawler.errors import RuleError
from pipelines.alerts.checks import (
    clock,
    contradictions,
    county_code,
    has_word,
    mail_address,
    plain_name,
    state_code,
    variable_name,
    web_address,
    zone_name,
)
from pipelines.alerts.match import plain_words
from pipelines.alerts.rules import AlertChannel, AlertFile, AlertRule, Heartbeat, QuietHours

__all__ = ["SHIPPED", "load_alert_file"]

SHIPPED = Path(__file__).parent / "alerts.yml"
CHANNEL_KINDS = ("feed", "file", "terminal", "mail", "webhook", "chat")
WITH_ADDRESS = frozenset({"mail", "webhook", "chat"})
STATEMENT_KINDS = ("speech", "action", "policy", "claim")
AGENCY_KINDS = ("police", "sheriff", "state police", "corrections", "prosecutor", "federal", "other")
STANCES = ("cooperates", "limits", "refuses", "unclear")
LANGUAGES = ("en", "es")
FILTERS = ("states", "counties", "agencies", "agency_kinds", "kinds", "stances", "sources", "words", "min_confidence")
FLAGS = ("position_change", "first_of_agency", "against_agreement", "stealth_edit", "direct_only", "corrections")


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
            elif top.is_empty(key):
                top.complain(key, "is empty: nobody would ever hear of anything")
        heartbeat = self.heartbeat(top, names)
        new_for_days = top.number("new_for_days", 0, 365)
        flood = whole(top, "flood", 1, 100_000)
        read = AlertFile(
            path=self.path,
            channels=channels,
            rules=rules,
            new_for_days=7.0 if new_for_days is None else new_for_days,
            flood=20 if flood is None else flood,
            link=top.text("link", check=web_address),
            heartbeat=heartbeat,
            operator=chosen(top, "operator", names),
        )
        return None if self.problems else read

    def compose(self) -> MappingNode | None:
        """The top of the file with its lines; None where it is not YAML, or no mapping."""
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
        """Note a problem."""
        self.problems.append(Problem(self.path, line, message))

    def channel(self, entry: Entry) -> AlertChannel | None:
        """One channel; None where it is not sound."""
        name = entry.text("name", required=True, check=plain_name)
        entry.label = f"channel {name}"
        kind = entry.choice("kind", CHANNEL_KINDS)
        environment = entry.text("environment", check=variable_name)
        sender = entry.text("sender", check=mail_address)
        recipients = texts(entry, "recipients", mail_address)
        entry.refuse_unknown_keys(AlertChannel)
        flood = whole(entry, "flood", 1, 100_000)
        if kind == "file" and name == "alerts":
            entry.complain("name", "'alerts' would write to the file of the channel 'file'; choose another")
        if kind in WITH_ADDRESS and environment is None:
            entry.complain("kind", "give 'environment', the name of the variable that holds its address")
        if kind == "mail" and not (sender and recipients):
            entry.complain("kind", "a mail channel needs 'sender' and 'recipients'")
        if name is None or kind is None or not entry.is_sound:
            return None
        return AlertChannel(name, kind, environment, sender, recipients, flood)

    def rule(self, entry: Entry, channels: tuple[str, ...]) -> AlertRule | None:
        """One rule, whose channels must be among these; None where it is not sound."""
        name = entry.text("name", required=True, check=plain_name)
        entry.label = f"rule {name}"
        entry.refuse_unknown_keys(AlertRule)
        confidence = entry.number("min_confidence", 0, 1)
        for key in FILTERS:
            if entry.is_empty(key):
                entry.complain(key, "is empty and would filter nothing; say what or leave the key out")
        digest = whole(entry, "digest_minutes", 0, 10_080)
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
            words=tuple(" ".join(plain_words(word).split()) for word in texts(entry, "words", has_word)),
            min_confidence=confidence or 0.0,
            digest_minutes=digest or 0,
            quiet=self.quiet(entry),
            language=language or "en",
            **{flag: flagged(entry, flag) for flag in FLAGS},
        )
        if not rule.channels:
            entry.complain(
                "channels" if "channels" in entry.keys else "name", "names no channel: nobody would hear of it"
            )
        if rule.name == "all":
            entry.complain("name", "'all' would write to the feed of all alerts; choose another")
        for key, fault in contradictions(rule):
            entry.complain(key, fault)
        return rule if entry.is_sound else None

    def quiet(self, rule: Entry) -> QuietHours | None:
        """The quiet hours of a rule, where it has some."""
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
        """The heartbeat, where the file asks for one."""
        entry = top.entry("heartbeat")
        if entry is None:
            return None
        entry.refuse_unknown_keys(Heartbeat)
        hours = entry.number("every_hours", 1, 24 * 31)
        named = chosen(entry, "channels", channels)
        if not named:
            line = entry.keys["channels"][1] if "channels" in entry.keys else top.keys["heartbeat"][1]
            self.complain(int(line.start_mark.line) + 1, "'heartbeat' names no channel: nobody would hear it")
        return Heartbeat(24.0 if hours is None else hours, named)


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


def whole(entry: Entry, key: str, least: int, most: int) -> int | None:
    """The value of a key as a whole number between two bounds."""
    number = entry.number(key, least, most)
    if number is not None and number != int(number):
        entry.complain(key, f"{number:g} is no whole number")
        return None
    return None if number is None else int(number)


def flagged(entry: Entry, key: str) -> bool:
    """Whether `true` stands under a key."""
    return key in entry.keys and entry.choice(key, ("true", "false")) == "true"
