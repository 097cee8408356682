"""What is due on a channel becomes messages, fixed in the ledger before any is sent.

So a second try after a crash is the same message under the same key. Touches only the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from datetime import UTC, datetime, timedelta

from pipelines.alerts.delivery import FLOOD_WINDOW, Bundle, Candidate, bundles
from pipelines.alerts.facts import content_id, read_alert
from pipelines.alerts.holding import has_quiet_hours, is_quiet, withheld_reason
from pipelines.alerts.messages import labels
from pipelines.alerts.rules import PUSHED, AlertChannel, AlertFile, Heartbeat
from pipelines.steps.lost_channels import lost_channels_due
from warehouse.alert_ledger import AlertLedger, DeliveryRow, MessageRow, NoticeRow, Waiting

__all__ = ["due_channels", "fix_messages", "held_until", "muted_names", "ready_messages"]

NOTICES_KEPT = timedelta(days=3)
NOTES = ("heartbeat", "operator")
Fixed = tuple[MessageRow, list[tuple[str, int]]]


def due_channels(ledger: AlertLedger, file: AlertFile, now: datetime) -> list[str]:
    """The channels that have something to do now: what the sensor asks every few seconds."""
    known = [channel.name for channel in file.channels if has_work(ledger, file, channel, now)]
    return known + lost_channels_due(ledger, file, now)


def has_work(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> bool:
    """Whether a channel has something to do now: its hold is over, and a message or an alert is due."""
    if held_until(ledger, channel.name, now):
        return False
    if new_notes(ledger, file, channel, now) or ready_messages(ledger, file, channel, now):
        return True
    # An alert may be due and still wait for the end of a flood's hour.
    return bool(due_messages(ledger, file, channel, now)[0])


def ready_messages(
    ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime
) -> list[tuple[MessageRow, int]]:
    """Open messages that may be tried now with the tries so far, those tried least first.

    So one that always fails holds none of the others up for long.
    """
    muted = muted_names(ledger, now)
    silent = is_silent(channel, muted)
    tries = {each: ledger.messages.tries_of(each.message_id) for each in ledger.messages.open_messages(channel.name)}
    return [
        (each, len(tries[each]))
        for each in sorted(tries, key=lambda each: len(tries[each]))
        if due_at(tries[each]) <= now
        and not (silent and each.kind in NOTES)
        and not (has_quiet_hours(channel.name, file) and carries_quiet(ledger, each, file, now, muted))
    ]


def carries_quiet(
    ledger: AlertLedger, message: MessageRow, file: AlertFile, now: datetime, muted: Set[tuple[str, str]]
) -> bool:
    """Whether a message carries an alert in quiet hours that nobody has asked for."""
    return any(
        not each.copy and is_quiet(read_alert(each.record), message.channel, file, now, muted)
        for each in ledger.messages.carried(message.message_id)
    )


def is_due(
    waiting: Waiting, file: AlertFile, channel: AlertChannel, now: datetime, muted: Set[tuple[str, str]]
) -> bool:
    """Whether an alert may go out now; one that was asked for again keeps no quiet hours."""
    if waiting.due_at > now:
        return False
    return bool(waiting.copy) or not (
        has_quiet_hours(channel.name, file) and is_quiet(read_alert(waiting.record), channel.name, file, now, muted)
    )


def muted_names(ledger: AlertLedger, now: datetime) -> frozenset[tuple[str, str]]:
    """What is muted now, as pairs of what and name."""
    return frozenset((mute.what, mute.name) for mute in ledger.notes.mutes(now))


def is_silent(channel: AlertChannel, muted: Set[tuple[str, str]]) -> bool:
    """Whether a channel that pushes is muted."""
    return channel.kind in PUSHED and ("channel", channel.name) in muted


def fix_messages(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> int:
    """Put everything that is due on a channel into messages; how many alerts were withheld, being muted or noted."""
    withheld = fix_alerts(ledger, file, channel, now)
    ledger.messages.add_messages([(each, []) for each in new_notes(ledger, file, channel, now)])
    return withheld


def new_notes(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> list[MessageRow]:
    """The messages about Badgewire itself that are due on a channel and not yet fixed; none where it is muted."""
    if is_silent(channel, muted_names(ledger, now)):
        return []
    notes: list[MessageRow] = []
    if file.heartbeat and is_beat_due(ledger, file.heartbeat, channel, now):
        beat = content_id("heartbeat", channel.name, now.isoformat())
        notes.append(message(channel, beat, "heartbeat", now, body=heartbeat_body(ledger, file.heartbeat, now)))
    refresh = refresh_id(ledger, channel)
    if refresh:
        notes.append(message(channel, refresh, "refresh", now))
    for notice in notices_for(ledger, file, channel, now):
        body = {"heading": f"{labels('en')['operator']}: {notice.heading}", "text": notice.text}
        notes.append(message(channel, note_id(notice, channel), "operator", now, body=body))
    return [each for each in notes if not ledger.messages.has_message(each.message_id)]


def fix_alerts(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> int:
    """Put every alert that is due into a message; muted and acknowledged ones into one that is not sent: how many."""
    messages, deliveries = due_messages(ledger, file, channel, now)
    if messages:
        ledger.messages.add_messages(messages, deliveries)
    return len(deliveries)


def due_messages(
    ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime
) -> tuple[list[Fixed], list[DeliveryRow]]:
    """The messages for every alert that is due on a channel, and the tries of those that are not sent."""
    muted = muted_names(ledger, now)
    due: list[Candidate] = []
    messages: list[Fixed] = []
    deliveries: list[DeliveryRow] = []
    for each in ledger.messages.waiting(channel.name):
        if not is_due(each, file, channel, now, muted):
            continue
        alert = read_alert(each.record)
        reason = withheld_reason(alert, each.acknowledged, channel, muted, file)
        if reason and not each.copy:
            row = message(channel, content_id(channel.name, "muted", each.alert_id), "muted", now)
            messages.append((row, [(each.alert_id, each.copy)]))
            deliveries.append(DeliveryRow(row.message_id, channel.name, 1, now, "withheld", reason))
        else:
            language = next((plan.language for plan in alert.planned if plan.channel == channel.name), "en")
            due.append(Candidate(each.alert_id, each.copy, each.digest_minutes, language, alert.facts.story_id))
    for bundle in bundled(ledger, file, channel, due, now):
        members = [(each.alert_id, each.copy) for each in bundle.members]
        message_id = content_id(channel.name, bundle.kind, *(f"{alert}:{copy}" for alert, copy in members))
        messages.append((message(channel, message_id, bundle.kind, now, bundle.members[0].language), members))
    return messages, deliveries


def bundled(
    ledger: AlertLedger, file: AlertFile, channel: AlertChannel, due: list[Candidate], now: datetime
) -> list[Bundle]:
    """What is due as messages: a feed is written once for all, a file line by line, people get what they can read."""
    if channel.kind == "feed":
        return [Bundle("digest", tuple(due))] if due else []
    if channel.kind not in PUSHED:
        return [Bundle("single", (each,)) for each in due]
    late = ledger.messages.alerts_since(channel.name, now - FLOOD_WINDOW)
    singly = late.get("single", 0) + late.get("story", 0)
    return bundles(due, file.flood_of(channel), singly, late.get("flood", 0))


def message(
    channel: AlertChannel, message_id: str, kind: str, now: datetime, language: str = "en",
    body: Mapping[str, str] | None = None,
) -> MessageRow:  # fmt: skip
    """A message to a channel as the ledger keeps it."""
    return MessageRow(message_id, channel.name, kind, now, language, json.dumps(body or {}, ensure_ascii=False))


def heartbeat_body(ledger: AlertLedger, heartbeat: Heartbeat, now: datetime) -> dict[str, str]:
    """What a heartbeat says: the counts since the one before."""
    since = now - timedelta(hours=heartbeat.every_hours)
    counts = ledger.counts_since(since)
    text = labels("en")["heartbeat_text"].format(
        since=f"{since:%Y-%m-%d %H:%M}",
        **{name: counts.get(name, 0) for name in ("considered", "raised", "sent", "failed", "parked")},
    )
    return {"heading": labels("en")["heartbeat"], "text": text}


def held_until(ledger: AlertLedger, channel: str, now: datetime) -> datetime | None:
    """Until when a channel that failed is left alone; None where it may be tried now."""
    failures = ledger.messages.failures_in_a_row(channel, 1)
    until = failures[0].hold_until if failures else None
    return until if until and until > now else None


def due_at(tries: list[DeliveryRow]) -> datetime:
    """When a message may be tried again."""
    return (tries[-1].retry_at if tries else None) or datetime.min.replace(tzinfo=UTC)


def is_beat_due(ledger: AlertLedger, heartbeat: Heartbeat, channel: AlertChannel, now: datetime) -> bool:
    """Whether the channel's last heartbeat, if it has one, lies a period back."""
    if channel.name not in heartbeat.channels:
        return False
    last = ledger.messages.last_of_kind(channel.name, "heartbeat")
    return last is None or now - last >= timedelta(hours=heartbeat.every_hours)


def refresh_id(ledger: AlertLedger, channel: AlertChannel) -> str | None:
    """The id of the rewriting of a feed that the latest reading of an alert asks for; None where there is none."""
    latest = ledger.alerts.last_reading() if channel.kind == "feed" else 0
    return content_id("refresh", channel.name, str(latest)) if latest else None


def notices_for(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> list[NoticeRow]:
    """What the operator should hear on this channel."""
    return ledger.notes.notices(now - NOTICES_KEPT) if channel.name in file.operator else []


def note_id(notice: NoticeRow, channel: AlertChannel) -> str:
    """The id of the message that brings a notice to a channel."""
    return content_id("operator", notice.notice_id, channel.name)
