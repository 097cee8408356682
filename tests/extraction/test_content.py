"""What becomes of a story's words on their way from markup to text."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction import extract_document
from pipelines.records import Document

PAGES = Path(__file__).parent.parent / "pages" / "extraction"
PLAIN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Outlet</title></head>
<body><header><nav><a href="/">Home</a> <a href="/news">News</a></nav></header>
<main><article><h1>{title}</h1><p class="meta">The Outlet <time datetime="2025-01-02">2025-01-02</time></p>
{body}
</article></main><footer><p>Copyright The Outlet. All rights reserved.</p></footer></body></html>"""

WORDS = st.sampled_from(
    [
        "the",
        "sheriff",
        "said",
        "deputies",
        "will",
        "not",
        "hold",
        "people",
        "it’s",
        "“no”",
        "'yes'",
        "—",
        "5,000",
        "ICE",
    ]
)
SENTENCES = st.lists(WORDS, min_size=6, max_size=30).map(lambda words: "Then " + " ".join(words) + ".")


def read(page: str | bytes) -> Document:
    body = page.encode() if isinstance(page, str) else page
    document = extract_document(body, url="https://outlet.example/story", content_type="text/html")
    assert isinstance(document, Document), document
    return document


def laid_out(*paragraphs: str, title: str = "A headline of the day") -> str:
    return PLAIN.format(title=title, body="\n".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs))


@settings(deadline=None, max_examples=60)
@given(st.lists(SENTENCES, min_size=2, max_size=12))
def test_a_plain_page_gives_its_paragraphs_in_order_and_as_they_stand(paragraphs: list[str]) -> None:
    assert read(laid_out(*paragraphs)).text == "\n".join(paragraphs)


def test_equal_paragraphs_are_all_kept() -> None:
    answer = "The answer of the sheriff’s office was that it does not comment on such things."
    paragraphs = (
        "Reporters asked three times on Monday whether the jail holds people.",
        answer,
        answer,
        "Yes.",
        answer,
        "Yes.",
    )
    assert read(laid_out(*paragraphs)).text == "\n".join(paragraphs)


def test_nothing_is_carried_over_from_one_page_to_the_next() -> None:
    page = laid_out(*("The same wire copy stands in many outlets, word for word, on the same day." for _ in range(3)))
    assert len({read(page).text for _ in range(8)}) == 1


def test_a_story_of_one_short_paragraph_is_not_given_up_for_the_whole_page() -> None:
    assert (
        read(laid_out("Police in Marlow made no arrests on Monday.")).text
        == "Police in Marlow made no arrests on Monday."
    )


def test_quotation_marks_and_dashes_keep_their_form() -> None:
    text = '“I said ‘no,’” the chief said. "He didn\'t," she said — and it’s on the record, at §1373 &lt;b&gt;.'
    assert read(laid_out(text, "A second paragraph follows the first one here.")).text.startswith(text)


def test_posts_pull_quotes_lists_and_turns_of_speech_are_part_of_the_story() -> None:
    assert read((PAGES / "posts_and_lists.html").read_bytes()).text.split("\n") == [
        "The sheriff’s office said on Monday that nothing would change at the jail this year.",
        "We will keep working with our federal partners.",
        "— Marlow County Sheriff (@marlowso) March 3, 2025",
        '"Nobody was asked."',
        "Ana Ruel, public defender",
        "He said: “We follow the law”, and left.",
        "The jail held 12 people for federal agents in January.",
        "It held 9 in February.",
        "No.",
        "No.",
        "RUEL: Did anybody ask the county board about the jail’s agreement?",
        "SHERIFF: They did not.",
    ]


def test_a_story_that_stands_in_an_aside_is_found() -> None:
    lines = read((PAGES / "story_in_aside.html").read_bytes()).text.split("\n")
    assert lines[0].startswith("The police chief told the city council")
    assert lines[-1].endswith("the clerk said on Wednesday.")
    assert len(lines) == 4


def test_a_story_cut_in_two_by_an_advertisement_is_whole() -> None:
    part = "<p>Part {} of the story tells at some length what the county board and the sheriff had said before.</p>"
    halves = ["".join(part.format(f"{half}-{n}") for n in range(6)) for half in "ab"]
    boxes = [f'<span><div class="post-body">{half}</div></span>' for half in halves]
    page = f"<html><body><article>{boxes[0]}<div class='ad'>Advertisement</div>{boxes[1]}</article></body></html>"
    text = read(page).text
    assert text.index("Part a-0") < text.index("Part a-5") < text.index("Part b-0") < text.index("Part b-5")


def test_inline_markup_neither_joins_nor_parts_words() -> None:
    body = '<p>The <b>sheriff</b>, <a href="/r">J. <i>Roe</i></a>, said<sup>1</sup> “<em>no</em>” to un<wbr>asked ones.</p>'
    page = PLAIN.format(
        title="A headline of the day", body=body + "<p>She said it twice in a hearing of the county board.</p>"
    )
    assert read(page).text.startswith("The sheriff, J. Roe, said1 “no” to unasked ones.\n")


def test_the_heading_of_the_story_is_not_part_of_its_text() -> None:
    assert (
        "A headline of the day"
        not in read(laid_out("One paragraph of some length for the story of today.", "And another one.")).text
    )


def test_a_page_without_a_body_tag_keeps_its_paragraphs() -> None:
    paragraphs = "".join(
        f"<p>Paragraph {number} of a story about the county, its sheriff and its jail.</p>" for number in range(8)
    )
    page = f"<!doctype html><title>A title</title><article><h1>A title</h1>{paragraphs}</article>".encode()
    document = extract_document(page, url=None, content_type=None)
    assert isinstance(document, Document)
    assert len(document.text.splitlines()) == 8


def test_a_page_of_old_whose_paragraphs_are_line_breaks_has_its_paragraphs_and_its_date() -> None:
    """Sheriffs' newsrooms: no `p`, no date but the one behind FOR IMMEDIATE RELEASE."""
    page = (
        "<html><head><title>Change in Policy</title></head><body><center><h2>Cedar County</h2>Sheriff Pat Doe</center><hr>"
        "<h3>Change in Policy</h3><b>FOR IMMEDIATE RELEASE</b><br>\nJuly 2, 2025<br><br>\n"
        "CEDAR FALLS - Sheriff Pat Doe announced today that the jail has a <i>new</i> rule.<br><br>\n"
        "\"We have stopped,\" Sheriff Doe said.<br>Second line.<br><br><a href='/'>Back</a><hr></body></html>"
    )
    document = extract_document(page.encode(), url="https://sheriff.example/press/7", content_type="text/html")
    assert isinstance(document, Document)
    assert "CEDAR FALLS - Sheriff Pat Doe announced today that the jail has a new rule." in document.text.splitlines()
    assert '"We have stopped," Sheriff Doe said. Second line.' in document.text.splitlines()
    assert (document.published_at, document.published_at_raw) == (datetime(2025, 7, 2, tzinfo=UTC), "July 2, 2025")
