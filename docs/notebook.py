"""Badgewire in a notebook: `marimo edit docs/notebook.py`, or `python docs/notebook.py` to run it whole.

Set BADGEWIRE_SNAPSHOT to the published file; the sample's is the default.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os

    import altair as alt
    import duckdb
    import marimo as mo

    path = os.environ.get("BADGEWIRE_SNAPSHOT", ".badgewire/sample/published/badgewire.duckdb")
    database = duckdb.connect(path, read_only=True)
    database.execute("set timezone = 'UTC'")

    def ask(sql):
        """The rows of a query as a list of dictionaries."""
        cursor = database.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return alt, ask, mo


@app.cell
def _(ask, mo):
    mo.md("# Where agencies stand")
    stances = ask(
        "select state, agencies, cooperates, limits, refuses from stances_by_state order by agencies desc, state"
    )
    mo.ui.table(stances)
    return


@app.cell
def _(alt, ask):
    weeks = ask(
        """
        unpivot (select week, cooperates, limits, refuses from statements_by_week)
        on cooperates, limits, refuses
        into name stance value statements
        """
    )
    rows = [{**row, "week": row["week"].isoformat()} for row in weeks]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("week:T", title="Week of first report"),
            y=alt.Y("statements:Q", title="Statements"),
            color="stance:N",
        )
    )
    chart
    return


@app.cell
def _(ask, mo):
    changes = ask("select changed_at, agency, state, from_stance, to_stance, to_quote from position_changes")
    mo.ui.table(changes) if changes else mo.md("No agency has changed position yet.")
    return


if __name__ == "__main__":
    app.run()
