"""From the facts of statements to alerts: what is new enough, which rules it meets, where and when it goes.

Whether a statement was never seen is the caller's to know; here only its age counts, never the kind of run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pipelines.alerts.facts import Alert, Match, Planned, Reading, StatementFacts, content_id
from pipelines.alerts.match import Matcher, match_of
from pipelines.alerts.rules import AlertFile, AlertRule, QuietHours

__all__ = ["NEW", "correct_alert", "due_time", "outcome_of", "plan", "raise_alert"]

# A statement published this long before it was first captured is old news found late.
LATE = timedelta(days=2)
NEW, TOO_OLD, NO_RULE = "alerted", "too old", "no rule"


def outcome_of(facts: StatementFacts, alert: Alert | None, file: AlertFile, now: datetime) -> str:
    """What came of a statement: `alerted`, `too old` or `no rule`."""
    if alert:
        return NEW
    return NO_RULE if is_new(facts, file, now) else TOO_OLD


def raise_alert(facts: StatementFacts, file: AlertFile, matcher: Matcher, now: datetime) -> Alert | None:
    """The alert of a statement never seen before; None where it is too old or no rule asks for it.

    Its id follows from what it is about alone, so that nothing can be raised twice under two ids.
    """
    if not is_new(facts, file, now):
        return None
    rules = matcher.rules_for(facts)
    if not rules:
        return None
    return Alert(
        alert_id=content_id("alert", facts.subject_ids[0]),
        facts=facts,
        raised_at=now,
        late=is_late(facts, now),
        matches=tuple(match_of(rule, facts) for rule in rules),
        planned=plan(rules, now),
    )


def correct_alert(alert: Alert, reading: Reading, before: Reading, file: AlertFile, now: datetime) -> Alert | None:
    """The alert that tells of a correction; None where no rule that brought the first one asks for corrections."""
    rules = [rule for rule in file.rules if rule.corrections and rule.name in alert.rules]
    facts = alert.facts.read_as(reading, before)
    if not rules or not facts.correction:
        return None
    return Alert(
        alert_id=content_id("alert", facts.subject_ids[0]),
        facts=facts,
        raised_at=now,
        late=False,
        matches=tuple(Match(rule.name, rule.language, (("corrections", ""),)) for rule in rules),
        planned=plan(rules, now),
    )


def is_new(facts: StatementFacts, file: AlertFile, now: datetime) -> bool:
    """Whether the first capture is young enough to be news."""
    return now - facts.captured_at < timedelta(days=file.new_for_days)


def is_late(facts: StatementFacts, now: datetime) -> bool:
    """Whether the statement was there long before it was found: on the page, or in our archive.

    What an edit brought is as old as its first capture, whenever the story was published.
    """
    dates = [date for date in (None if facts.edit else facts.published_at, facts.captured_at) if date]
    return now - min(dates) > LATE


def plan(rules: Iterable[AlertRule], now: datetime) -> tuple[Planned, ...]:
    """Where an alert goes: each channel once, as soon as one of its rules lets it."""
    soonest: dict[str, Planned] = {}
    for rule in rules:
        due = due_time(rule, now)
        for channel in rule.channels:
            if channel not in soonest or due < soonest[channel].due_at:
                soonest[channel] = Planned(channel, due, rule.digest_minutes, rule.language)
    return tuple(soonest[channel] for channel in sorted(soonest))


def due_time(rule: AlertRule, now: datetime) -> datetime:
    """When a rule lets an alert go: the end of its digest window, then of its quiet hours."""
    due = now
    if rule.digest_minutes:
        window = timedelta(minutes=rule.digest_minutes)
        start = datetime(1970, 1, 1, tzinfo=UTC)
        due = start + ((now - start) // window + 1) * window
    return after_quiet(rule.quiet, due) if rule.quiet else due


def after_quiet(quiet: QuietHours, due: datetime) -> datetime:
    """The time itself, or the end of the quiet hours that it falls into."""
    local = due.astimezone(quiet.timezone)
    at = local.time()
    over_midnight = quiet.start > quiet.until
    inside = at >= quiet.start or at < quiet.until if over_midnight else quiet.start <= at < quiet.until
    if not inside:
        return due
    day = local.date() + timedelta(days=1 if over_midnight and at >= quiet.start else 0)
    return datetime.combine(day, quiet.until, quiet.timezone).astimezone(UTC)
