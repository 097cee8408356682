"""`badgewire correct` and `badgewire corrections`: what an editor sets right, and that as labelled examples."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import duckdb
import typer

from crawler.errors import FailedRunError, WarehouseError
from pipelines.agencies.register import shipped_register
from pipelines.cli.options import Live, workspace_of
from pipelines.records import Stance
from pipelines.run_lock import run_lock
from pipelines.steps.publish import publish
from pipelines.workspace import Workspace
from warehouse.corrections import AgencyRow, Correction, apply_corrections, correct_statement, export_corrections
from warehouse.database import open_warehouse, transaction
from warehouse.ledger import open_ledger
from warehouse.snapshot import open_snapshot

__all__ = ["correct", "corrections"]

corrections = typer.Typer(no_args_is_help=True, help="What editors have set right.")


def correct(
    statement_id: Annotated[
        str, typer.Argument(metavar="ID", help="The statement's id, as the view agency_statements shows it.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who sets it right.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why.")],
    stance: Annotated[Stance | None, typer.Option(help="The stance that holds.")] = None,
    agency: Annotated[str | None, typer.Option(metavar="ID", help="The id of the agency that holds.")] = None,
    reject: Annotated[bool, typer.Option("--reject", help="It is no statement of an agency.")] = False,
    live: Live = False,
) -> None:
    """Set a statement right, for good: whatever better rules read later, the correction holds. It alerts nobody anew."""
    if stance is None and agency is None and not reject:
        raise typer.BadParameter("say what holds: --stance, --agency or --reject")
    if reject and (stance or agency):
        raise typer.BadParameter("a rejected statement has neither stance nor agency: leave --stance and --agency out")
    if not by.strip() or not why.strip():
        raise typer.BadParameter("--by and --why may not be empty: others will want to know")
    place = workspace_of(live)
    with open_snapshot(place.published) as snapshot, open_ledger(place.ledger) as ledger:
        correction = Correction(
            statement_id,
            stance.value if stance else None,
            agency_row(snapshot, agency) if agency else None,
            reject,
            by,
            why,
            datetime.now(UTC),
        )
        correct_statement(ledger, snapshot, correction)
    try:
        with run_lock(place):
            show_corrections(place)
    except (FailedRunError, WarehouseError) as error:
        typer.echo(f"Recorded; it shows after the next load ({error})")
    else:
        typer.echo("Recorded and published")


def show_corrections(place: Workspace) -> None:
    """Apply what the ledger holds and publish. Raises WarehouseError where there is no warehouse, or it is in use."""
    if not place.warehouse.exists():
        raise WarehouseError(f"{place.warehouse} does not exist: run `badgewire rebuild`")
    with (
        open_ledger(place.ledger) as ledger,
        open_warehouse(place.warehouse) as connection,
        transaction(connection),
    ):
        apply_corrections(connection, ledger)
    publish(place)


def agency_row(snapshot: duckdb.DuckDBPyConnection, agency_id: str) -> AgencyRow:
    """The agency of that id: one that is published, or one of the register that no story has named yet.

    Raises WarehouseError where neither has it.
    """
    published = snapshot.execute(
        "select agency_id, name, kind, state, county_fips, ori from agencies where agency_id = ?", [agency_id]
    ).fetchone()
    if published is not None:
        return AgencyRow(*published)
    found = shipped_register().get(agency_id)
    if found is None:
        raise WarehouseError(f"no agency {agency_id!r}: look for its id in the table agencies")
    return AgencyRow(found.agency_id, found.name, found.kind.value, found.state, found.county_fips, found.ori)


@corrections.command("export")
def export(live: Live = False) -> None:
    """Print every correction as a labelled example, one JSON object a line."""
    with open_snapshot(workspace_of(live).published) as snapshot:
        for example in export_corrections(snapshot):
            sys.stdout.write(json.dumps(example, default=str, ensure_ascii=False) + "\n")
