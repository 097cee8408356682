"""The registry: what ships is sound and covers the country, and a mistake is told where it stands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import us

from crawler.errors import SourceError
from crawler.registry import Endpoint, ListingSelectors, Source, load_registry, read_registry

SHIPPED = Path(__file__).resolve().parents[2] / "crawler" / "sources"
STATES = [*(state.abbr for state in us.states.STATES), "DC"]

GOOD = """\
- id: gazette
  name: The Gazette
  kind: outlet
  homepage: https://gazette.example/
  state: OH
  county_fips: 39041
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Source, ...]:
    return load_registry(SHIPPED)


def faults(folder: Path, text: str, name: str = "oh.yml") -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        load_registry(folder)
    return str(raised.value).splitlines()


def test_the_shipped_registry_has_at_least_three_sources_in_every_state(shipped: tuple[Source, ...]) -> None:
    counts = Counter(source.state for source in shipped)
    assert [state for state in STATES if counts[state] < 3] == []
    assert len(shipped) >= 150


def test_the_shipped_registry_has_an_agency_s_own_newsroom_in_every_state(shipped: tuple[Source, ...]) -> None:
    own_words = {source.state for source in shipped if source.agency}
    assert [state for state in STATES if state not in own_words] == []


def test_the_shipped_registry_has_the_federal_newsrooms(shipped: tuple[Source, ...]) -> None:
    assert {"ice-newsroom", "dhs-newsroom", "cbp-newsroom"} <= {source.id for source in shipped}


