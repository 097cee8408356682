"""Runs of the command line in a data home of their own, and what their warehouses hold, for comparison."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.alerts.facts import Alert, read_alert
from warehouse.alert_ledger import open_alert_ledger
from warehouse.provenance import PROVENANCE_COLUMNS, RUN_TABLES

# The sample counts its dates from here, so that two runs can be compared row for row.
ANCHOR = datetime(2026, 3, 10, 18, tzinfo=UTC)
RUN_SECONDS = 480


def fresh_home(folder: Path) -> Path:
    """A data home in which the sample's clock is set to ANCHOR and nothing has run."""
    clock = folder / "sample" / "clock.json"
    clock.parent.mkdir(parents=True)
    clock.write_text(json.dumps({"anchor": ANCHOR.isoformat(), "visits": []}), encoding="utf-8")
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a run in that home, with no contact configured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BADGEWIRE_", "DAGSTER_"))}
    return {**kept, "BADGEWIRE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "160", **more}


def start(home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start `badgewire` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
        env=environment(home, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def badgewire(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `badgewire` to its end."""
    process = start(home, *arguments, **more)
    out, err = process.communicate(timeout=RUN_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a database, without the columns that say where a row came from."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where table_name in (select table_name from duckdb_tables()) group by 1 order by 1"
        ).fetchall()
        for table, names in columns:
            kept = ", ".join(name for name in names if name not in PROVENANCE_COLUMNS)
            if table not in RUN_TABLES:
                found[table] = connection.execute(f"select {kept} from {table} order by all").fetchall()
    return found


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    """The answer of a published database."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def raised_alerts(home: Path) -> list[Alert]:
    """The alerts that the sample's runs in that home have raised."""
    with open_alert_ledger(home / "sample" / "ledger.sqlite") as ledger:
        return [read_alert(row.record) for row in ledger.alerts.raised()]
