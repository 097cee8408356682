"""What a run ends with: a short table of what was found, and the commands that go on from there."""

from __future__ import annotations

import shlex
from typing import Any

import duckdb
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipelines.cli.alert_lines import print_alert
from pipelines.cli.query import print_table, shown
from pipelines.steps.alert_readings import as_read_now
from pipelines.workspace import Profile, Workspace
from warehouse.alert_ledger import open_alert_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["count_alerts", "print_alerts", "show_findings"]

LOOKED_AT = 200
# Edits and changes of position first, so many at most; then what most stories carry.
SHOWN_TELLING, SHOWN_WIDEST = 12, 3

FOUND = """
select
    count(distinct cluster_id) filter (where relevant) as "pieces of reporting on our subject",
    count(*) filter (where relevant) as "stories that carry them",
    count(*) as "stories read",
    (select count(distinct story_id) from story_changes) as "stories edited since",
    (select count(*) from statements) as "agency statements",
    (select count(distinct agency_id) from statements) as "agencies heard",
    (select count(*) from fetches where reading is not null) as "responses archived, feeds and robots files among them",
    (select count(*) from fetches) as "addresses tried"
from stories
"""
STATEMENTS = """
select
    strftime(coalesce(s.said_at, s.first_published_at), '%Y-%m-%d') as said,
    a.name || coalesce(', ' || a.state, '') as agency,
    s.stance,
    coalesce(s.speaker, s.kind::varchar) as who,
    s.story_count as stories,
    case when length(s.quote) > 160 then left(s.quote, 157) || '…' else s.quote end as words
from statements as s
join agencies as a on a.agency_id = s.agency_id
where a.kind <> 'federal'
    and s.kind <> 'claim'
order by coalesce(s.said_at, s.first_published_at) desc nulls last, s.statement_id
limit 12
"""
REACH = """
select s.title, c.story_count, string_agg(distinct o.name, ', ' order by o.name) as outlets
from clusters as c
join stories as s on s.story_id = c.lead_story_id
join stories as m on m.cluster_id = c.cluster_id
join sources as o on o.source_id = m.source_id
where c.story_count > 1
group by all
order by c.story_count desc, s.title
limit 5
"""
CHANGES = """
select distinct h.diff, s.title
from revision_changes as h
join stories as s on s.story_id = h.story_id
where h.subject = 'statement'
order by s.title, h.diff
limit 5
"""
LATEST = """
select strftime(s.published_at, '%Y-%m-%d') as published, o.name as outlet, o.state, s.title
from stories as s
join sources as o on o.source_id = s.source_id
where s.relevant
qualify row_number() over (partition by s.cluster_id order by s.published_at, s.story_id) = 1
order by s.published_at desc nulls last, s.story_id
limit 10
"""


def print_statements(rows: list[tuple[Any, ...]]) -> None:
    """Print statements as lines, since their words fit no column."""
    console = Console(highlight=False)
    console.print("Latest statements of agencies", style="bold")
    for said, agency, stance, who, stories, words in rows:
        carried = f", in {stories} stories" if stories > 1 else ""
        console.print(
            Text.assemble(f"{said or 'undated'}  ", (stance, "bold"), f"  {shown(agency)}: {shown(who)}{carried}")
        )
        console.print(Padding(Text(shown(words)), (0, 0, 0, 12)))
    console.print()


def print_copies(connection: duckdb.DuckDBPyConnection) -> None:
    """Print what was printed more than once, and what was edited after it was seen."""
    console = Console(highlight=False)
    reach = connection.execute(REACH).fetchall()
    if reach:
        console.print("One story in several outlets", style="bold")
    for title, count, outlets in reach:
        console.print(Text(f"{count} stories  {shown(title)}"))
        console.print(Padding(Text(shown(outlets), style="dim"), (0, 0, 0, 12)))
    changes = connection.execute(CHANGES).fetchall()
    if changes:
        console.print("\nStatements edited since they were first seen", style="bold")
    for diff, title in changes:
        console.print(Text(shown(title)))
        console.print(Padding(Text(shown(diff)), (0, 0, 0, 12)))
    console.print()


def print_alerts(place: Workspace, before: int) -> None:
    """Print how many alerts were raised since there were `before`, and of these the most telling and widest told."""
    console = Console(highlight=False)
    with open_alert_ledger(place.ledger) as ledger:
        count, readings = ledger.alerts.raised_count(), ledger.alerts.readings()
        rows = ledger.alerts.raised(limit=min(count - before, LOOKED_AT), newest_first=True)
        newest = [as_read_now(row, readings) for row in rows]
    raised = f"{count - before} raised by this run" if count > before else "none raised by this run"
    console.print(f"Alerts: {raised}, {before} before it", style="bold")
    telling = [alert for alert in newest if alert.facts.edit or alert.facts.position_change][:SHOWN_TELLING]
    widest = sorted(
        newest, key=lambda alert: (-alert.facts.story_count, not alert.facts.direct, -alert.facts.confidence)
    )
    for alert in telling + [each for each in widest if each not in telling][:SHOWN_WIDEST]:
        print_alert(console, alert, f"{alert.raised_at:%Y-%m-%d}", ", ".join(alert.rules))
    console.print(Text(f"Feed: {place.root / 'alerts' / 'all.atom'}\n"), soft_wrap=True)


def count_alerts(place: Workspace) -> int:
    """How many alerts have been raised so far."""
    with open_alert_ledger(place.ledger) as ledger:
        return ledger.alerts.raised_count()


def show_findings(place: Workspace, alerts_before: int) -> None:
    """Print counts, the latest stories, the alerts raised since there were `alerts_before`, and what to type next."""
    with open_snapshot(place.published) as connection:
        counts = connection.execute(FOUND)
        names, row = [column[0] for column in counts.description or []], counts.fetchone() or ()
        print_table(["found", ""], [(name, f"{value:,}") for name, value in zip(names, row, strict=True)])
        latest = connection.execute(LATEST)
        print_table(
            [column[0] for column in latest.description or []], latest.fetchall(), "Latest stories on our subject"
        )
        print_statements(connection.execute(STATEMENTS).fetchall())
        print_copies(connection)
    print_alerts(place, alerts_before)
    live = " --live" if place.profile is Profile.LIVE else ""
    sql = "select * from stories_by_day where relevant_clusters > 0"
    lines = [
        f"Read the report:  {place.report}",
        f"Ask in SQL:       .venv/bin/badgewire query{live} {shlex.quote(sql)}",
        f"Read all alerts:  .venv/bin/badgewire alerts list{live}",
        f"Open the file:    {place.published} (read-only)",
        f"See the pipeline: .venv/bin/badgewire ui{live}",
    ]
    if not live:
        lines.append("Go live:          BADGEWIRE_CONTACT=you@example.org .venv/bin/badgewire run --live")
    Console(highlight=False).print("\n".join(lines), markup=False, soft_wrap=True)
