"""The charts as Vega-Lite specifications, written with Altair; the page draws them.

Colors are names of custom properties of the page's style sheet, so that dark, light and print need no second chart.
A stance has its shape wherever it has its color (Okabe and Ito's palette).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import altair as alt
import us

from pipelines.alerts.neutral import plain_text

__all__ = [
    "POSITIONS",
    "STANCES",
    "captured_by_week",
    "leading_stance",
    "map_of_states",
    "rate_by_week",
    "stances_by_week",
    "state_name",
]

HERE = Path(__file__).parent
STANCES = ("cooperates", "limits", "refuses", "unclear")
POSITIONS = ("cooperates", "limits", "refuses", "divided")
SHAPES = {
    "cooperates": "circle",
    "limits": "triangle-up",
    "refuses": "square",
    "unclear": "diamond",
    "divided": "cross",
}
# The same shapes as letters of type, for labels.
SIGNS = {"cooperates": "\u25cf", "limits": "\u25b2", "refuses": "\u25a0", "divided": "\u271a"}
# No room for two letters there at the size of a page.
SMALL_STATES = frozenset({"CT", "DC", "DE", "MA", "MD", "NH", "NJ", "RI", "VT"})
# In the map's own words: where there is room for signs only.
PHONE = "width < 500"
ALL_OUTLETS, PANEL = "all outlets", "constant panel"


def map_of_states(states: Iterable[SimpleNamespace], counties: Iterable[SimpleNamespace]) -> dict[str, Any]:
    """States filled by the stance that most of their agencies take, with a mark for each agency of a known county."""
    filled = [
        {
            "id": fips,
            "state": name,
            "sign": SIGNS[leading_stance(row)],
            "label": SIGNS[leading_stance(row)] + ("" if row.state in SMALL_STATES else f" {row.state}"),
            "stance": leading_stance(row),
            "told": f"{row.agencies} heard: {row.cooperates} cooperate, {row.limits} limit, {row.refuses} refuse",
            "longitude": centers()[fips][0],
            "latitude": centers()[fips][1],
        }
        for row in states
        for fips, name in [known_states().get(row.state, ("", ""))]
        if fips in centers()
    ]
    dots = county_dots(counties)
    land = alt.NamedData(name="outlines", format=alt.TopoDataFormat(type="topojson", feature="states"))
    told = alt.LookupData(data=alt.InlineData(values=filled), key="id", fields=["state", "stance", "told"])
    ground = alt.Chart(land).mark_geoshape(fill="var(--land)", stroke="var(--page)", strokeWidth=0.8)
    fill = (
        alt.Chart(land)
        .mark_geoshape(stroke="var(--page)", strokeWidth=0.8, fillOpacity=0.5)
        .transform_lookup(lookup="id", from_=told)
        .transform_filter("isValid(datum.stance)")
        .encode(color=colors(POSITIONS), tooltip=["state:N", "stance:N", "told:N"])
    )
    layers: list[alt.Chart] = [ground, fill]
    if filled:
        labels = [{**row, **dict(zip(("longitude", "latitude"), free_place(row, dots), strict=True))} for row in filled]
        names = alt.Chart(alt.InlineData(values=labels)).encode(
            longitude="longitude:Q", latitude="latitude:Q", text="shown:N", tooltip=["state:N", "stance:N", "told:N"]
        )
        layers.append(
            names.transform_calculate(shown=f"{PHONE} ? datum.sign : datum.label").mark_text(
                fontSize=alt.ExprRef(f"{PHONE} ? 10 : 13"), fontWeight=600, color="var(--ink)"
            )
        )
    if dots:
        layers.append(
            alt.Chart(alt.InlineData(values=dots))
            .mark_point(
                filled=True, size=alt.ExprRef(f"{PHONE} ? 20 : 46"), opacity=1, stroke="var(--page)", strokeWidth=0.8
            )
            .encode(
                longitude="longitude:Q",
                latitude="latitude:Q",
                shape=shapes(POSITIONS),
                color=colors(POSITIONS),
                tooltip=["agency:N", "stance:N"],
            )
        )
    chart = alt.layer(*layers).project(type="albersUsa").resolve_scale(shape="shared", color="shared")
    drawn = specification(chart, "Map of the states by the stance that most of their agencies take")
    # Handed over last, since Altair would check every one of its thousands of points.
    return {**drawn, "datasets": {**drawn.get("datasets", {}), "outlines": topology()}}


def county_dots(counties: Iterable[SimpleNamespace]) -> list[dict[str, Any]]:
    """A mark for each agency whose county is known; several of one county stand side by side."""
    beside: Counter[str] = Counter()
    dots = []
    for row in counties:
        if row.county_fips in centers():
            longitude, latitude = centers()[row.county_fips]
            longitude = round(longitude + 0.3 * beside[row.county_fips], 3)
            beside[row.county_fips] += 1
            dots.append(
                {
                    "agency": plain_text(row.agency, 120),
                    "stance": row.stance,
                    "longitude": longitude,
                    "latitude": latitude,
                }
            )
    return dots


def free_place(state: dict[str, Any], dots: list[dict[str, Any]]) -> tuple[float, float]:
    """Where a state's label stands: in its middle, or beside it where a dot stands in the way."""
    for east, north in ((0, 0), (0, 0.9), (0, -0.9), (1.4, 0), (-1.4, 0), (0, 1.6), (0, -1.6)):
        longitude, latitude = state["longitude"] + east, state["latitude"] + north
        if not any(abs(dot["longitude"] - longitude) < 1.3 and abs(dot["latitude"] - latitude) < 0.6 for dot in dots):
            return longitude, latitude
    return state["longitude"], state["latitude"]


