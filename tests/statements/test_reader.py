"""The reader judges words in the company of the story, and what it is sure of needs less from the rules."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from crawler.errors import RuleError
from pipelines.agencies import AgencyResolver
from pipelines.records import Stance, Statement
from pipelines.speech import read_speech
from pipelines.speech.pieces import Pieces
from pipelines.statements.find import find_statements
from pipelines.statements.reader import COLUMNS, READER_FOLDER, Senses, load_reader, read_senses

HOLDS = (
    "The Pima County Sheriff’s Department said Monday that its jail would no longer keep anybody for immigration agents.\n"
    "“They can send us all the forms they like,” Sheriff Ann Poe said. “We put them in a drawer.”\n"
    "ICE said that it had asked for 40 inmates this year."
)
ROBBERY = (
    "The Pima County Sheriff’s Department said Monday that two men had robbed a bank on Grant Road.\n"
    "“They can send us all the tips they like,” Sheriff Ann Poe said. “We put them in a drawer.”\n"
    "A teller said that she had handed over $400."
)


def odds_of(text: str, words: str) -> float:
    start = text.index(words)
    sense = read_senses(read_speech(text)).of([(start, start + len(words))])
    assert sense is not None
    return sense.log_odds


def test_the_same_words_are_a_statement_in_one_story_and_none_in_another() -> None:
    words = "We put them in a drawer."
    assert odds_of(HOLDS, words) > odds_of(ROBBERY, words) + 2


def test_words_about_nothing_of_the_kind_are_surely_no_statement() -> None:
    assert odds_of(ROBBERY, "A teller said that she had handed over $400.") < -2


def test_a_span_without_a_piece_has_no_judgment_and_stances_add_up_to_one() -> None:
    senses = read_senses(read_speech(HOLDS))
    assert senses.of([(0, 0)]) is None
    assert senses.of([]) is None
    sense = senses.of([(0, len(HOLDS))])
    assert sense is not None
    assert sum(np.exp(list(sense.stances.values()))) == pytest.approx(1)


def test_an_altered_reader_is_refused_with_a_remedy_on_one_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(READER_FOLDER, tmp_path / "reader"))
    with (folder / "reader.onnx").open("ab") as file:
        file.write(b" ")
    with pytest.raises(RuleError, match=r"reader\.onnx is not the file .* restore") as refused:
        load_reader(folder)
    assert "\n" not in str(refused.value)


def found(text: str, sure_of: str, log_odds: float) -> list[Statement]:
    """The statements of a text of whose words `sure_of` the reader thinks that much, and nothing of the others."""
    words = list(re.finditer(r"\S+", text))
    scores = np.zeros((len(words), 2 * COLUMNS), dtype=np.float32)
    scores[:, 0] = -log_odds
    start = text.index(sure_of)
    inside = [start <= word.start() < start + len(sure_of) for word in words]
    scores[inside, 0] = log_odds
    scores[inside, 1 + list(Stance).index(Stance.REFUSES)] = 5
    starts, ends = (np.array([word.span()[at] for word in words]) for at in (0, 1))
    unused = np.zeros_like(starts)
    senses = Senses(Pieces(unused, starts, ends, unused, unused), scores)
    return find_statements(text, mentions=AgencyResolver().find(text, outlet_state="AZ"), senses=senses)


NARRATED = (
    "The Pima County Sheriff’s Department changed its rules on ICE detainers in May.\n"
    "In the two months since, not one inmate has stayed a minute longer than a judge ordered."
)


@pytest.mark.parametrize(("log_odds", "count"), [(25.0, 1), (-25.0, 0)])
def test_a_sentence_without_a_subject_is_the_agency_s_named_last_where_the_reader_is_sure(
    log_odds: float, count: int
) -> None:
    sure_of = "In the two months since, not one inmate has stayed a minute longer than a judge ordered."
    statements = [each for each in found(NARRATED, sure_of, log_odds) if each.quote == sure_of]
    assert len(statements) == count
    assert all(each.agency is not None and "Pima" in each.agency.name for each in statements)


def test_the_second_half_of_a_split_quotation_is_a_statement_of_its_own_where_the_reader_is_sure() -> None:
    quotes = [each.quote for each in found(HOLDS, "We put them in a drawer.", 25.0)]
    assert any("We put them in a drawer." in quote for quote in quotes)
