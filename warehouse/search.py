"""The search index: a file of its own beside the snapshot, with its documents, BM25 index, filters and macro.

It is built whole, by DuckDB's full-text extension, which the package `duckdb-extension-fts` brings along: nothing is
downloaded. It is rebuilt once a day, less often than the snapshot.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import duckdb

from crawler.errors import WarehouseError
from warehouse.database import open_failure, quoted
from warehouse.drafts import abandoned_drafts

__all__ = ["INDEX_FILE", "SearchIndex", "attach_search", "build_search_index", "index_is_due", "load_full_text"]

SQL = Path(__file__).parent / "search_index"
INDEX_FILE = "search.duckdb"
REBUILT_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What was built: documents in the index, and the size of the file in bytes."""

    documents: int
    bytes: int


def load_full_text(connection: duckdb.DuckDBPyConnection) -> None:
    """Load the extension from its package. Raises WarehouseError where it is missing or of another DuckDB."""
    spec = find_spec("duckdb_extension_fts")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    path = folder / "extensions" / f"v{duckdb.__version__}" / "fts.duckdb_extension" if folder else None
    if path is None or not path.exists():
        raise WarehouseError(
            f"no full-text extension for DuckDB {duckdb.__version__}: pip install duckdb-extension-fts=={duckdb.__version__}"
        )
    connection.load_extension(str(path))


def index_is_due(folder: Path, now: datetime) -> bool:
    """Whether the folder of the snapshot has no index, or one of more than a day ago."""
    try:
        built_at = datetime.fromtimestamp((folder / INDEX_FILE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return True
    return now - built_at > REBUILT_EVERY


def build_search_index(snapshot: Path, folder: Path) -> SearchIndex:
    """Write `search.duckdb` into `folder` from a published snapshot, mode 0444, swapped in whole.

    Raises WarehouseError where nothing is published or the extension is missing.
    """
    if not snapshot.exists():
        raise WarehouseError(f"nothing is published at {snapshot} yet: run `badgewire run` first")
    target = folder / INDEX_FILE
    for left in abandoned_drafts(folder):
        if left.name.startswith(INDEX_FILE):
            left.unlink(missing_ok=True)
    draft = target.with_name(f"{INDEX_FILE}.{os.getpid()}.part")
    try:
        with closing(duckdb.connect(str(draft))) as connection:
            load_full_text(connection)
            connection.execute("set timezone = 'UTC'")
            try:
                connection.execute(f"attach {quoted(snapshot)} as published (read_only)")
            except duckdb.Error as error:
                raise WarehouseError(open_failure(snapshot, error)) from error
            for name in ("documents.sql", "index.sql"):
                connection.execute((SQL / name).read_text(encoding="utf-8"))
            sort_terms(connection, draft.with_name(f"{draft.name}.terms"))
            for name in ("search.sql", "contents.sql"):
                connection.execute((SQL / name).read_text(encoding="utf-8"))
            counted = connection.execute("select count(*) from documents").fetchone() or (0,)
            connection.execute("detach published")
            connection.execute("checkpoint")
        draft.chmod(0o444)
        size = draft.stat().st_size
        target.with_name(f"{INDEX_FILE}.wal").unlink(missing_ok=True)
        draft.replace(target)
    except OSError as error:
        raise WarehouseError(f"{target} cannot be written: {error.strerror}; the last index stays") from error
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)
    return SearchIndex(int(counted[0]), size)


def sort_terms(connection: duckdb.DuckDBPyConnection, aside: Path) -> None:
    """Let the places of a word lie together, so that a search reads those of its own words alone.

    They are written aside and read back, so that the file has no hole where they lay before.
    """
    file = quoted(aside)
    try:
        connection.execute(
            f"copy (from fts_main_documents.terms order by termid, docid, fieldid) to {file} (format parquet)"
        )
        connection.execute("drop table fts_main_documents.terms")
        connection.execute("checkpoint")
        connection.execute(f"create table fts_main_documents.terms as from read_parquet({file})")
    finally:
        aside.unlink(missing_ok=True)


def attach_search(connection: duckdb.DuckDBPyConnection, index: Path) -> bool:
    """Attach the index as `search`, the extension loaded; False where there is none."""
    if not index.exists():
        return False
    load_full_text(connection)
    connection.execute(f"attach {quoted(index)} as search (read_only)")
    return True