def stances_by_week(weeks: list[SimpleNamespace], outlets: str) -> dict[str, Any]:
    """Statements of each week, stacked by stance; scales are the same for all outlets and the panel."""
    highest = max((row.statements for row in weeks), default=0)
    bars = []
    for row in weeks:
        if row.outlets != outlets:
            continue
        bottom = 0
        for stance in STANCES:
            count = getattr(row, stance)
            if count:
                bars.append(
                    {**span(row.week), "stance": stance, "from": bottom, "to": bottom + count, "statements": count}
                )
            bottom += count
    chart = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(stroke="var(--page)", strokeWidth=0.6)
        .encode(
            x=weekly(weeks),
            x2="end:T",
            y=alt.Y(
                "from:Q",
                title=None,
                scale=alt.Scale(domain=[0, max(highest, 4)]),
                axis=alt.Axis(tickMinStep=1, tickCount=4, format="d"),
            ),
            y2="to:Q",
            color=colors(STANCES),
            tooltip=["label:N", "stance:N", "statements:Q"],
        )
    )
    return specification(chart, f"Statements of agencies by week and stance, {outlets}")


def rate_by_week(weeks: list[SimpleNamespace]) -> dict[str, Any]:
    """Pieces of reporting on the subject in every thousand captured articles, all outlets and the constant panel."""
    points = [
        {
            **span(row.week),
            "outlets": row.outlets,
            "rate": row.per_thousand,
            "reporting": row.relevant_clusters,
            "captured": row.captured_articles,
        }
        for row in weeks
        if row.per_thousand is not None
    ]
    outlets = alt.Scale(domain=[ALL_OUTLETS, PANEL], range=["var(--faint)", "var(--accent)"])
    dashes = alt.Scale(domain=[ALL_OUTLETS, PANEL], range=[[5, 3], [1, 0]])
    rates = alt.Chart(alt.InlineData(values=points)).encode(
        x=weekly(weeks),
        y=alt.Y("rate:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(domainMin=0)),
        color=alt.Color("outlets:N", legend=None, scale=outlets),
        tooltip=["label:N", "outlets:N", "rate:Q", "reporting:Q", "captured:Q"],
    )
    lines = rates.mark_line(strokeWidth=1.5).encode(strokeDash=alt.StrokeDash("outlets:N", legend=None, scale=dashes))
    dots = rates.mark_point(filled=True, opacity=1).encode(
        size=alt.Size("captured:Q", legend=None, scale=alt.Scale(domainMin=0, range=[8, 160]))
    )
    chart = alt.layer(lines, dots)
    return specification(chart, "Reporting on the subject in every thousand captured articles, by week")


def captured_by_week(weeks: list[SimpleNamespace]) -> dict[str, Any]:
    """The denominator: articles captured of each week, the constant panel's part in front of all."""
    bars = [
        {**span(row.week), "outlets": row.outlets, "zero": 0, "captured": row.captured_articles}
        for row in sorted(weeks, key=lambda row: row.outlets != ALL_OUTLETS)
        if row.captured_articles
    ]
    chart = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(stroke="var(--page)", strokeWidth=0.6)
        .encode(
            x=weekly(weeks),
            x2="end:T",
            y=alt.Y("zero:Q", title=None, axis=alt.Axis(tickCount=3)),
            y2="captured:Q",
            color=alt.Color(
                "outlets:N",
                legend=None,
                scale=alt.Scale(domain=[ALL_OUTLETS, PANEL], range=["var(--pale)", "var(--accent)"]),
            ),
            tooltip=["label:N", "outlets:N", "captured:Q"],
        )
    )
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
    return {
        "week": week.isoformat(),
        "end": (week + timedelta(days=7)).isoformat(),
        "label": f"week of {week:%B} {week.day}, {week.year}",
    }


def weekly(weeks: list[SimpleNamespace]) -> alt.X:
    """The axis of time, over all weeks of the table, so that charts above one another line up."""
    days = sorted(row.week for row in weeks)
    ends = [days[0], days[-1] + timedelta(days=7)] if days else []
    first, last = [alt.DateTime(year=end.year, month=end.month, date=end.day, utc=True) for end in ends] or (
        alt.Undefined,
        alt.Undefined,
    )
    return alt.X(
        "week:T",
        title=None,
        scale=alt.Scale(type="utc", domainMin=first, domainMax=last, nice=False),
        axis=alt.Axis(format="%b %d", labelOverlap=True, tickCount=6, grid=False),
    )


def colors(domain: Iterable[str]) -> alt.Color:
    names = list(domain)
    return alt.Color("stance:N", legend=None, scale=alt.Scale(domain=names, range=[f"var(--{name})" for name in names]))


def shapes(domain: Iterable[str]) -> alt.Shape:
    names = list(domain)
    return alt.Shape("stance:N", legend=None, scale=alt.Scale(domain=names, range=[SHAPES[name] for name in names]))


def specification(chart: alt.Chart | alt.LayerChart | alt.FacetChart, told: str) -> dict[str, Any]:
    """A chart as plain data, in the page's type and colors, without the address of its schema."""
    font = "Source Sans 3, system-ui, sans-serif"
    styled = chart.properties(description=told, background="transparent").configure(
        font=font,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--faint)",
            labelFontSize=12,
            domainColor="var(--rule)",
            tickColor="var(--rule)",
            gridColor="var(--rule)",
            titleColor="var(--faint)",
        ),
        axisY=alt.AxisConfig(domain=False, ticks=False, minExtent=34, maxExtent=34),
    )
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
    return {state.abbr: (state.fips or "", state.name) for state in (*us.STATES_AND_TERRITORIES, us.states.DC)}
