"""What a page says about itself; one test a field."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.extraction import extract_document
from pipelines.extraction.dates import parse_date
from pipelines.records import Document

FROZEN = Path(__file__).parent.parent / "pages" / "extraction" / "posts_and_lists.html"
TEXT = (
    "<p>The sheriff of the county said on Monday that the jail would go on as before, whatever the board decides.</p>"
    * 2
)


@pytest.fixture(scope="module")
def frozen() -> Document:
    return read(FROZEN.read_text("utf-8"), "https://herald.example/news/2025/03/04/marlow-jail-detainers/?utm_source=x")


def read(page: str, url: str | None = None) -> Document:
    document = extract_document(page.encode(), url=url, content_type=None)
    assert isinstance(document, Document), document
    return document


def page(head: str, body: str = "") -> str:
    return f"<html><head>{head}</head><body><article>{body}{TEXT}</article></body></html>"


def test_canonical_url_is_made_absolute(frozen: Document) -> None:
    assert frozen.canonical_url == "https://herald.example/news/2025/03/04/marlow-jail-detainers/"


def test_canonical_url_falls_back_on_open_graph() -> None:
    assert read(page('<meta property="og:url" content="https://a.example/b">')).canonical_url == "https://a.example/b"


def test_a_page_without_canonical_url_has_none() -> None:
    assert read(page("<title>x</title>"), "https://a.example/c").canonical_url is None


def test_title_is_the_heading_that_readers_see(frozen: Document) -> None:
    assert frozen.title == "Marlow County jail to keep honoring ICE detainers"


def test_title_is_not_the_heading_that_names_the_site() -> None:
    head = '<title>Board votes on jail | River Paper</title><meta property="og:title" content="Board votes on jail">'
    assert read(page(head, "<h1>River Paper</h1>")).title == "Board votes on jail"


def test_byline_follows_references_and_drops_the_by(frozen: Document) -> None:
    assert frozen.byline == "Dana Whitlow; Lee Orton"


def test_byline_is_read_off_the_page_where_nothing_states_it() -> None:
    assert read(page("", '<div class="article-byline">By Jo Marsh | Published 3:04 p.m.</div>')).byline == "Jo Marsh"


def test_an_address_is_no_byline() -> None:
    assert read(page('<meta name="author" content="https://facebook.example/x">')).byline is None


def test_site_is_what_open_graph_says(frozen: Document) -> None:
    assert frozen.site == "The Marlow Herald"


def test_published_date_is_the_article_s_own(frozen: Document) -> None:
    assert frozen.published_at == datetime(2025, 3, 4, 14, 30, tzinfo=UTC)
    assert (frozen.published_at_raw, frozen.published_source) == ("2025-03-04T09:30:00-05:00", "json-ld")


def test_modified_date_is_told_with_its_source(frozen: Document) -> None:
    assert frozen.modified_at == datetime(2025, 3, 5, 23, 0, tzinfo=UTC)
    assert frozen.modified_source == "json-ld"


@pytest.mark.parametrize(
    ("head", "body", "url", "source"),
    [
        ('<meta property="article:published_time" content="2025-03-04T10:00:00Z">', "", None, "meta"),
        ("", '<time datetime="2025-03-04">Tuesday</time>', None, "time"),
        ("", "", "https://a.example/2025/03/04/story", "url"),
        ("", '<p class="post-date">March 4, 2025</p>', None, "text"),
    ],
)
def test_published_date_says_where_it_stood(head: str, body: str, url: str | None, source: str) -> None:
    document = read(page(head, body), url)
    assert document.published_source == source
    assert document.published_at is not None
    assert f"{document.published_at:%Y-%m-%d}" == "2025-03-04"


def test_a_page_without_dates_has_none() -> None:
    document = read(page(""))
    assert (document.published_at, document.published_at_raw, document.modified_at) == (None, None, None)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2025-06-10T12:00:00.000Z", "2025-06-10T12:00"),
        ("2025-06-10 12:00:00 -0400", "2025-06-10T16:00"),
        ("2025-06-10T12:00:00+02", "2025-06-10T10:00"),
        ("20 June 2025", "2025-06-20T00:00"),
        ("Jan. 24, 2025 3:04 p.m. EST", "2025-01-24T20:04"),
        ("9:17 PM PDT June 11, 2025", "2025-06-12T04:17"),
        ("January 1st, 2025 12:05 AM", "2025-01-01T00:05"),
        ("6/10/2025", "2025-06-10T00:00"),
        ("Tue, 10 Jun 2025 08:00:00 -0700", "2025-06-10T15:00"),
        ("1749513600", "2025-06-10T00:00"),
    ],
)
def test_dates_are_read_as_newsrooms_print_them(raw: str, at: str) -> None:
    assert parse_date(raw) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["", "Monday", "2025-13-45", "0001-01-01", "9999-12-31T23:59:59-11:00", "31/31/2025", "June 2025", "-1"]
)
def test_what_names_no_day_is_no_date(raw: str) -> None:
    assert parse_date(raw) is None


def test_language_is_that_of_the_words() -> None:
    spanish = (
        "<p>El alguacil del condado dijo el lunes que la cárcel no entregará a nadie sin una orden de un juez.</p>" * 2
    )
    assert read(f'<html lang="en"><body><article>{spanish}</article></body></html>').language == "es"


def test_a_paywall_is_told_as_the_page_tells_it(frozen: Document) -> None:
    assert frozen.access_hint == "paywall"
    assert read(page('<meta property="article:content_tier" content="free">')).access_hint is None


def test_a_text_that_ends_in_an_invitation_to_subscribe_is_truncated() -> None:
    assert (
        read(page("").replace("</article>", "<p>Subscribe to continue reading this story.</p></article>")).access_hint
        == "truncated"
    )


def test_broken_linked_data_still_tells_the_date() -> None:
    broken = '<script type="application/ld+json">{"datePublished":"2025-03-04T10:00:00Z", oops</script>'
    assert read(page(broken)).published_source == "json-ld"


def test_two_readings_of_a_page_are_equal(frozen: Document) -> None:
    assert read(FROZEN.read_text("utf-8"), frozen.url) == frozen
