"""Write the report: one HTML page from the answers to its questions.

Every remote text goes through the template's escaping and `plain_text`, every link through `safe_link`, and data for
the charts into a JSON block that no text can close. The page's content security policy names the very scripts that it
carries by their hashes and allows no request at all, so that nothing else could run or leave even if all that failed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.alerts.neutral import plain_text, safe_link
from pipelines.report import charts
from pipelines.report.tables import Edition, Table

__all__ = ["write_page"]

HERE = Path(__file__).parent
SCRIPTS = ("vendored/vega.min.js", "vendored/vega-lite.min.js", "vendored/vega-interpreter.js", "templates/report.js")
FONTS = {
    "Source Serif 4": "source-serif-4-latin-wght-normal.woff2",
    "Source Sans 3": "source-sans-3-latin-wght-normal.woff2",
}
# Longer passages are cut in the page; the story behind the link has them whole.
LONGEST_QUOTE = 700
# Statements that the page lists as the latest; of the answer, the rest is what is new besides.
LATEST = 40
# What stands in view; the rest is folded.
SHOWN_NEW = 12
SHOWN_STATEMENTS = 15


def write_page(tables: Mapping[str, Table], edition: Edition) -> str:
    """The whole page as HTML. `tables` holds an answer to each question of `warehouse/report`, by name."""
    rows = {name: table.records() for name, table in tables.items()}
    scripts = [script_text(name) for name in SCRIPTS]
    block = json_block(chart_figures(rows))
    page: str = template("report.html.j2").render(
        edition=edition,
        tables=tables,
        rows=rows,
        totals=rows["totals"][0],
        new_statements=[row for row in rows["statements"] if row.is_new],
        latest_statements=rows["statements"][:LATEST],
        health=health_counts(rows["source_health"]),
        figure_data=Markup(block),  # noqa: S704  # json_block leaves no character that could end it
        policy=policy([*scripts, block]),
        scripts=[Markup(text) for text in scripts],  # noqa: S704  # files of ours
        style=Markup(style_text()),  # noqa: S704  # files of ours
        stances=charts.STANCES,
        leading_stance=charts.leading_stance,
        shown_new=SHOWN_NEW,
        shown_statements=SHOWN_STATEMENTS,
    )
    return page


def chart_figures(rows: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The charts by the name under which the page asks for them."""
    return {
        "map": charts.map_of_states(rows["stances_by_state"], rows["stances_by_county"]),
        "stances-all": charts.stances_by_week(rows["statements_by_week"], charts.ALL_OUTLETS),
        "stances-panel": charts.stances_by_week(rows["statements_by_week"], charts.PANEL),
        "rate": charts.rate_by_week(rows["stories_by_week"]),
        "captured": charts.captured_by_week(rows["stories_by_week"]),
    }


def health_counts(sources: list[Any]) -> dict[str, int]:
    """Sources by how they fare, in the order of the table."""
    counts: dict[str, int] = {}
    for row in sources:
        counts[row.health] = counts.get(row.health, 0) + 1
    return counts


def policy(scripts: list[str]) -> str:
    """A content security policy under which only these scripts run, and nothing is requested."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def json_block(value: Any) -> str:
    """JSON that can stand in a script element: no `<`, `>` or `&`, so that no text in it can close the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def script_text(name: str) -> str:
    """A script of ours or of others, as it stands in its element."""
    text = (HERE / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"pipelines/report/{name} cannot stand in a script element: it closes it")
    return text


@cache
def style_text() -> str:
    """The page's style sheet, its fonts inside."""
    return font_faces() + (HERE / "templates" / "report.css").read_text(encoding="utf-8")


def font_faces() -> str:
    """The page's typefaces as style rules, the fonts inside."""
    faces = []
    for family, file in FONTS.items():
        data = base64.b64encode((HERE / "vendored" / file).read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        faces.append(f"@font-face{{font-family:'{family}';font-weight:200 900;font-style:normal;src:{source}}}\n")
    return "".join(faces)


@cache
def template(name: str) -> Any:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        text=plain_text,
        quote=printed_quote,
        link=safe_link,
        day=day,
        minute=minute,
        state=charts.state_name,
        span=duration,
        number=number,
    )
    return environment.get_template(name)


def printed_quote(text: str | None) -> str:
    """A quotation as the page prints it, without the comma that led on to its speaker."""
    return plain_text(text, LONGEST_QUOTE).rstrip(" ,;")


def day(value: date | datetime | None) -> str:
    """A day as Americans write it, in UTC."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return f"{value:%b} {value.day}, {value.year}"


def minute(value: datetime | None) -> str:
    """A day and time, UTC."""
    return f"{day(value)}, {value.astimezone(UTC):%H:%M} UTC" if value else ""


def duration(minutes: float | None) -> str:
    """A stretch of time in the largest unit that fits it."""
    if minutes is None:
        return ""
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = round(minutes / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "at once"


def number(value: int | None) -> str:
    return f"{value:,}" if value is not None else ""
