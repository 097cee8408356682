"""Who published a page is read from the registry once, and again when its files change."""

import os
from pathlib import Path

from pipelines.steps.publishers import read_publishers

ENTRY = """
- id: {name}
  name: The {name}
  kind: outlet
  homepage: https://{name}.example/
  state: CA
"""


def test_the_registry_is_read_once_for_each_state_of_its_files(tmp_path: Path) -> None:
    file = tmp_path / "CA.yml"
    file.write_text(ENTRY.format(name="herald"), encoding="utf-8")
    first = read_publishers(tmp_path)
    assert first.source_id("", "https://www.herald.example/a") == "herald"
    assert read_publishers(tmp_path) is first
    file.write_text(ENTRY.format(name="herald") + ENTRY.format(name="times"), encoding="utf-8")
    assert read_publishers(tmp_path).source_id("", "https://times.example/b") == "times"
    os.utime(file, ns=(0, 0))
    assert read_publishers(tmp_path) is not first
