"""What people said about alerts (send again, noted, mute), and what the operator should know."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from warehouse.alert_ledger.rows import MuteRow, NoticeRow, moment, stamp
from warehouse.alert_ledger.tables import count

__all__ = ["Notes"]


class Notes:
    """Resends, acknowledgements, mutes and notices. Every method that writes commits before it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_resend(self, alert_id: str, channel: str, at: datetime) -> int:
        """Ask for an alert once more on a channel; the number of the copy."""
        with self._connection as connection:
            asked = "select count(*) from resends where channel = ? and alert_id = ?"
            copy = 1 + count(connection, asked, channel, alert_id)
            connection.execute(
                "insert into resends (alert_id, channel, copy, at) values (?, ?, ?, ?)",
                [alert_id, channel, copy, stamp(at)],
            )
        return copy

    def add_ack(self, alert_id: str, at: datetime, by: str, note: str) -> None:
        """Keep that somebody has taken note of an alert."""
        with self._connection as connection:
            connection.execute(
                "insert into acks (alert_id, at, by, note) values (?, ?, ?, ?)", [alert_id, stamp(at), by, note]
            )

    def acknowledged(self) -> set[str]:
        """Alerts of which somebody has taken note."""
        return {row[0] for row in self._connection.execute("select distinct alert_id from acks")}

    def add_mute(self, mute: MuteRow) -> None:
        """Mute something until a time; a time that has passed ends the mute."""
        with self._connection as connection:
            connection.execute(
                "insert into mutes (what, name, at, until, by) values (?, ?, ?, ?, ?)",
                [mute.what, mute.name, stamp(mute.at), stamp(mute.until), mute.by],
            )

    def mutes(self, now: datetime) -> list[MuteRow]:
        """What is muted now: the latest word on each thing counts."""
        rows = self._connection.execute(
            "select what, name, at, until, by from mutes where seq in (select max(seq) from mutes group by what, name) "
            "and until > ? order by seq",
            [stamp(now)],
        )
        return [MuteRow(what, name, moment(at), moment(until), by) for what, name, at, until, by in rows]

    def add_notice(self, notice: NoticeRow) -> None:
        """Keep something that the operator should know, once for each id."""
        with self._connection as connection:
            connection.execute(
                "insert or ignore into notices (notice_id, at, heading, text) values (?, ?, ?, ?)",
                [notice.notice_id, stamp(notice.at), notice.heading, notice.text],
            )

    def has_notice(self, notice_id: str) -> bool:
        """Whether the notice stands already."""
        return bool(count(self._connection, "select count(*) from notices where notice_id = ?", notice_id))

    def notices(self, since: datetime) -> list[NoticeRow]:
        """What the operator should know since a time."""
        rows = self._connection.execute(
            "select notice_id, at, heading, text from notices where at >= ? order by seq", [stamp(since)]
        )
        return [NoticeRow(notice, moment(at), heading, text) for notice, at, heading, text in rows]
