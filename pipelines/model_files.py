"""The networks that ship with the project: ONNX files in a folder, each checked against the folder's `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import onnxruntime

from crawler.errors import RuleError

__all__ = ["Manifest", "check_files", "open_session", "write_manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The version of a model folder and the SHA-256 of each of its files."""

    version: str
    digests: dict[str, str]


def check_files(folder: Path) -> Manifest:
    """The manifest of a model folder. Raises RuleError where it cannot be read, or a file is not the one it names."""
    remedy = f"restore it from the repository (git checkout -- {folder}) or rebuild it"
    try:
        written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest = Manifest(str(written["version"]), {str(name): str(sha) for name, sha in written["sha256"].items()})
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise RuleError(f"model: cannot read {folder / 'manifest.json'}: {remedy}") from error
    for name, wanted in manifest.digests.items():
        try:
            found = digest_of(folder / name)
        except OSError as error:
            raise RuleError(f"model: cannot read {folder / name}: {remedy}") from error
        if found != wanted:
            raise RuleError(f"model: {folder / name} is not the file that manifest.json names: {remedy}")
    return manifest


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A network ready to run on one core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena never gives memory back: with it, the longest story ever read sets the size of the process.
    options.enable_cpu_mem_arena = False
    # Nor are plans kept for each length of a window: there are hundreds, and a long text took five times the memory.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def write_manifest(folder: Path, version: str, names: tuple[str, ...]) -> None:
    """Write the manifest of a model folder over these files."""
    digests = {name: digest_of(folder / name) for name in names}
    (folder / "manifest.json").write_text(
        json.dumps({"version": version, "sha256": digests}, indent=2) + "\n", encoding="utf-8"
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
