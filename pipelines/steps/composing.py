"""What is due on a channel becomes messages, fixed in the ledger before any is sent.

So a second try after a crash is the same message under the same key. Touches only the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pipelines.alerts.delivery import FLOOD_WINDOW, Bundle, Candidate, bundles
from pipelines.alerts.facts import Alert, content_id, read_alert
from pipelines.alerts.messages import labels
from pipelines.alerts.rules import PUSHED, AlertChannel, AlertFile, Heartbeat
from warehouse.alert_ledger import AlertLedger, DeliveryRow, MessageRow, MuteRow, NoticeRow

__all__ = ["due_at", "due_channels", "fix_messages", "held_until"]

NOTICES_KEPT = timedelta(days=3)
Fixed = tuple[MessageRow, list[tuple[str, int]]]


def due_channels(ledger: AlertLedger, file: AlertFile, now: datetime) -> list[str]:
    """The channels that have something to do now: what the sensor asks every few seconds."""
    return [channel.name for channel in file.channels if has_work(ledger, file, channel, now)]


def has_work(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> bool:
    """Whether a channel has something to do now: its hold is over, and a message or an alert is due."""
    if held_until(ledger, channel.name, now):
        return False
    beat = heartbeat_id(file, channel, now)
    if beat and not ledger.messages.has_message(beat):
        return True
    refresh = refresh_id(ledger, channel)
    if refresh and not ledger.messages.has_message(refresh):
        return True
    if any(
        not ledger.messages.has_message(note_id(notice, channel)) for notice in notices_for(ledger, file, channel, now)
    ):
        return True
    if any(
        due_at(ledger.messages.tries_of(message.message_id)) <= now
        for message in ledger.messages.open_messages(channel.name)
    ):
        return True
    return any(each.due_at <= now for each in ledger.messages.waiting(channel.name))


def fix_messages(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> int:
    """Put everything that is due on a channel into messages; how many alerts were withheld, being muted or noted."""
    withheld = fix_alerts(ledger, file, channel, now)
    notes: list[MessageRow] = []
    beat = heartbeat_id(file, channel, now)
    if beat and file.heartbeat:
        notes.append(message(channel, beat, "heartbeat", now, body=heartbeat_body(ledger, file.heartbeat, now)))
    refresh = refresh_id(ledger, channel)
    if refresh:
        notes.append(message(channel, refresh, "refresh", now))
    for notice in notices_for(ledger, file, channel, now):
        body = {"heading": f"{labels('en')['operator']}: {notice.heading}", "text": notice.text}
        notes.append(message(channel, note_id(notice, channel), "operator", now, body=body))
    ledger.messages.add_messages([(each, []) for each in notes if not ledger.messages.has_message(each.message_id)])
    return withheld


def fix_alerts(ledger: AlertLedger, file: AlertFile, channel: AlertChannel, now: datetime) -> int:
    """Put every alert that is due into a message; muted and acknowledged ones into one that is not sent: how many."""
    pushed = channel.kind in PUSHED
    mutes = ledger.notes.mutes(now) if pushed else []
    due: list[Candidate] = []
    messages: list[Fixed] = []
    deliveries: list[DeliveryRow] = []
    for each in ledger.messages.waiting(channel.name):
        if each.due_at > now:
            continue
        alert = read_alert(each.record)
        reason = "acknowledged" if each.acknowledged and pushed else mute_reason(alert, channel.name, mutes, file)
        if reason and not each.copy:
            row = message(channel, content_id(channel.name, "muted", each.alert_id), "muted", now)
            messages.append((row, [(each.alert_id, each.copy)]))
            deliveries.append(DeliveryRow(row.message_id, channel.name, 1, now, "withheld", reason))
        else:
            language = next((plan.language for plan in alert.planned if plan.channel == channel.name), "en")
            due.append(Candidate(each.alert_id, each.copy, bool(each.digest_minutes), language, alert.facts.story_id))
    for bundle in bundled(ledger, file, channel, due, now):
        members = [(each.alert_id, each.copy) for each in bundle.members]
        message_id = content_id(channel.name, bundle.kind, *(f"{alert}:{copy}" for alert, copy in members))
        messages.append((message(channel, message_id, bundle.kind, now, bundle.members[0].language), members))
    if messages:
        ledger.messages.add_messages(messages, deliveries)
    return len(deliveries)


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


def mute_reason(alert: Alert, channel: str, mutes: list[MuteRow], file: AlertFile) -> str | None:
    """Why an alert is not sent on a channel: all rules that bring it there are muted, or its agency, or the channel."""
    muted = {(mute.what, mute.name): mute for mute in mutes}
    if ("channel", channel) in muted:
        return f"channel {channel} is muted"
    if ("agency", alert.facts.agency_id or "") in muted:
        return f"agency {alert.facts.agency_id} is muted"
    bringing = [rule.name for rule in file.rules if rule.name in alert.rules and channel in rule.channels]
    if bringing and all(("rule", name) in muted for name in bringing):
        return f"rule {', '.join(bringing)} is muted"
    return None


def held_until(ledger: AlertLedger, channel: str, now: datetime) -> datetime | None:
    """Until when a channel that failed is left alone; None where it may be tried now."""
    failures = ledger.messages.failures_in_a_row(channel, 1)
    until = failures[0].hold_until if failures else None
    return until if until and until > now else None


def due_at(tries: list[DeliveryRow]) -> datetime:
    """When a message may be tried again."""
    return (tries[-1].retry_at if tries else None) or datetime.min.replace(tzinfo=UTC)


def heartbeat_id(file: AlertFile, channel: AlertChannel, now: datetime) -> str | None:
    """The id of the heartbeat of this period; None for a channel without one."""
    if file.heartbeat is None or channel.name not in file.heartbeat.channels:
        return None
    period = int(now.timestamp() // (file.heartbeat.every_hours * 3600))
    return content_id("heartbeat", channel.name, str(file.heartbeat.every_hours), str(period))


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
