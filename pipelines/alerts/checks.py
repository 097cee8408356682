"""What is wrong with a word in `alerts.yml`: each check returns a sentence, or None where nothing is."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from crawler.counties import county_names, state_numbers
from pipelines.alerts.rules import AlertRule

__all__ = [
    "clock",
    "contradictions",
    "county_code",
    "has_word",
    "mail_address",
    "plain_name",
    "state_code",
    "variable_name",
    "web_address",
    "zone_name",
]

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


def plain_name(text: str) -> str | None:
    """What is wrong with a name; None where nothing is."""
    return None if NAME.fullmatch(text) else f"{text!r} must be lower-case letters, digits and hyphens, 48 at most"


def variable_name(text: str) -> str | None:
    """What is wrong with the name of an environment variable."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", text):
        return None
    return "must be the NAME of an environment variable: addresses and passwords do not belong in this file"


def mail_address(text: str) -> str | None:
    """What is wrong with an e-mail address."""
    return None if re.fullmatch(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}", text) else f"{text!r} is no e-mail address"


def web_address(text: str) -> str | None:
    """What is wrong with the address of a web page."""
    return None if re.fullmatch(r"https?://[^\s<>\"]+", text) else f"{text!r} is no address of a web page"


def state_code(text: str) -> str | None:
    """What is wrong with the code of a state."""
    return None if text in state_numbers() else f"{text!r} is no state: two capital letters, e.g. CA"


def county_code(text: str) -> str | None:
    """What is wrong with the FIPS code of a county."""
    return None if text in county_names() else f"{text!r} is no county: five digits (FIPS), e.g. 06037"


def has_word(text: str) -> str | None:
    """What is wrong with a word to look for."""
    return None if re.search(r"\w", text) else f"{text!r} holds no letter"


def clock(text: str) -> str | None:
    """What is wrong with a time of day."""
    return None if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) else f'{text!r} is no time of day, e.g. "22:00"'


def zone_name(text: str) -> str | None:
    """What is wrong with the name of a time zone (IANA)."""
    return None if text in available_timezones() else f"{text!r} is no time zone, e.g. America/Chicago"


def contradictions(rule: AlertRule) -> list[tuple[str, str]]:
    """Filters of a rule that no statement can meet together, as the key and what is wrong with it."""
    found = [
        (flag, "no claim of others meets it: the rule would never fire; take 'claim' from 'kinds'")
        for flag in ("position_change", "first_of_agency", "against_agreement")
        if getattr(rule, flag) and rule.kinds == {"claim"}
    ]
    if rule.against_agreement and rule.stances and not rule.stances & {"limits", "refuses"}:
        found.append(("against_agreement", "means limits or refuses: with these 'stances' the rule would never fire"))
    if rule.position_change and rule.stances == {"unclear"}:
        found.append(("position_change", "an unclear stance is no position: the rule would never fire"))
    if (
        rule.states
        and rule.counties
        and not {state_numbers().get(state) for state in rule.states} & {county[:2] for county in rule.counties}
    ):
        found.append(("counties", "none of them lies in one of the 'states': the rule would never fire"))
    if rule.direct_only and rule.kinds and rule.kinds <= {"action", "policy"}:
        found.append(("direct_only", "acts and policies are no direct speech: the rule would never fire"))
    if rule.position_change and rule.agency_kinds == {"federal"}:
        found.append(("position_change", "federal agencies have none here: the rule would never fire"))
    return found
