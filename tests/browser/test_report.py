"""The report in a real browser: it draws, sorts and filters, and nothing in it runs or leaves that is not ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipelines.steps.report import write_report
from tests.report.county import HOSTILE_NAME, HOSTILE_QUOTE, publish_rows, workspace

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 15_000


class Visit:
    """One page, with everything that its console said and every request that it made."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def column(self, table: str, number: int) -> list[str]:
        """The texts of a column of the rows that are shown, from the top."""
        rows = self.page.locator(f"#{table} tbody tr:visible")
        return [" ".join(text.split()) for text in rows.locator(f"> :nth-child({number})").all_inner_texts()]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = workspace(tmp_path_factory.mktemp("report"))
    publish_rows(place, more=True)
    write_report(place, datetime(2026, 2, 15, 9, tzinfo=UTC))
    return place.report


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        profile = tmp_path_factory.mktemp("chromium")
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=CHROMIUM, headless=True, args=list(FLAGS), timeout=60_000
        )
        yield context
        context.close()


@pytest.fixture
def visit(browser: Any, report: Path) -> Iterator[Visit]:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    found = Visit(page)
    page.goto(report.as_uri())
    page.wait_for_function(
        "document.querySelectorAll('[data-figure] svg').length === document.querySelectorAll('[data-figure]').length"
    )
    yield found
    page.close()


def test_every_chart_is_drawn_without_a_word_on_the_console_or_a_request(visit: Visit, report: Path) -> None:
    assert visit.page.locator("[data-figure] svg").count() == 5
    assert visit.console == []
    assert visit.requests == [report.as_uri()]
    drawn = visit.page.evaluate("document.querySelectorAll('[data-figure=map] svg path').length")
    assert drawn > 50


def test_markup_in_a_story_stays_text(visit: Visit) -> None:
    assert visit.page.title().startswith("Badgewire sample report")
    assert visit.page.locator("#statements blockquote", has_text=HOSTILE_QUOTE).count() == 1
    assert visit.page.locator("main img, main b b, blockquote script").count() == 0
    assert HOSTILE_NAME in visit.column("agency-table", 1)


def test_a_heading_sorts_by_click_and_by_key_and_says_so(visit: Visit) -> None:
    heading = visit.page.get_by_role("columnheader", name="Agency")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    ascending = visit.column("agency-table", 1)
    assert ascending[-1] == "Zeta Police Department"
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert visit.column("agency-table", 1) == ascending[::-1]
    visit.page.get_by_role("columnheader", name="Last said").get_by_role("button").press("Space")
    assert visit.column("agency-table", 1)[-1] == "Mid County Sheriff's Office"
    assert visit.page.locator("#agency-table [aria-sort]").count() == 1


def test_the_agencies_can_be_filtered_and_the_filter_cleared(visit: Visit) -> None:
    visit.page.get_by_role("combobox", name="State").select_option("CA")
    assert visit.page.get_by_role("status").inner_text() == "2 of 4 shown"
    visit.page.get_by_role("combobox", name="Position").select_option("limits")
    assert visit.column("agency-table", 1) == ["Zeta Police Department"]
    visit.page.get_by_role("button", name="Clear").click()
    visit.page.get_by_role("searchbox", name="Words").fill("ALPHA")
    assert visit.column("agency-table", 1) == ["Alpha County Sheriff's Office"]


def test_dark_and_light_follow_the_reader_and_both_can_be_read(visit: Visit) -> None:
    papers = {}
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        papers[scheme] = visit.page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
        )
        ratios = visit.page.evaluate(CONTRASTS)
        assert min(ratios.values()) >= 4.5, (scheme, ratios)
    assert sum(papers["light"]) > 700 > 120 > sum(papers["dark"])


def test_nothing_is_wider_than_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.page.wait_for_function(
        "[...document.querySelectorAll('[data-figure]')].every(e => Number(e.dataset.drawn) === e.clientWidth)"
    )
    visit.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 360


def test_it_prints_on_paper_with_its_charts(visit: Visit) -> None:
    visit.page.emulate_media(media="print", color_scheme="dark")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")[0] > 200
    assert visit.page.locator("nav").is_hidden()
    assert len(visit.page.pdf()) > 20_000


def test_every_chart_has_its_words_and_every_table_its_caption(visit: Visit) -> None:
    assert visit.page.get_by_role("img", name="The table below has the same figures").count() == 5
    assert visit.page.locator("table:not(:has(caption))").count() == 0
    assert visit.page.locator("main, header, nav, footer").count() == 4
    levels = visit.page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


# Contrast of the texts that are set in the faint and the link color (WCAG 2, relative luminance).
CONTRASTS = """
() => {
  const light = (color) => {
    const linear = (part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const [r, g, b] = color.match(/[\\d.]+/g).map(linear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const found = {};
  for (const place of ["body", ".lead", ".meta", "main a[rel]", "caption", ".panel", "summary", "thead th"]) {
    const ink = light(getComputedStyle(document.querySelector(place)).color);
    found[place] = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }
  return found;
}
"""
