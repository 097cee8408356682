"""Search: BM25 over an index of its own, with filters; plain SQL for whoever has no extension."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from crawler.errors import WarehouseError
from warehouse.publish import publish_snapshot
from warehouse.search import attach_search, build_search_index, index_is_due, load_full_text

if TYPE_CHECKING:
    from tests.warehouse.conftest import World


@pytest.fixture
def published(world: "World", world_path: Path, tmp_path: Path) -> Path:
    world.source("herald")
    world.source("times", "TX")
    world.agency("ca-one")
    world.story("a", "herald", "2026-01-01", text="The sheriff refused every detainer. Detainers are not honored here.")
    world.story(
        "b",
        "times",
        "2026-03-01",
        text="A detainer was honored in one case among many others in this long county story.",
    )
    world.story("c", "times", "2026-03-01", text="A bake sale was held at the police office.", relevant=False)
    world.statement("s1", "ca-one", "2026-01-01", "refuses", ("a",), quote="We honor no detainers", speaker="Ann Doe")
    world.connection.close()
    path = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(world_path, path, datetime(2026, 3, 2, tzinfo=UTC))
    return path


def test_the_index_is_a_file_of_its_own_that_answers_by_rank_with_filters(published: Path) -> None:
    built = build_search_index(published, published.parent)
    index = published.with_name("search.duckdb")
    assert built.documents == 4
    assert built.bytes == index.stat().st_size
    assert index.stat().st_mode & 0o777 == 0o444
    with duckdb.connect() as connection:
        assert attach_search(connection, index)
        connection.execute("use search")
        found = connection.execute("select story_id, kind from search('refusing detainers')").fetchall()
        assert found[0] == ("a", "story")
        assert set(found) == {("a", "story"), ("a", "statement"), ("b", "story")}
        assert connection.execute("select story_id from search('detainer', in_state := 'TX')").fetchall() == [("b",)]
        assert connection.execute("select story_id from search('detainer', since := '2026-02-01')").fetchall() == [
            ("b",)
        ]
        assert connection.execute("select count(*) from search('detainer', until := '2025-12-31')").fetchall() == [(0,)]


def test_digits_are_words_to_the_index(world: "World", world_path: Path, tmp_path: Path) -> None:
    world.source("herald")
    world.story("signed", "herald", "2026-01-01", text="The county signed a 287(g) agreement.")
    world.story("other", "herald", "2026-01-02", text="The county signed an agreement about roads.")
    world.connection.close()
    path = tmp_path / "published" / "badgewire.duckdb"
    publish_snapshot(world_path, path, datetime(2026, 3, 2, tzinfo=UTC))
    build_search_index(path, path.parent)
    with duckdb.connect() as connection:
        assert attach_search(connection, path.with_name("search.duckdb"))
        connection.execute("use search")
        assert connection.execute("select story_id from search('287(g)')").fetchall() == [("signed",)]


def test_an_index_is_due_once_a_day(published: Path) -> None:
    now = datetime.now(UTC)
    assert index_is_due(published.parent, now)
    build_search_index(published, published.parent)
    assert not index_is_due(published.parent, now + timedelta(hours=23))
    assert index_is_due(published.parent, now + timedelta(hours=25))


def test_the_macro_of_plain_sql_needs_no_extension(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute("select kind, story_id from search_plain('Detainer HONORED')").fetchall() == [
            ("story", "b"),
            ("story", "a"),
        ]
        assert connection.execute("select statement_id from search_plain('doe detainers')").fetchall() == [("s1",)]
        assert connection.execute(
            "select story_id from search_plain('detainer', in_state := 'TX', since := '2026-02-01')"
        ).fetchall() == [("b",)]


@pytest.mark.parametrize(
    ("words", "stories"),
    [
        ("ice", []),
        ("ICE", []),
        ("fice", []),
        ("honor", []),
        ("honored, HERE.", ["a"]),
        ("sale 'bake'", ["c"]),
        ("", []),
        ("  ", []),
        ("-- !", []),
        ("honor*", ["b", "a"]),
        ("ho*d here", ["a"]),
        ("* **", []),
    ],
)
def test_plain_search_finds_whole_words_and_nothing_without_any(
    published: Path, words: str, stories: list[str]
) -> None:
    """`police` and `office` have ice in them, and `honored` has honor: letters inside words do not count."""
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute("select story_id from search_plain(?) where kind = 'story'", [words]).fetchall()
        assert [story for (story,) in found] == stories


def test_plain_search_takes_letters_of_every_language_and_words_across_title_and_text(world: "World") -> None:
    world.source("herald")
    world.story(
        "a", "herald", "2026-01-01", title="El alguacil", text="No retenemos a nadie por petici\u00f3n de ICE (287(g))."
    )
    for words, count in (
        ("petici\u00f3n", 1),
        ("petici", 0),
        ("287(g)", 1),
        ("alguacil ICE", 1),
        ("n", 0),
        ("retenemos ICE g", 1),
        ("retenemos ICE h", 0),
    ):
        assert world.rows("select count(*) from search_plain(?)", words) == [(count,)], words
    assert world.rows("select count(*) from search_plain(null)") == [(0,)]
    with pytest.raises(duckdb.Error, match="at most eight words"):
        world.rows("from search_plain('a b c d e f g h i')")


def test_both_files_tell_of_each_other(published: Path) -> None:
    build_search_index(published, published.parent)
    with duckdb.connect(str(published), read_only=True) as connection:
        told = connection.execute("select meaning from contents where kind = 'file'").fetchall()
        assert "USE search" in told[0][0]
    with duckdb.connect() as connection:
        assert attach_search(connection, published.with_name("search.duckdb"))
        connection.execute("use search")
        found = connection.execute("select name, kind, meaning from contents").fetchall()
    assert {(name, kind) for name, kind, _ in found} == {
        ("badgewire.duckdb", "file"),
        ("contents", "view"),
        ("documents", "table"),
        ("search(words, in_state, since, until)", "macro"),
    }
    assert all(meaning for _, _, meaning in found)


def test_words_that_look_like_sql_or_patterns_are_words(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute(
            "select count(*) from search_plain(?)", ["%'; drop table stories; --"]
        ).fetchall() == [(0,)]


def test_an_extension_that_is_missing_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.search.find_spec", lambda name: None)
    with duckdb.connect() as connection, pytest.raises(WarehouseError, match="pip install duckdb-extension-fts=="):
        load_full_text(connection)


def test_without_a_snapshot_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is published"):
        build_search_index(tmp_path / "badgewire.duckdb", tmp_path)
