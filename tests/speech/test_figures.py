"""A part of PolNeAR dev is read as well as the model card says."""

import importlib.util
import io
import re
from contextlib import redirect_stdout
from pathlib import Path

from pipelines.speech import find_attributions

EVERY = 4


def test_a_part_of_the_dev_corpus_is_read_above_the_floor(shared: Path, tmp_path: Path) -> None:
    corpus = shared / "data" / "polnear" / "dev"
    for folder in ("text", "attributions"):
        (tmp_path / folder).mkdir()
    for text in sorted((corpus / "text").glob("*.txt"))[::EVERY]:
        (tmp_path / "text" / text.name).symlink_to(text)
        for annotation in (corpus / "attributions").glob(text.stem + "*.ann"):
            (tmp_path / "attributions" / annotation.name).symlink_to(annotation)
    path = shared / "eval" / "attribution.py"
    spec = importlib.util.spec_from_file_location("attribution_scorer", path)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    printed = io.StringIO()
    with redirect_stdout(printed):
        scorer.score(find_attributions, tmp_path)
    figures = {
        f"{which} {what}": float(f1)
        for which, what, f1 in re.findall(r"^(\w+) +(\w+) .*? F1 ([\d.]+)", printed.getvalue(), flags=re.MULTILINE)
    }
    # A quarter of the articles lies up to three points from the whole corpus.
    assert figures["direct content"] >= 0.80
    assert figures["direct joint"] >= 0.75
    assert figures["all content"] >= 0.69
    assert figures["all joint"] >= 0.63
