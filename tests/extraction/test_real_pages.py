"""All real pages: each one read, and no labelled statement lost on the way."""

import gzip
import json
import statistics
import time
from pathlib import Path

from pipelines.extraction import extract_document
from pipelines.records import Document


def test_every_real_page_gives_a_document_that_holds_its_labelled_statements(shared: Path) -> None:
    quotes: dict[str, list[str]] = {}
    for row in (shared / "data/labels/statements.jsonl").read_text("utf-8").splitlines():
        label = json.loads(row)
        quotes.setdefault(label["id"], []).append(label["quote"])
    lost, seconds = [], []
    for row in (shared / "data/pages/index.jsonl").read_text("utf-8").splitlines():
        page = json.loads(row)
        body = gzip.decompress((shared / f"data/pages/{page['id']}.html.gz").read_bytes())
        started = time.process_time()
        document = extract_document(body, url=page["url"], content_type="text/html")
        seconds.append(time.process_time() - started)
        assert isinstance(document, Document), (page["id"], document)
        assert document.title
        text = " ".join(document.text.split())
        lost += [(page["id"], quote) for quote in quotes.get(page["id"], []) if " ".join(quote.split()) not in text]
    assert len(seconds) == 268
    assert lost == []
    assert statistics.median(seconds) < 0.1
