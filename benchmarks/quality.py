"""Measured quality: what the scorers call, and one command that prints every figure.

    python -m benchmarks.quality [--data ../shared/data] [--held-out]
    python -m benchmarks.quality --small        a dozen articles and one composed set, to see that it runs

`read_page` and `attributions` run the very functions that the pipeline runs. The labelled material is not part of the
project: without it the command says where it looked and ends with an error.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.reading import read_page as read
from pipelines.records import StatementKind
from pipelines.speech import find_attributions

__all__ = ["attributions", "read_page"]

SMALL_ARTICLES = 12
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def read_page(page: Mapping[str, Any]) -> dict[str, Any]:
    """Text, relevance and statements of a page given as {id, url, html, outlet_state}."""
    result = read(page["html"], url=page.get("url"), outlet_state=page.get("outlet_state"))
    if result.document is None or result.reading is None:
        return {"text": "", "relevant": False, "statements": []}
    statements = [
        {
            "quote": statement.quote,
            "direct": statement.direct,
            "speaker": statement.speaker,
            "role": statement.role,
            "agency": statement.agency.name if statement.agency else None,
            "state": statement.agency.state if statement.agency else None,
            "stance": statement.stance.value,
        }
        for statement in result.reading.statements
        if statement.kind is not StatementKind.CLAIM  # what others say of an agency is not the agency's statement
    ]
    return {"text": result.document.text, "relevant": result.reading.relevance.relevant, "statements": statements}


def attributions(text: str) -> list[dict[str, Any]]:
    """The attributions in a text, as the attribution scorer takes them."""
    return [
        {
            "start": found.start,
            "end": found.end,
            "source_start": found.source_start,
            "source_end": found.source_end,
            "direct": found.direct,
        }
        for found in find_attributions(text)
    ]


def main() -> None:
    """Run the scorers over the labelled material and print their tables, then one line of figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "data", help="folder of the labelled material")
    parser.add_argument(
        "--held-out", action="store_true", help="also measure on the composed set that nobody learned from"
    )
    parser.add_argument("--small", action="store_true", help=f"{SMALL_ARTICLES} articles and one composed set")
    arguments = parser.parse_args()
    data: Path = arguments.data
    if not (data / "labels").is_dir():
        sys.exit(f"benchmarks.quality: no labelled material in {data}: name its folder with --data")
    scorers = data.parent / "eval"
    limit = ["--limit", str(SMALL_ARTICLES)] if arguments.small else []
    composed = [[data / "composed" / f"{name}.jsonl" for name in ("A" if arguments.small else "AB")]]
    if arguments.held_out:
        composed.append([data / "composed" / "C.jsonl"])
    figures: dict[str, float] = {}
    attribution = run_scorer(
        scorers / "attribution.py", "benchmarks.quality:attributions", "--data", str(data / "polnear" / "dev"), *limit
    )
    figures |= shown("attribution, PolNeAR dev", attribution, "attribution")
    if not arguments.small:
        real = run_scorer(scorers / "statements.py", "benchmarks.quality:read_page", "--data", str(data))
        figures |= shown("statements, real pages", real, "real")
    for files, name in zip(composed, ("composed", "held_out"), strict=False):
        told = run_scorer(scorers / "statements.py", "benchmarks.quality:read_page", "--composed", *map(str, files))
        figures |= shown(f"statements, {', '.join(file.stem for file in files)}", told, name)
    print("figures:", json.dumps(figures))


def run_scorer(path: Path, *arguments: str) -> str:
    """What a scorer prints when called as a program with these arguments."""
    printed = io.StringIO()
    before, sys.argv = sys.argv, [str(path), *arguments]
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = before
    return printed.getvalue()


def shown(title: str, told: str, prefix: str) -> dict[str, float]:
    """Print a scorer's table under a title; its figures by name."""
    print(f"\n{title}\n{told.rstrip()}")
    figures: dict[str, float] = {}
    for line in told.splitlines():
        name = "_".join(re.split(r"\s+P \d|:|,|\s+\d", line)[0].lower().split())
        if match := re.search(r"P ([\d.]+) R ([\d.]+) F1 ([\d.]+)", line):
            for part, value in zip(("precision", "recall", "f1"), match.groups(), strict=True):
                figures[f"{prefix}_{name}_{part}"] = float(value)
        elif match := re.search(r"(?:= |: )([\d.]+)$", line):
            figures[f"{prefix}_{name}"] = float(match[1])
    return figures


if __name__ == "__main__":
    main()
