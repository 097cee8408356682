"""The charts as Vega-Lite specifications, written with Altair; the page draws them.

Colors are names of custom properties of the page's style sheet, so that dark, light and print need no second chart.
A stance has its shape wherever it has its color (Okabe and Ito's palette).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import altair as alt
import us

from pipelines.alerts.neutral import plain_text

__all__ = ["POSITIONS", "STANCES", "captured_by_week", "leading_stance", "map_of_states", "rate_by_week", "stances_by_week", "state_name"]

HERE = Path(__file__).parent
STANCES = ("cooperates", "limits", "refuses", "unclear")
POSITIONS = ("cooperates", "limits", "refuses", "divided")
SHAPES = {"cooperates": "circle", "limits": "triangle-up", "refuses": "square", "unclear": "diamond", "divided": "cross"}
# No room for two letters there at the size of a page.
SMALL_STATES = frozenset({"CT", "DC", "DE", "MA", "MD", "NH", "NJ", "RI", "VT"})
ALL_OUTLETS, PANEL = "all outlets", "constant panel"


def map_of_states(states: Iterable[SimpleNamespace], counties: Iterable[SimpleNamespace]) -> dict[str, Any]:
    """States filled by the stance that most of their agencies take, with a dot for each agency whose county is known."""
    filled = [
        {
            "id": fips,
            "state": name,
            "letters": "" if row.state in SMALL_STATES else row.state,
            "stance": leading_stance(row),
            "told": f"{row.agencies} heard: {row.cooperates} cooperate, {row.limits} limit, {row.refuses} refuse",
            "longitude": centers()[fips][0],
            "latitude": centers()[fips][1],
        }
        for row in states
        for fips, name in [known_states().get(row.state, ("", ""))]
        if fips in centers()
    ]
    dots = [
        {
            "agency": plain_text(row.agency, 120),
            "stance": row.stance,
            "longitude": centers()[row.county_fips][0],
            "latitude": centers()[row.county_fips][1],
        }
        for row in counties
        if row.county_fips in centers()
    ]
    land = alt.Data(values=topology(), format=alt.TopoDataFormat(type="topojson", feature="states"))
    told = alt.LookupData(data=alt.Data(values=filled), key="id", fields=["state", "stance", "told"])
    with_dots = {dot["longitude"] for dot in dots}
    ground = alt.Chart(land).mark_geoshape(fill="var(--land)", stroke="var(--page)", strokeWidth=0.8)
    fill = (
        alt.Chart(land)
        .mark_geoshape(stroke="var(--page)", strokeWidth=0.8, fillOpacity=0.45)
        .transform_lookup(lookup="id", from_=told)
        .transform_filter("isValid(datum.stance)")
        .encode(color=colors(POSITIONS), tooltip=["state:N", "stance:N", "told:N"])
    )
    layers: list[alt.Chart] = [ground, fill]
    if filled:
        names = alt.Chart(alt.Data(values=filled)).encode(longitude="longitude:Q", latitude="latitude:Q")
        tips = ["state:N", "stance:N", "told:N"]
        layers += [
            names.mark_point(filled=True, size=70, opacity=1, stroke="var(--page)", strokeWidth=1, yOffset=-6 if not with_dots else -14).encode(
                shape=shapes(POSITIONS), color=colors(POSITIONS), tooltip=tips
            ),
            names.mark_text(dy=8 if not with_dots else 0, fontSize=11, fontWeight=600, color="var(--ink)").encode(text="letters:N", tooltip=tips),
        ]
    if dots:
        layers.append(
            alt.Chart(alt.Data(values=dots))
            .mark_point(filled=True, size=34, opacity=0.95, stroke="var(--page)", strokeWidth=0.6)
            .encode(
                longitude="longitude:Q", latitude="latitude:Q", shape=shapes(POSITIONS), color=colors(POSITIONS),
                tooltip=["agency:N", "stance:N"],
            )
        )  # fmt: skip
    chart = alt.layer(*layers).project(type="albersUsa").resolve_scale(shape="shared", color="shared")
    return specification(chart, "Map of the states by the stance that most of their agencies take")


def stances_by_week(weeks: Iterable[SimpleNamespace], outlets: str, highest: int) -> dict[str, Any]:
    """Statements of each week, stacked by stance; `highest` is the top of the scale, the same for both panels."""
    bars = []
    for row in weeks:
        if row.outlets != outlets:
            continue
        bottom = 0
        for stance in STANCES:
            count = getattr(row, stance)
            if count:
                bars.append({**span(row.week), "stance": stance, "from": bottom, "to": bottom + count, "statements": count})
            bottom += count
    chart = (
        alt.Chart(alt.Data(values=bars))
        .mark_bar(stroke="var(--page)", strokeWidth=0.6)
        .encode(
            x=weekly(), x2="end:T",
            y=alt.Y("from:Q", title=None, scale=alt.Scale(domain=[0, max(highest, 4)]), axis=alt.Axis(tickMinStep=1, tickCount=4, format="d")),
            y2="to:Q", color=colors(STANCES),
            tooltip=["label:N", "stance:N", "statements:Q"],
        )
    )  # fmt: skip
    return specification(chart, f"Statements of agencies by week and stance, {outlets}")


def rate_by_week(weeks: Iterable[SimpleNamespace]) -> dict[str, Any]:
    """Pieces of reporting on the subject in every thousand captured articles, all outlets and the constant panel."""
    points = [
        {**span(row.week), "outlets": row.outlets, "rate": row.per_thousand, "reporting": row.relevant_clusters, "captured": row.captured_articles}
        for row in weeks
        if row.per_thousand is not None
    ]
    styles = alt.Scale(domain=[ALL_OUTLETS, PANEL])
    chart = (
        alt.Chart(alt.Data(values=points))
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=26), strokeWidth=2)
        .encode(
            x=weekly(),
            y=alt.Y("rate:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(domainMin=0)),
            color=alt.Color("outlets:N", legend=None, scale=alt.Scale(domain=[ALL_OUTLETS, PANEL], range=["var(--faint)", "var(--accent)"])),
            strokeDash=alt.StrokeDash("outlets:N", legend=None, scale=alt.Scale(domain=styles.domain, range=[[5, 3], [1, 0]])),
            tooltip=["label:N", "outlets:N", "rate:Q", "reporting:Q", "captured:Q"],
        )
    )
    return specification(chart, "Reporting on the subject in every thousand captured articles, by week")


def captured_by_week(weeks: Iterable[SimpleNamespace]) -> dict[str, Any]:
    """The denominator: articles captured of each week, the constant panel's part in front of all."""
    bars = [
        {**span(row.week), "outlets": row.outlets, "zero": 0, "captured": row.captured_articles}
        for row in sorted(weeks, key=lambda row: row.outlets != ALL_OUTLETS)
        if row.captured_articles
    ]
    chart = (
        alt.Chart(alt.Data(values=bars))
        .mark_bar(stroke="var(--page)", strokeWidth=0.6)
        .encode(
            x=weekly(), x2="end:T", y=alt.Y("zero:Q", title=None, axis=alt.Axis(tickCount=3)), y2="captured:Q",
            color=alt.Color("outlets:N", legend=None, scale=alt.Scale(domain=[ALL_OUTLETS, PANEL], range=["var(--pale)", "var(--accent)"])),
            tooltip=["label:N", "outlets:N", "captured:Q"],
        )
    )  # fmt: skip
    return specification(chart, "Articles captured of each week, on any subject")


