"""The files of the model are checked before they are used."""

import shutil
from pathlib import Path

import pytest

from crawler.errors import RuleError
from pipelines.speech import MODEL_VERSION
from pipelines.speech.model import MODEL_FOLDER, load_model


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL_FOLDER, tmp_path / "model"))


def test_an_altered_file_is_refused_with_a_remedy_on_one_line(copied: Path) -> None:
    with (copied / "tokenizer.json").open("a") as tokenizer:
        tokenizer.write(" ")
    with pytest.raises(RuleError, match=r"tokenizer\.json is not the file .* restore") as refused:
        load_model(copied)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "tagger.onnx").unlink()
    with pytest.raises(RuleError, match=r"cannot read .*tagger\.onnx"):
        load_model(copied)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"cannot read .*manifest\.json"):
        load_model(tmp_path)


def test_the_model_tells_its_version_and_fits_the_repository() -> None:
    assert load_model().version == MODEL_VERSION
    assert sum(path.stat().st_size for path in MODEL_FOLDER.glob("*.*")) <= 25_000_000


def test_the_model_is_loaded_once() -> None:
    assert load_model() is load_model()
