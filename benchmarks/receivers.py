"""Real receivers on loopback for alerts: an SMTP server and a web server that write down every message that they take.

`python -m benchmarks.receivers FOLDER` runs both until its standard input ends; their ports stand in FOLDER/ports.json.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

__all__ = ["MailReceiver", "WebReceiver"]


class MailReceiver:
    """An SMTP server; `mails` are the messages taken. `answer`, where set, is given instead of taking one."""

    def __init__(self, log: Path | None = None) -> None:
        self.mails: list[bytes] = []
        self.answer: str | None = None
        self._log = log
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.answer:
            return self.answer
        self.mails.append(envelope.content)
        if self._log:
            write_line(self._log, str(message_from_bytes(envelope.content)["Message-ID"]))
        return "250 OK"

    def __enter__(self) -> MailReceiver:
        self._controller.start()
        self.address = f"smtp://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


class WebReceiver:
    """A web server; `posts` are (path, headers, body). `answers` are given first, one a request: (status, headers).

    A status of 0 closes the connection half-way, one of -1 hangs until the server ends.
    """

    def __init__(self, log: Path | None = None) -> None:
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.tried = 0
        self._log = log
        self._ended = threading.Event()

    def __enter__(self) -> WebReceiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.tried += 1
                status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
                if status == -1:
                    receiver._ended.wait(60)
                if status <= 0:
                    self.wfile.write(b"HTTP/1.1 20" if status == 0 else b"")
                    self.close_connection = True
                    return
                if status == 200:
                    receiver.posts.append((self.path, dict(self.headers), body))
                    if receiver._log:
                        write_line(receiver._log, self.headers["Idempotency-Key"])
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    """A port that is free now: aiosmtpd cannot be told to choose one."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_line(path: Path, line: str) -> None:
    """Append a line in one write: the reader sees it whole."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)


def main() -> None:
    """Serve until standard input ends."""
    folder = Path(sys.argv[1])
    with MailReceiver(folder / "post.log") as mail, WebReceiver(folder / "hook.log") as web:
        draft = folder / "ports.json.part"
        draft.write_text(json.dumps({"POST": mail.address, "HOOK": web.address}), encoding="utf-8")
        draft.replace(folder / "ports.json")
        sys.stdin.read()


if __name__ == "__main__":
    main()
