"""Lay alerts out for people (plain text, HTML, chat) and for programs (JSON): enough to act on, remote text harmless.

The templates lie in `templates/`, their words in `templates/labels.yml`, by language.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.alerts.facts import Alert, Correction, StatementFacts, facts_object
from pipelines.alerts.neutral import chat_text, plain_text, safe_link

__all__ = ["Item", "Rendered", "alert_object", "headline", "html_of", "item", "labels", "render_alerts", "render_note"]

TEMPLATES = Path(__file__).parent / "templates"
# A digest of hundreds names the first ones and points to the rest.
SHOWN = 50
QUOTE_CHARACTERS = 1_200
CHAT_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message in every form that a channel may want. `objects` is what programs get."""

    subject: str
    text: str
    html: str
    chat: str
    objects: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One alert as the templates show it; every text is one clean line, not yet escaped."""

    headline: str
    flags: tuple[str, ...]
    quote_label: str
    quote: str
    before: str
    after: str
    previous: str
    lines: tuple[tuple[str, str], ...]
    story: tuple[tuple[str, str], ...]
    link: str | None
    why: str


def render_alerts(kind: str, alerts: Sequence[Alert], language: str, link: str | None) -> Rendered:
    """A message that carries these alerts, of a kind of `delivery.Bundle`. `link` is where all of them stand."""
    words = labels(language)
    many = kind != "single"
    if kind in ("digest", "flood"):
        subject = words[kind].format(count=len(alerts)) if len(alerts) > 1 else words["digest_one"]
    else:
        subject = headline(alerts[0].facts, words) + (
            f" ({words['more'].format(count=len(alerts) - 1)})" if many else ""
        )
    note = words["flood_why"] if kind == "flood" and len(alerts) > 1 else ""

    common = item(alerts[0], words) if kind == "story" else None

    def lay(form: str, most: int) -> str:
        return environment(form).get_template(f"alerts.{form}.j2").render(
            subject=subject, language=language, words=words, many=many, note=note,
            items=[item(alert, words) for alert in alerts[:most]], common=common,
            rest=[brief(alert, words) for alert in alerts[most:]],
            hidden=words["more"].format(count=len(alerts) - most) if len(alerts) > most else "",
            all_at=link if many else None, elsewhere=words["elsewhere"] if kind == "flood" and not link else "",
        )  # fmt: skip

    return Rendered(
        subject=plain_text(subject, 200),
        text=lay("txt", SHOWN).strip() + "\n",
        html=lay("html", SHOWN),
        chat=(f"{chat_text(subject)}\n\n" if many else "") + lay("chat", CHAT_SHOWN).strip(),
        objects=tuple(alert_object(alert) for alert in alerts),
    )


def render_note(kind: str, heading: str, text: str, at: datetime) -> Rendered:
    """A message about Badgewire itself: `heartbeat` or `operator`."""
    subject, said = plain_text(heading, 200), plain_text(text, 4_000)
    page = environment("html").from_string(
        "<!doctype html><html><head><meta charset='utf-8'><title>{{ s }}</title></head>"
        "<body><h1>{{ s }}</h1><p>{{ t }}</p></body></html>"
    )
    return Rendered(
        subject=subject,
        text=f"{subject}\n{said}\n",
        html=page.render(s=subject, t=said),
        chat=f"{chat_text(subject)}\n{chat_text(said, 4_000)}",
        objects=({"type": kind, "heading": subject, "text": said, "at": at.isoformat()},),
    )


def brief(alert: Alert, words: Mapping[str, Any]) -> tuple[str, str | None]:
    """An alert in one line: its headline and the story's address."""
    return headline(alert.facts, words), safe_link(alert.facts.url)


def html_of(alert: Alert) -> str:
    """One alert as a piece of HTML for a feed's entry."""
    words = labels(alert.matches[0].language)
    return environment("html").get_template("item.html.j2").render(item=item(alert, words), words=words, common=None)


def headline(facts: StatementFacts, words: Mapping[str, Any]) -> str:
    """Agency, place and stance in one line: "Cedar County Sheriff's Office (IA): refuses (before: cooperates)"."""
    place = ", ".join(filter(None, (facts.county, facts.state)))
    agency = plain_text(facts.agency, 120) or str(words["somebody"])
    if facts.correction:
        return corrected(facts, facts.correction, f"{agency}{f' ({place})' if place else ''}", words)
    stance = words["stances"].get(facts.stance, facts.stance)
    if facts.kind == "claim":
        stance = f"{words['kinds']['claim']}: {stance}"
    before = facts.previous_stance if facts.position_change else None
    was = f" ({words['was']}: {words['stances'].get(before, before)})" if before else ""
    return f"{agency}{f' ({place})' if place else ''}: {stance}{was}"


def corrected(facts: StatementFacts, correction: Correction, agency: str, words: Mapping[str, Any]) -> str:
    """The headline of a correction: how the statement is read now, and how it was."""
    first = words["stances"].get(correction.stance, correction.stance)
    if correction.agency != facts.agency:
        first = f"{plain_text(correction.agency, 120) or words['somebody']}, {first}"
    now = words["withdrawn"] if correction.withdrawn else words["stances"].get(facts.stance, facts.stance)
    return f"{words['corrected']}: {agency}: {now} ({words['first_read']}: {first})"


