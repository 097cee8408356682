"""The warehouse opens, migrates and describes itself, and says in one line why it cannot."""

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from crawler.errors import WarehouseError
from pipelines.workspace import PROJECT
from warehouse.database import latest_version, migrations, open_warehouse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def test_a_new_warehouse_is_of_the_latest_version_and_opens_again(path: Path) -> None:
    for _ in range(2):
        with open_warehouse(path) as connection:
            versions = [
                row[0] for row in connection.execute("select version from schema_version order by 1").fetchall()
            ]
    assert versions == list(migrations())
    assert versions[-1] == latest_version()


def test_every_table_view_and_column_has_a_comment(world_path: Path) -> None:
    with open_warehouse(world_path) as connection:
        silent = connection.execute(
            """
            select table_name, null from duckdb_tables() where comment is null and not internal
            union all select view_name, null from duckdb_views() where comment is null and not internal
            union all select table_name, column_name from duckdb_columns()
            where comment is null and not internal and schema_name = 'main'
            """
        ).fetchall()
    assert silent == []


def test_the_file_tells_its_contents_and_their_meaning(world_path: Path) -> None:
    with open_warehouse(world_path) as connection:
        told = {name: (kind, meaning) for name, kind, meaning in connection.execute("from contents").fetchall()}
    assert told["stories"][0] == "table"
    assert told["current_stances"][0] == "view"
    assert told["search_plain(words, in_state, since, until)"][0] == "macro"
    assert all(meaning for _, meaning in told.values())


def test_no_view_selects_everything() -> None:
    for file in (Path(__file__).parents[2] / "warehouse" / "views").glob("*.sql"):
        text = file.read_text(encoding="utf-8")
        assert "select *" not in text.lower(), file.name
        assert text.startswith("-- "), f"{file.name} does not open with the question that it answers"


def test_a_newer_file_is_refused_with_the_remedy(world_path: Path) -> None:
    with open_warehouse(world_path) as connection:
        connection.execute("insert into schema_version values (9999, 'of the future', now())")
    with (
        pytest.raises(WarehouseError, match=r"is of version 9999, this program knows \d+: update Badgewire") as caught,
        open_warehouse(world_path),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_file_in_use_by_another_process_is_named_with_that_process(world_path: Path) -> None:
    with open_warehouse(world_path):
        pass
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb, sys; c = duckdb.connect({str(world_path)!r}); print(1, flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(WarehouseError, match=f"in use by process {holder.pid}: wait for the run to end"),
            open_warehouse(world_path),
        ):
            pass
    finally:
        holder.communicate(timeout=10)


def test_a_file_that_is_no_database_is_refused_in_one_line(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(WarehouseError) as caught, open_warehouse(path):
        pass
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_not_said_to_be_in_use(world_path: Path) -> None:
    with open_warehouse(world_path):
        pass
    damaged = bytearray(world_path.read_bytes())
    damaged[4146] ^= 1
    world_path.write_bytes(damaged)
    with pytest.raises(WarehouseError, match="is damaged or of another DuckDB") as caught, open_warehouse(world_path):
        pass
    assert "\n" not in str(caught.value)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table payroll (name varchar)")
    with pytest.raises(WarehouseError, match="is another program's database"), open_warehouse(path):
        pass
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("payroll",)]


def test_a_migration_that_fails_leaves_the_version_before_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "999_broken.sql"
    broken.write_text("create table half (a integer); select no_such_function();", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("warehouse.database.migrations", lambda known=migrations(): {**known, 999: broken})
        with pytest.raises(duckdb.Error), open_warehouse(path):
            pass
    with open_warehouse(path) as connection:
        assert connection.execute("select max(version) from schema_version").fetchone() == (latest_version(),)
        assert connection.execute("select count(*) from duckdb_tables() where table_name = 'half'").fetchone() == (0,)


def test_times_come_back_in_utc(world_path: Path) -> None:
    with open_warehouse(world_path) as connection:
        assert connection.execute("select current_setting('timezone')").fetchone() == ("UTC",)


KILLED = """
import os, sys
from pathlib import Path
from warehouse.database import open_warehouse
with open_warehouse(Path(sys.argv[1])) as connection:
    connection.execute(sys.argv[2])
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("change", ["select 1", "delete from view_version", "insert into view_version values ('x')"])
def test_a_warehouse_whose_process_was_killed_at_its_first_opening_opens_again(tmp_path: Path, change: str) -> None:
    path = tmp_path / "warehouse.duckdb"
    for _ in range(2):  # the second opening lays the views anew where the first was made to forget them
        killed = subprocess.run([sys.executable, "-c", KILLED, path, change], cwd=PROJECT, check=False)
        assert killed.returncode == -signal.SIGKILL
    with open_warehouse(path) as connection:
        assert connection.execute("select count(*) from schema_version").fetchall() == [(len(migrations()),)]
        assert connection.execute("select count(*) from stories").fetchall() == [(0,)]
    assert [each.name for each in tmp_path.iterdir()] == ["warehouse.duckdb"]


def test_the_log_of_a_warehouse_that_was_deleted_is_not_replayed_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    subprocess.run([sys.executable, "-c", KILLED, path, "delete from view_version"], cwd=PROJECT, check=False)
    path.unlink()
    with open_warehouse(path) as connection:
        assert connection.execute("select count(*) from view_version").fetchall() == [(1,)]
