"""The page says what the database knows, and nothing that a story says is obeyed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.errors import WarehouseError
from pipelines.report.charts import county_dots, leading_stance, map_of_states
from pipelines.report.page import json_block, write_page
from pipelines.report.tables import Edition, Table
from pipelines.steps.report import write_report
from pipelines.workspace import Profile, Workspace
from tests.report.county import HOSTILE_QUOTE, publish_rows, workspace
from warehouse.database import open_warehouse

FIRST, SECOND = datetime(2026, 2, 15, 9, tzinfo=UTC), datetime(2026, 2, 16, 9, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first report of the known rows."""
    place = workspace(tmp_path_factory.mktemp("first"))
    publish_rows(place)
    return report(place)


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<(script|style|pre)\b.*?</\1>", " ", page, flags=re.DOTALL)
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(body)
    return " ".join("".join(parts).split())


def report(place: Workspace, now: datetime = FIRST) -> str:
    write_report(place, now)
    return place.report.read_text(encoding="utf-8")


def test_every_section_and_the_sql_of_every_figure_stand_in_the_page(page: str) -> None:
    for name in ("new", "changes", "map", "trends", "statements", "agencies", "wire", "sources"):
        assert f'<section id="{name}"' in page
    asked = {path.stem for path in (Path("warehouse") / "report").glob("*.sql")} - {"known", "totals"}
    assert {name.replace(" ", "_") for name in re.findall(r"<summary>SQL: ([a-z ]+)</summary>", page)} == asked


def test_a_story_cannot_bring_markup_scripts_or_other_links_into_the_page(page: str) -> None:
    assert "<b>Bold" not in page
    assert "<img" not in page
    assert "javascript:alert" not in page
    assert "document.title='owned'" not in page
    assert "\u202e" not in page
    assert HOSTILE_QUOTE in text_of(page)
    links = re.findall(r'<a href="([^"#][^"]*)"([^>]*)>', page)
    assert links
    assert all(address.startswith("https://") and 'rel="noopener noreferrer"' in rest for address, rest in links)


def test_the_page_forbids_itself_every_request_and_every_script_but_its_own(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert policy[1].count("sha256-") == len(re.findall(r"<script", page))
    assert not re.search(r"<(link|iframe|img|object|embed|form)\b", page)
    assert not re.search(r"\bsrc=\"", page)


def test_the_first_report_says_so_and_the_next_shows_what_came_since(place: Workspace) -> None:
    publish_rows(place)
    assert "This is the first report" in text_of(report(place))
    publish_rows(place, more=True)
    seen = text_of(report(place, SECOND))
    assert "New since Feb 15, 2026, 09:00 UTC" in seen
    news = seen[seen.index("New since Feb 15") : seen.index("Changes of position", seen.index("New since Feb 15"))]
    assert "Words of s5" in news
    assert "Words of s1" not in news
    change = seen[seen.index("A new position counts once") : seen.index("Where agencies stand, state by state")]
    assert "before: refuses, Jan 5, 2026" in seen
    for told in (
        "Alpha County Sheriff's Office, California new",
        "refuses",
        "Words of s1",
        "cooperates",
        "Words of s5",
        "direct words",
    ):
        assert told in change


def test_a_report_written_twice_from_one_snapshot_shows_the_same_as_new(place: Workspace) -> None:
    publish_rows(place)
    report(place)
    publish_rows(place, more=True)
    once = write_report(place, SECOND)
    again = write_report(place, datetime(2026, 2, 17, 9, tzinfo=UTC))
    assert (once.statements, once.position_changes) == (again.statements, again.position_changes) == (1, 1)
    assert "New since Feb 15" in place.report.read_text(encoding="utf-8")


def test_claims_of_others_are_left_out_and_corrections_are_marked(page: str) -> None:
    seen = text_of(page)
    assert "A claim of somebody else" not in seen
    assert "Zeta Police Department, CA corrected by an editor" in seen


def test_sample_data_is_marked_and_live_data_is_not(tmp_path: Path, page: str) -> None:
    assert "Sample data." in text_of(page)
    place = workspace(tmp_path, Profile.LIVE)
    publish_rows(place)
    assert "Sample data." not in text_of(report(place))


def test_with_nothing_collected_the_page_says_what_to_type(place: Workspace) -> None:
    with open_warehouse(place.published):
        pass
    page = report(place)
    assert "Nothing has been collected yet" in page
    assert "badgewire run --live" in page
    assert "<script" not in page


def test_with_stories_and_no_statement_the_page_says_so(place: Workspace) -> None:
    publish_rows(place)
    with open_warehouse(place.published) as connection:
        connection.execute("delete from statement_mentions; delete from statements")
    assert "No agency has been heard yet" in text_of(report(place))


def test_with_nothing_published_one_line_tells_the_remedy(place: Workspace) -> None:
    with pytest.raises(WarehouseError, match="run `badgewire run` first"):
        write_report(place)


def test_a_damaged_memory_of_the_last_report_is_told_with_its_remedy(place: Workspace) -> None:
    publish_rows(place)
    place.report.with_name("shown.parquet").write_bytes(b"rubbish")
    with pytest.raises(WarehouseError, match="delete it"):
        write_report(place)


def test_no_text_ends_a_block_of_data() -> None:
    block = json_block({"a": "</script><!-- & \u2028"})
    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == {"a": "</script><!-- & \u2028"}


@pytest.mark.parametrize(
    ("counts", "stance"),
    [((2, 1, 0), "cooperates"), ((1, 1, 0), "divided"), ((0, 0, 1), "refuses"), ((1, 1, 1), "divided")],
)
def test_a_state_goes_by_the_stance_of_more_than_half(counts: tuple[int, int, int], stance: str) -> None:
    cooperates, limits, refuses = counts
    assert (
        leading_stance(SimpleNamespace(agencies=sum(counts), cooperates=cooperates, limits=limits, refuses=refuses))
        == stance
    )


def test_agencies_of_one_county_stand_side_by_side_and_unknown_counties_are_left_out() -> None:
    rows = [SimpleNamespace(county_fips=fips, agency="A", stance="limits") for fips in ("06037", "06037", "99999")]
    dots = county_dots(rows)
    assert len({dot["longitude"] for dot in dots}) == len(dots) == 2
    territory = SimpleNamespace(state="ZZ", agencies=1, cooperates=1, limits=0, refuses=0)
    assert map_of_states([territory], rows)["layer"]


def test_a_page_is_the_same_for_the_same_rows() -> None:
    empty = {name: Table(name, "select 1", (), ()) for name in ("source_health",)}
    totals = Table("totals", "", ("statements", "last_tried_at"), ((0, None),))
    names = ("stances_by_state", "stances_by_county", "statements_by_week", "stories_by_week", "statements")
    tables = {**empty, "totals": totals, **{name: Table(name, "", (), ()) for name in names}}
    edition = Edition(written_at=FIRST, since=None, sample=False, database="x.duckdb")
    assert write_page(tables, edition) == write_page(tables, edition)
