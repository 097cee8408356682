"""Write the report from the published snapshot, and remember what it showed.

Beside the page lies `shown.parquet`: the id of everything that any report knew, with the time of the first that did.
A report written again from the same snapshot shows the same as new, so that nothing is lost by looking twice.
"""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.errors import WarehouseError
from pipelines.report.page import write_page
from pipelines.report.tables import Edition, Table
from pipelines.workspace import Profile, Workspace
from warehouse.report_rows import SHOWN, add_known, ask
from warehouse.snapshot import open_snapshot

__all__ = ["ReportCounts", "write_report"]


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """What one report tells as new, and the size of its file in bytes. A first report counts everything as new."""

    statements: int
    agencies: int
    position_changes: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What earlier reports knew, and when the last two different ones were written."""

    table: pa.Table
    snapshot: str | None
    written_at: datetime | None
    before: datetime | None


def write_report(place: Workspace, now: datetime | None = None) -> ReportCounts:
    """Write the page at `place.report`, in place of the last one, whole or not at all.

    Raises WarehouseError where nothing is published yet, and where the disk refuses.
    """
    now = now or datetime.now(UTC)
    memory = place.report.with_name("shown.parquet")
    with open_snapshot(place.published) as connection:
        snapshot = identity(place.published)
        shown = read_shown(memory)
        if shown.snapshot == snapshot and shown.written_at:
            shown_at, since = shown.written_at, shown.before
        else:
            shown_at, since = now, shown.written_at
        shown_table = add_known(connection, shown.table, shown_at)
        new = shown_table.filter(pc.equal(shown_table["first_shown_at"], pa.scalar(shown_at, SHOWN.field(2).type)))
        counts = {row["values"]: row["counts"] for row in pc.value_counts(new["subject"]).to_pylist()}
        # A first report counts everything as new and marks nothing.
        fresh = {subject: ids_of(new, subject) if since else [] for subject in ("statement", "agency", "change")}
        answers = ask(
            connection,
            {
                "statement_ids": fresh["statement"] if since else None,
                "agency_ids": fresh["agency"] if since else None,
            },
        )
    edition = Edition(
        written_at=now,
        since=since,
        sample=place.profile is Profile.SAMPLE,
        database=str(place.published),
        new_statements=frozenset(fresh["statement"]),
        new_changes=frozenset(fresh["change"]),
        new_agencies=frozenset(fresh["agency"]),
    )
    page = write_page({name: Table(*astuple(answer)) for name, answer in answers.items()}, edition)
    place.report.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_whole(place.report, page.encode())
        remember(memory, shown_table, snapshot, shown_at, since)
    except OSError as error:
        raise WarehouseError(f"{place.report} cannot be written: {error.strerror}; the last report stays") from error
    return ReportCounts(
        statements=counts.get("statement", 0),
        agencies=counts.get("agency", 0),
        position_changes=counts.get("change", 0),
        bytes=place.report.stat().st_size,
    )


def identity(published: Path) -> str:
    """A snapshot's identity: each is a file of its own, never written again."""
    status = published.stat()
    return f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"


def read_shown(memory: Path) -> Shown:
    """What earlier reports knew; nothing where there was none. Raises WarehouseError where the file is damaged."""
    if not memory.exists():
        return Shown(SHOWN.empty_table(), None, None, None)
    try:
        table = pq.read_table(memory, schema=SHOWN)
        metadata = pq.read_schema(memory).metadata or {}
    except (OSError, pa.ArrowInvalid) as error:
        raise WarehouseError(f"{memory} is damaged: delete it, and the next report counts as the first") from error
    return Shown(
        table=table.replace_schema_metadata(None),
        snapshot=metadata.get(b"snapshot", b"").decode() or None,
        written_at=moment(metadata.get(b"written_at")),
        before=moment(metadata.get(b"before")),
    )


def remember(
    memory: Path,
    shown: pa.Table,
    snapshot: str,
    written_at: datetime,
    before: datetime | None,
) -> None:
    """Write what this report and all before it knew."""
    metadata = {
        "snapshot": snapshot,
        "written_at": written_at.isoformat(),
        "before": before.isoformat() if before else "",
    }
    buffer = pa.BufferOutputStream()
    pq.write_table(shown.replace_schema_metadata(metadata), buffer)
    write_whole(memory, buffer.getvalue().to_pybytes())


def ids_of(new: pa.Table, subject: str) -> list[str]:
    """The ids of one kind among what is new."""
    ids: list[str] = new.filter(pc.equal(new["subject"], subject))["id"].to_pylist()
    return ids


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place of another in one step."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def moment(text: bytes | None) -> datetime | None:
    return datetime.fromisoformat(text.decode()) if text else None
