"""A web server on loopback whose every answer a test writes; it serves as a proxy for any host as well."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

__all__ = ["Asked", "Page", "Site"]


@dataclass
class Asked:
    """One request that the server has seen."""

    url: str
    path: str
    headers: dict[str, str]


@dataclass
class Page:
    """An answer: plain, with headers, or written byte by byte by `write`."""

    body: bytes = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = "text/html; charset=utf-8"
    etag: str | None = None
    write: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None


class Site:
    """Serves `pages` by path, or by whole URL when asked as a proxy; 404 for the rest."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self._server: asyncio.Server
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: bytes = b"", status: str = "200 OK", **answer: object) -> None:
        """Answer a path, or a whole URL asked of a proxy, so."""
        self.pages[path] = Page(body, status, **answer)  # type: ignore[arg-type]

    def times_asked(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def stories(self, count: int, path: str = "/feed") -> None:
        """A feed at the path that names so many stories, and those."""
        for number in range(count):
            self.pages[f"/story/{number}"] = Page(b"<html><p>Story %d.</p></html>" % number, etag=f'"s{number}"')
        self.feed([f"/story/{number}" for number in range(count)], path)

    def feed(self, links: list[str], path: str = "/feed") -> None:
        """A feed at the path that names these links."""
        items = "".join(f"<item><title>Title</title><link>{link}</link></item>" for link in links)
        body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        self.pages[path] = Page(body, content_type="application/rss+xml", etag=f'"f{hash(items)}"')

    def close_listener(self) -> None:
        """Take no further connection. Called by a page's `write`."""
        self._server.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._server = self._loop.run_until_complete(
            asyncio.start_server(self._answer, "127.0.0.1", 0, limit=1 << 20)
        )
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                target = first.split(" ")[1]
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                parts = urlsplit(target)
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                url = target if parts.scheme else f"http://{headers.get('host')}{target}"
                self.asked.append(Asked(url, path, headers))
                page = self.pages.get(url) or self.pages.get(path) or Page(b"none", "404 Not Found")
                if page.write is not None:
                    await page.write(writer)
                    break
                if page.etag and headers.get("if-none-match") == page.etag:
                    page = replace(page, status="304 Not Modified", body=b"")
                fields = {"Content-Length": str(len(page.body)), **page.headers}
                if page.content_type:
                    fields["Content-Type"] = page.content_type
                if page.etag:
                    fields["ETag"] = page.etag
                lines = [f"HTTP/1.1 {page.status}", *(f"{name}: {value}" for name, value in fields.items())]
                writer.write("\r\n".join([*lines, "\r\n"]).encode("latin-1") + page.body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