def test_ids_names_and_homepages_of_the_shipped_registry_are_unique(shipped: tuple[Source, ...]) -> None:
    for values in ([s.id for s in shipped], [s.homepage for s in shipped], [(s.name, s.state) for s in shipped]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_a_state_s_file_holds_sources_of_that_state_alone() -> None:
    registry = {source.id: source for source in load_registry(SHIPPED)}
    for path in SHIPPED.glob("??.yml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        ids = [line.removeprefix("- id: ") for line in lines if line.startswith("- id: ")]
        assert {registry[id_].state for id_ in ids} == {path.stem.upper()}, path.name


def test_no_shipped_address_claims_to_have_been_seen_answering(shipped: tuple[Source, ...]) -> None:
    assert all(endpoint.verified is None for source in shipped for endpoint in source.endpoints)


def test_every_field_of_an_entry_is_read(tmp_path: Path) -> None:
    (tmp_path / "oh.yml").write_text(
        """\
- id: sheriff
  name: "Sheriff's Office"
  kind: agency
  homepage: https://sheriff.example/
  state: OH
  county_fips: "39041"
  agency: Delaware County Sheriff's Office
  delay_seconds: 2.5
  language: es
  notes: A note.
  endpoints:
    - kind: listing
      url: https://sheriff.example/news
      verified: 2026-01-31
      selectors:
        item: article.row
        link: a::attr(href)
        title: h2::text
        date: time::attr(datetime)
        next_page: a[rel=next]
        max_pages: 3
    - kind: feed
      url: https://sheriff.example/feed/
""",
        encoding="utf-8",
    )
    (source,) = load_registry(tmp_path)
    selectors = ListingSelectors("article.row", "a::attr(href)", "h2::text", "time::attr(datetime)", "a[rel=next]", 3)
    listing, feed = source.endpoints
    assert (listing.selectors, listing.verified and listing.verified.isoformat()) == (selectors, "2026-01-31")
    assert feed == Endpoint("feed", "https://sheriff.example/feed/")
    assert (source.agency, source.delay_seconds, source.language) == ("Delaware County Sheriff's Office", 2.5, "es")


def test_words_that_yaml_would_take_for_values_stay_words(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(
        "- {id: on, name: 1984, kind: outlet, homepage: https://a.example, state: AL, county_fips: 01001, notes: no}",
        encoding="utf-8",
    )
    (source,) = load_registry(tmp_path)
    assert (source.id, source.name, source.county_fips, source.notes) == ("on", "1984", "01001", "no")


@pytest.mark.parametrize(
    ("broken", "line", "says"),
    [
        ("kind: outlet", 3, None),
        ("kind: outlt", 3, "did you mean 'outlet'?"),
        ("state: ZZ", 5, "no postal code"),
        ("state: Ohio", 5, "write TX, not Texas"),
        ("county_fips: 06037", 6, "Los Angeles County, CA, which is not in OH"),
        ("county_fips: 39999", 6, "no county's FIPS code"),
        ("homepage: gazette.example", 4, "no http(s) address"),
        ("homepage: https://gazette/", 4, "no proper host name"),
        ("homepage: https://gazette.example:99999/", 4, "no address"),
        ("homepage: https://user:word@gazette.example/", 4, "must carry no user name"),
        ("id: The Gazette", 1, "is no id"),
        ("name:", 2, "'name' is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, broken: str, line: int, says: str | None) -> None:
    key = broken.split(":")[0]
    lines = [f"{text[:2]}{broken}" if text[2:].startswith(f"{key}:") else text for text in GOOD.splitlines()]
    if says is None:
        (tmp_path / "oh.yml").write_text("\n".join(lines), encoding="utf-8")
        assert [source.id for source in load_registry(tmp_path)] == ["gazette"]
        return
    (message,) = faults(tmp_path, "\n".join(lines))
    assert message.startswith(f"{tmp_path / 'oh.yml'}:{line}: ")
    assert says in message


@pytest.mark.parametrize(
    ("addition", "line", "says"),
    [
        ("  hompage: https://x.example", 7, "did you mean 'homepage'?"),
        ("  name: Twice", 7, "stands twice"),
        ("  agency: Some Police", 7, "only sources of kind agency or government"),
        ("  delay_seconds: soon", 7, "no number from 0 to 600"),
        ("  language: English", 7, "no language code"),
        ("  endpoints: https://gazette.example/feed", 7, "must be a list"),
        ("  endpoints:\n    - kind: feed\n      url: https://g.example/f\n      verified: 2026-02-30", 10, "no date"),
        ("  endpoints:\n    - kind: listing\n      url: https://g.example/f", 8, "a listing needs selectors"),
        (
            "  endpoints:\n    - {kind: feed, url: 'https://g.example/f'}\n    - {kind: feed, url: 'https://g.example/f'}",
            9,
            "stands already at",
        ),
        (
            "  endpoints:\n    - kind: listing\n      url: https://g.example/f\n      selectors:\n        item: 'li['\n"
            "        link: a",
            11,
            "no CSS selector",
        ),
        (
            "  endpoints:\n    - kind: listing\n      url: https://g.example/f\n      selectors:\n        item: li\n"
            "        link: a\n        max_pages: 1000",
            13,
            "no whole number from 1 to 100",
        ),
    ],
)
def test_a_mistaken_addition_is_told_with_its_line(tmp_path: Path, addition: str, line: int, says: str) -> None:
    messages = faults(tmp_path, GOOD + addition + "\n")
    assert any(message.startswith(f"{tmp_path / 'oh.yml'}:{line}: ") and says in message for message in messages)


def test_all_mistakes_of_all_files_are_told_at_once_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    (tmp_path / "aa.yml").write_text(GOOD.replace("gazette", "other").replace("OH", "??"), encoding="utf-8")
    messages = faults(tmp_path, GOOD.replace("outlet", "paper").replace("https", "gopher"))
    places = [message.split(": ")[0].rsplit("/", 1)[1] for message in messages]
    assert places == ["aa.yml:5", "oh.yml:3", "oh.yml:4"]


def test_an_id_that_stands_in_two_files_names_the_other_place(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD, encoding="utf-8")
    (message,) = faults(tmp_path, GOOD.replace("gazette.example", "other.example"))
    assert message == f"{tmp_path / 'oh.yml'}:1: gazette: id gazette stands already at {tmp_path / 'a.yml'}:1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- id: x\n  name: [unclosed\n", 2),
        ("id: x\nname: y\n", 1),
        ("- id: x\n  name: 'y\n", 2),
        ("- just text\n", 1),
        ("\t- id: x\n", 1),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_told_with_a_line(tmp_path: Path, text: str, line: int) -> None:
    (message,) = faults(tmp_path, text)
    found = int(message.removeprefix(f"{tmp_path / 'oh.yml'}:").split(":")[0])
    assert line <= found <= line + 2


@pytest.mark.parametrize("slip", ["'unclosed", "[unclosed", "a: b: c", "{x", "@at"])
def test_a_slip_in_the_yaml_of_one_entry_costs_that_entry(tmp_path: Path, slip: str) -> None:
    entry = "- id: {0}\n  name: {1}\n  kind: outlet\n  homepage: https://www.{0}.example.org/\n"
    text = entry.format("first", "First") + entry.format("second", slip) + entry.format("third", "Third")
    (tmp_path / "oh.yml").write_text(text, encoding="utf-8")
    registry = read_registry(tmp_path)
    assert [source.id for source in registry.sources] == ["first", "third"]
    (problem,) = registry.problems
    assert 5 <= problem.line <= 9


def test_a_file_in_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "oh.yml").write_bytes(b"- id: x\n  name: Jos\xe9\n")
    assert "not YAML" in str(read_registry(tmp_path).problems[0])


@pytest.mark.parametrize("text", ["- " + "[" * 5000, "- &a [*a]\n- id: &b {x: *b}\n", "- id: [1, 2]\n"])
def test_a_monstrous_file_is_told_and_nothing_breaks(tmp_path: Path, text: str) -> None:
    assert all(message.startswith(f"{tmp_path / 'oh.yml'}:") for message in faults(tmp_path, text))


def test_a_typo_costs_its_own_source_and_no_other(tmp_path: Path) -> None:
    second = GOOD.replace("gazette", "herald").replace("OH", "OHIO")
    third = GOOD.replace("gazette", "courier")
    (tmp_path / "oh.yml").write_text(GOOD + second + third, encoding="utf-8")
    (tmp_path / "zz.yml").write_text("- id: [", encoding="utf-8")
    registry = read_registry(tmp_path)
    assert [source.id for source in registry.sources] == ["courier", "gazette"]
    typo, unreadable = registry.problems
    assert (typo.file.name, typo.line, unreadable.file.name) == ("oh.yml", 11, "zz.yml")


def test_an_empty_file_is_no_mistake_and_a_missing_folder_is(tmp_path: Path) -> None:
    (tmp_path / "oh.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert load_registry(tmp_path) == ()
    with pytest.raises(SourceError, match="no source files"):
        load_registry(tmp_path / "nowhere")