def item(alert: Alert, words: Mapping[str, Any]) -> Item:
    """An alert as the templates show it."""
    facts = alert.facts
    edit = facts.edit
    return Item(
        headline=headline(facts, words),
        flags=tuple(flags(alert, words)),
        quote_label=words["quote"] if facts.direct else words["said"] if facts.kind == "speech" else words["act"],
        quote="" if edit else quoted(facts.quote, facts.direct),
        before=quoted(edit.before, facts.direct) if edit else "",
        after=quoted(edit.after, facts.direct) if edit and edit.after else "",
        previous=previous(facts, words),
        lines=tuple((str(label), value) for label, value in lines(facts, words) if value),
        story=tuple((str(label), value) for label, value in story_lines(facts, words) if value),
        link=safe_link(facts.url),
        why="; ".join(why(alert, words)),
    )


def flags(alert: Alert, words: Mapping[str, Any]) -> list[str]:
    """What is out of the ordinary about it."""
    facts = alert.facts
    found = []
    if facts.edit:
        found.append(words[facts.edit.change])
    if facts.position_change and facts.is_new:
        found.append(words["change"])
    if facts.contradicts_agreement:
        found.append(words["contradiction"].format(models=plain_text(", ".join(facts.agreement_models), 200)))
    if facts.first_of_agency and facts.is_new:
        found.append(words["first"])
    if alert.late:
        found.append(words["late"])
    return [str(each) for each in found]


def previous(facts: StatementFacts, words: Mapping[str, Any]) -> str:
    """The position that the agency had before, with its words."""
    if not facts.previous_stance:
        return ""
    stance = words["stances"].get(facts.previous_stance, facts.previous_stance)
    return f"{str(words['was']).capitalize()}: {stance}" + (
        f", {quoted(facts.previous_quote, True)}" if facts.previous_quote else ""
    )


def lines(facts: StatementFacts, words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who said it, when, and how far it reaches, as label and value."""
    speaker = ", ".join(filter(None, (plain_text(facts.speaker, 120), plain_text(facts.role, 120))))
    width = "reach_one" if facts.story_count == 1 else "reach_outlet" if facts.outlet_count == 1 else "reach_of"
    reach = words[width].format(stories=facts.story_count, outlets=facts.outlet_count)
    said = ", ".join(
        filter(None, (day(facts.said_at), f"“{plain_text(facts.said_at_raw, 60)}”" if facts.said_at_raw else ""))
    )
    return [
        (words["speaker"], speaker),
        (words["claimant"], plain_text(facts.claimant, 120)),
        (words["when"], said),
        (words["reach"], reach),
    ]


def story_lines(facts: StatementFacts, words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where and when it was published and seen, as label and value."""
    title = f": {plain_text(facts.title, 300)}" if facts.title else ""
    return [
        (words["outlet"], f"{plain_text(facts.outlet, 120)}{title}"),
        (words["published"], minute(facts.published_at)),
        (words["captured"], minute(facts.captured_at)),
    ]


def why(alert: Alert, words: Mapping[str, Any]) -> list[str]:
    """The rules that it fell under, with what met each filter."""
    told = []
    for match in alert.matches:
        met = [
            f"{words['reasons'].get(name, name)} {in_words(name, value, words)}".rstrip()
            for name, value in match.reasons
        ]
        told.append(f"{match.rule} ({', '.join(met)})" if met else match.rule)
    return told


def in_words(name: str, value: str, words: Mapping[str, Any]) -> str:
    """What met a filter, in the language of the message."""
    known: Mapping[str, str] = words["stances"] if name == "stances" else words["sorts"] if name == "kinds" else {}
    return known.get(value, plain_text(value, 100))


def alert_object(alert: Alert) -> dict[str, Any]:
    """An alert as JSON-ready data for programs: the facts as they are, with ids and links."""
    return {
        "type": "alert",
        "alert_id": alert.alert_id,
        "raised_at": alert.raised_at.isoformat(),
        "late": alert.late,
        "headline": headline(alert.facts, labels("en")),
        "rules": [
            {"rule": match.rule, "reasons": [list(reason) for reason in match.reasons]} for match in alert.matches
        ],
        **facts_object(alert.facts),
    }


def quoted(text: str | None, direct: bool) -> str:
    """Words as they are shown: direct speech in quotation marks."""
    shown = plain_text(text, QUOTE_CHARACTERS).strip('“”" ')
    # American usage puts the reporter's comma inside the marks.
    return f"“{shown.removesuffix(',')}”" if direct else shown


def day(at: datetime | None) -> str:
    """A day, or nothing."""
    return f"{at:%Y-%m-%d}" if at else ""


def minute(at: datetime | None) -> str:
    """A time to the minute, or nothing."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


@functools.cache
def labels(language: str) -> Mapping[str, Any]:
    """The words of a language; English for one that is not there."""
    words: dict[str, Any] = yaml.safe_load((TEMPLATES / "labels.yml").read_text(encoding="utf-8"))
    chosen: Mapping[str, Any] = words.get(language, words["en"])
    return chosen


@functools.cache
def environment(form: str) -> Environment:
    """Jinja for one form: HTML is escaped, chat text goes through the filter `chat`, plain text stays."""
    found = Environment(  # plain text and chat are no HTML
        loader=FileSystemLoader(TEMPLATES),
        autoescape=form == "html",  # noqa: S701  # plain text and chat are no HTML
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    found.filters["chat"] = chat_text
    return found
