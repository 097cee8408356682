"""Atom feeds (RFC 4287): one of all alerts and one a rule, with ids that never change."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from pipelines.alerts.facts import Alert
from pipelines.alerts.messages import headline, html_of, labels
from pipelines.alerts.neutral import plain_text, safe_link

__all__ = ["MOST", "feed_of", "write_feeds"]

ATOM = "http://www.w3.org/2005/Atom"
# Our own name space for uuid5: fixed for ever, or every reader would see every entry anew.
NAMESPACE = uuid.UUID("5b0f6f0e-6a0c-5d7b-9a55-0f4f1f6f3c11")
ENTRIES = 200
# A digest of a flood points here: all of its day stands in the feeds, up to a size that readers still take.
DAY, MOST = timedelta(hours=24), 2_000


def write_feeds(folder: Path, alerts: Sequence[Alert], rules: Sequence[str], link: str | None) -> None:
    """Write `all.atom` and a feed for each rule, swapped in whole. `alerts` come newest first; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "all.atom", feed_of(None, newest(alerts), link))
    for rule in rules:
        of_rule = newest([alert for alert in alerts if rule in alert.rules])
        write(folder / f"{rule}.atom", feed_of(rule, of_rule, link))


def newest(alerts: Sequence[Alert]) -> Sequence[Alert]:
    """The newest alerts, and all of the last one's day."""
    day = sum(alerts[0].raised_at - alert.raised_at <= DAY for alert in alerts[:MOST]) if alerts else 0
    return alerts[: max(ENTRIES, day)]


def feed_of(rule: str | None, alerts: Sequence[Alert], link: str | None) -> bytes:
    """The feed of a rule, or of all, as XML."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    name = rule or "all"
    add(feed, "id", uuid.uuid5(NAMESPACE, f"feed:{name}").urn)
    add(feed, "title", f"Badgewire: {rule or 'all alerts'}")
    add(feed, "subtitle", "New statements of law-enforcement agencies on cooperation with immigration enforcement")
    updated = max((updated_at(alert) for alert in alerts), default=datetime(1970, 1, 1, tzinfo=UTC))
    add(feed, "updated", stamp(updated))
    add(feed, "generator", "Badgewire")
    add(add(feed, "author", None), "name", "Badgewire")
    place = f"{link.rstrip('/')}/" if link else ""
    add(feed, "link", None, rel="self", type="application/atom+xml", href=f"{place}{name}.atom")
    for alert in alerts:
        add_entry(feed, alert)
    data: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return data


def add_entry(feed: etree._Element, alert: Alert) -> None:
    """One alert as an entry."""
    facts = alert.facts
    entry = add(feed, "entry", None)
    add(entry, "id", uuid.uuid5(NAMESPACE, f"alert:{alert.alert_id}").urn)
    add(entry, "title", plain_text(headline(facts, labels(alert.matches[0].language)), 300))
    add(entry, "updated", stamp(updated_at(alert)))
    if facts.published_at and facts.published_at <= alert.raised_at:
        add(entry, "published", stamp(facts.published_at))
    address = safe_link(facts.url)
    if address:
        add(entry, "link", None, rel="alternate", type="text/html", href=address)
    for rule in alert.rules:
        add(entry, "category", None, term=rule)
    add(entry, "summary", plain_text(facts.quote, 500))
    add(entry, "content", html_of(alert), type="html")


def updated_at(alert: Alert) -> datetime:
    """When an alert was raised, to the second, with a fraction of its own: readers sort what one load has raised."""
    return alert.raised_at.replace(microsecond=zlib.crc32(alert.alert_id.encode()) % 1_000_000)


def add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> etree._Element:
    """A child element with its text."""
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes)
    child.text = text
    return child


def stamp(at: datetime) -> str:
    """A time as RFC 3339 wants it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def write(path: Path, data: bytes) -> None:
    """Replace a file whole; leave it alone where nothing has changed, so that readers' caches hold."""
    if path.exists() and path.read_bytes() == data:
        return
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
