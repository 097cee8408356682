"""Pages packed into WARC files as another tool writes them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

__all__ = ["pack"]


def pack(
    path: Path,
    pages: Iterable[tuple[str, bytes]],
    at: datetime,
    content_type: str = "text/html",
    headers: Iterable[tuple[str, str]] = (),
    warc_headers: Mapping[str, str] | None = None,
) -> Path:
    """Write a WARC file of responses, each an address and a body, all captured at one time and with these headers."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages:
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=StatusAndHeaders(
                    "200 OK", [("Content-Type", content_type), *headers], protocol="HTTP/1.1"
                ),
                warc_headers_dict={"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}", **(warc_headers or {})},
            )
            writer.write_record(record)
    return path
