"""The newsstand: an honest web server on loopback that plays the sample's sites for as many host names as there are.

It takes requests for `http://HOST/PATH` as a proxy target (absolute request lines) or by Host header, keeps
connections alive, compresses where the client accepts it, and answers as of `now`, which the caller sets: the clock
decides which pages exist and what they say. `VISITS` are the hours before the anchor at which a run comes by.
"""

from __future__ import annotations

import gzip
import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from sample.answer import Answer
from sample.pages import SAMPLE_HEADER, Library

__all__ = ["VISITS", "Newsstand"]

# The first visit, then 1.5 hours, 7 hours, 26 hours and 74 hours after it: past each age at which a young story is
# fetched again (1 h, 6 h, 1 d, 3 d).
VISITS: tuple[timedelta, ...] = (
    timedelta(hours=-74),
    timedelta(hours=-72, minutes=-30),
    timedelta(hours=-67),
    timedelta(hours=-48),
    timedelta(0),
)

FILLER = b"<p>" + b"The minutes of the meeting continue on the next page. " * 1200 + b"</p>\n"
IDLE_SECONDS = 30


class Newsstand:
    """Serves the sample from a thread while the context is open; `now` starts at the anchor.

    `requests` counts what was asked for, by address, so that tests can tell what was fetched again.
    """

    def __init__(self, anchor: datetime) -> None:
        if anchor.tzinfo is None:
            raise ValueError("the anchor needs a time zone")
        self.anchor = anchor
        self.now = anchor
        self.library = Library(anchor)
        self.requests: dict[str, int] = {}
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="newsstand")

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def proxy(self) -> str:
        """The address to hand to a client as its proxy for plain http."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Newsstand:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def count(self, url: str) -> None:
        with self._lock:
            self.requests[url] = self.requests.get(url, 0) + 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, newsstand: Newsstand) -> None:
        self.newsstand = newsstand
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "BadgewireNewsstand"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Without it every small answer on a kept connection waits for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        newsstand = self.server.newsstand
        host, target = self._address()
        newsstand.count(f"http://{host}{target}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = newsstand.library.answer(host, target, headers, newsstand.now)
            if answer.delay_seconds:
                newsstand.closing.wait(answer.delay_seconds)
            self._send(answer, "gzip" in headers.get("accept-encoding", ""), with_body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _address(self) -> tuple[str, str]:
        """Host and path of the request, whether it came as to a proxy or as to a server."""
        parts = urlsplit(self.path)
        host = parts.netloc or self.headers.get("Host", "")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return host.partition(":")[0].lower(), target

    def _send(self, answer: Answer, accepts_gzip: bool, with_body: bool) -> None:
        body, headers = answer.body, dict(answer.headers)
        compressible = headers.get("Content-Type", "").startswith(("text/", "application/"))
        packed = "Content-Encoding" in headers or "gzip" in headers.get("Content-Type", "")
        if accepts_gzip and compressible and not packed and len(body) > 500 and not answer.stream_bytes:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers["Content-Encoding"] = "gzip"
            headers["Vary"] = "Accept-Encoding"
        self.send_response(answer.status, HTTPStatus(answer.status).phrase)
        self.send_header(*SAMPLE_HEADER)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.stream_bytes:
            # No length is announced: the client finds out by reading, as with a runaway script on a real server.
            self.send_header("Connection", "close")
            self.end_headers()
            if with_body:
                self._stream(body, answer.stream_bytes)
            return
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and answer.status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)
        self.wfile.flush()

    def _stream(self, start: bytes, size: int) -> None:
        self.close_connection = True
        self.wfile.write(start)
        sent = 0
        while sent < size and not self.server.newsstand.closing.is_set():
            self.wfile.write(FILLER)
            sent += len(FILLER)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet: the crawl log tells what was asked for."""
