"""Channels that alerts still wait for and `alerts.yml` no longer names: told at once, given up after three days."""

from __future__ import annotations

from datetime import datetime

from pipelines.alerts.delivery import GIVE_UP_AFTER
from pipelines.alerts.facts import content_id
from pipelines.alerts.rules import AlertFile
from warehouse.alert_ledger import AlertLedger, DeliveryRow, MessageRow, NoticeRow, Waiting

__all__ = ["give_up_lost", "lost_channels_due"]

DETAIL = "the channel is no longer in alerts.yml"


def lost_channels_due(ledger: AlertLedger, file: AlertFile, now: datetime) -> list[str]:
    """The lost channels that the operator has not heard of this week, or that something is to be given up for."""
    return [
        name
        for name, waiting, messages in lost(ledger, file)
        if not ledger.notes.has_notice(notice_id(name, now)) or outdated(waiting, messages, now) != ([], [])
    ]


def give_up_lost(ledger: AlertLedger, file: AlertFile, now: datetime) -> list[str]:
    """Tell the operator of lost channels and give up what waits for longer than three days; a line for each channel."""
    told = []
    for name, waiting, messages in lost(ledger, file):
        count = len(waiting) + len(messages)
        text = (
            f"{count} messages wait for it: name it again, or they are given up after three days; "
            "`badgewire alerts resend` sends an alert to another channel"
        )
        heading = f"channel {name} is no longer in alerts.yml"
        ledger.notes.add_notice(NoticeRow(notice_id(name, now), now, heading, text))
        old_alerts, old_messages = outdated(waiting, messages, now)
        fixed = [
            (MessageRow(message_id(name, each), name, "single", now, "en", "{}"), [(each.alert_id, each.copy)])
            for each in old_alerts
        ]
        ends = [DeliveryRow(row.message_id, name, 1, now, "parked", DETAIL) for row, _ in fixed]
        for row in old_messages:
            attempt = len(ledger.messages.tries_of(row.message_id)) + 1
            ends.append(DeliveryRow(row.message_id, name, attempt, now, "parked", DETAIL))
        ledger.messages.add_messages(fixed, ends)
        told += [f"{name}: given up, {DETAIL}"] * len(ends)
    return told


def lost(ledger: AlertLedger, file: AlertFile) -> list[tuple[str, list[Waiting], list[MessageRow]]]:
    """Each channel that the file does not name and something is open for, with what that is."""
    known = {channel.name for channel in file.channels}
    found = [
        (name, ledger.messages.waiting(name), ledger.messages.open_messages(name))
        for name in sorted(ledger.messages.channels() - known)
    ]
    return [each for each in found if each[1] or each[2]]


def outdated(
    waiting: list[Waiting], messages: list[MessageRow], now: datetime
) -> tuple[list[Waiting], list[MessageRow]]:
    """What has waited for three days."""
    return (
        [each for each in waiting if now - each.due_at >= GIVE_UP_AFTER],
        [each for each in messages if now - each.created_at >= GIVE_UP_AFTER],
    )


def notice_id(channel: str, now: datetime) -> str:
    """The id of what the operator hears of a lost channel: once a week."""
    return content_id("lost", channel, f"{now:%G-%V}")


def message_id(channel: str, waiting: Waiting) -> str:
    """The id of the message that is never sent."""
    return content_id(channel, "lost", f"{waiting.alert_id}:{waiting.copy}")