def leading_stance(row: SimpleNamespace) -> str:
    """The stance that more than half of a state's agencies take, or `divided`."""
    stance = max(("cooperates", "limits", "refuses"), key=lambda stance: int(getattr(row, stance)))
    return stance if 2 * int(getattr(row, stance)) > int(row.agencies) else "divided"


def state_name(letters: str | None) -> str:
    """The name of a state by its two letters; the letters themselves where no state has them."""
    return known_states().get(letters or "", ("", letters or ""))[1]


def span(week: Any) -> dict[str, str]:
    """A week as the charts name it: its Monday, the Monday after it, and words."""
    return {"week": week.isoformat(), "end": (week + timedelta(days=7)).isoformat(), "label": f"week of {week:%B} {week.day}, {week.year}"}


def weekly() -> alt.X:
    return alt.X("week:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%b %d", labelOverlap=True, tickCount=6, grid=False))


def colors(domain: Iterable[str]) -> alt.Color:
    names = list(domain)
    return alt.Color("stance:N", legend=None, scale=alt.Scale(domain=names, range=[f"var(--{name})" for name in names]))


def shapes(domain: Iterable[str]) -> alt.Shape:
    names = list(domain)
    return alt.Shape("stance:N", legend=None, scale=alt.Scale(domain=names, range=[SHAPES[name] for name in names]))


def specification(chart: alt.Chart | alt.LayerChart, told: str) -> dict[str, Any]:
    """A chart as plain data, in the page's type and colors, without the address of its schema."""
    font = "Source Sans 3, system-ui, sans-serif"
    styled = chart.properties(description=told, background="transparent").configure(
        font=font,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--faint)", labelFontSize=12, domainColor="var(--rule)", tickColor="var(--rule)", gridColor="var(--rule)",
            titleColor="var(--faint)",
        ),
        axisY=alt.AxisConfig(domain=False, ticks=False, minExtent=34, maxExtent=34),
    )  # fmt: skip
    plain: dict[str, Any] = styled.to_dict()
    plain.pop("$schema", None)
    return plain


@cache
def topology() -> dict[str, Any]:
    """The states' outlines (us-atlas, from the Census Bureau's files)."""
    outlines: dict[str, Any] = json.loads((HERE / "vendored" / "states-10m.json").read_text(encoding="utf-8"))
    return outlines


@cache
def centers() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of the middle of each state and county, by FIPS code."""
    with (HERE / "centers.csv").open(encoding="utf-8", newline="") as file:
        return {row["fips"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(file)}


@cache
def known_states() -> dict[str, tuple[str, str]]:
    """FIPS code and name of each state and territory, by its two letters."""
    return {state.abbr: (state.fips, state.name) for state in (*us.STATES_AND_TERRITORIES, us.states.DC)}
