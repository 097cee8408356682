"""Contents, sources and directness of attributions found in text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.records import Attribution
from pipelines.speech import content_parts, find_attributions
from pipelines.speech.marks import read_marks
from pipelines.speech.quotations import gather_quotations

STORY = """Sheriff ends holds

“We are not an arm of the federal government,” Marlow County Sheriff Dana Whitlock told reporters on Tuesday. \
“If a judge signs a warrant, we will honor it.”

She said the decision followed months of talks with the county’s lawyers.

The “Safe Streets” program goes on. Deputies still carry the book “Keys to the House.”

According to jail records, 41 people were held on detainers last year."""

STYLES = {
    "curly": "“We will not do that work for them,” Chief Ann Weiss said. “Our officers have plenty to do.”",
    "straight": '"We will not do that work for them," Chief Ann Weiss said. "Our officers have plenty to do."',
    "single": "‘We will not do that work for them,’ Chief Ann Weiss said. ‘Our officers have plenty to do.’",
}

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "“We will not,”",
            "said",
            "Sheriff Lund",
            "\n",
            "that the jail",
            "closed.",
            '"',
            "‘",
            "’",
            "according to",
            "Q: ",
            "A: ",
        ]
    ),
    max_size=60,
).map(" ".join)


def found(text: str, words: str) -> Attribution:
    matching = [a for a in find_attributions(text) if words in text[a.start : a.end]]
    assert matching, f"nobody is found to say {words!r}"
    return matching[0]


def source(text: str, attribution: Attribution) -> str:
    return text[attribution.source_start : attribution.source_end] if attribution.source_start is not None else ""


@pytest.mark.parametrize("style", STYLES)
def test_a_quote_around_its_source_is_one_direct_attribution_in_every_style(style: str) -> None:
    text = STYLES[style]
    attribution = found(text, "not do that work")
    assert attribution.direct
    assert "Weiss" in source(text, attribution)
    first, second = content_parts(text, attribution)
    assert "not do that work" in text[first[0] : first[1]]
    assert "plenty to do" in text[second[0] : second[1]]
    assert "Weiss" not in text[first[0] : first[1]] + text[second[0] : second[1]]


def test_reported_speech_is_not_direct() -> None:
    attribution = found(STORY, "followed months of talks")
    assert not attribution.direct
    assert source(STORY, attribution) == "She"


def test_a_document_can_be_the_source() -> None:
    assert "jail records" in source(STORY, found(STORY, "41 people were held"))


def test_titles_and_slogans_are_not_speech() -> None:
    spoken = [STORY[a.start : a.end] for a in find_attributions(STORY)]
    assert not any("Safe Streets" in words or "Keys to the House" in words for words in spoken)


def test_a_quote_over_several_paragraphs_is_direct_throughout() -> None:
    text = (
        "“We do not ask for papers,” Chief Leland Osei said. “We never did.\n\n"
        "“We have other work.\n\n“That is the policy.”"
    )
    attributions = [a for a in find_attributions(text) if a.direct]
    for words in ("never did", "other work", "the policy"):
        assert any(words in text[a.start : a.end] for a in attributions), words


@given(FRAGMENTS)
@settings(max_examples=25, deadline=None)
def test_spans_lie_in_the_text_and_direct_parts_inside_quotation_marks(text: str) -> None:
    quoted = gather_quotations(text, read_marks(text))
    for attribution in find_attributions(text):
        assert 0 <= attribution.start < attribution.end <= len(text)
        assert 0.0 <= attribution.confidence <= 1.0
        for start, end in (
            (attribution.source_start, attribution.source_end),
            (attribution.cue_start, attribution.cue_end),
        ):
            assert (start is None) == (end is None)
            assert start is None or end is None or 0 <= start < end <= len(text)
        parts = content_parts(text, attribution)
        assert parts
        assert all(attribution.start <= a < b <= attribution.end for a, b in parts)
        if attribution.direct:
            assert all(quoted.encloses(a, b) for a, b in parts)


def test_the_same_text_gives_the_same_attributions() -> None:
    assert find_attributions(STORY) == find_attributions(STORY)
