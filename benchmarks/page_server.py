"""Pages of real size on loopback for the end-to-end bench, served by a process of its own as a plain-http proxy would.

The pages are the real ones beside the project where they are there, else seeded ones of the same sizes. One in 50 is
served as it is and passes the byte filter; the others have the topic's words replaced by others of the same length:
in three of four everywhere, in every fourth in running text alone, so that menus and links go on naming it.

    python -m benchmarks.page_server --pages 5000
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import re
from collections.abc import Sequence
from pathlib import Path

import uvloop

from pipelines.relevance.prefilter import load_terms, may_concern

__all__ = ["HOSTS", "KEPT_EVERY", "page_bodies", "page_url"]

HOSTS = 40
KEPT_EVERY = 50
SEED = 20260101
REAL_PAGES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "pages"
# Of the 268 real pages: median 236 KB, mean 305 KB.
_MEDIAN_BYTES, _SPREAD, _SEEDED = 236_000, 0.716, 120
_WORD = re.compile(rb"[A-Za-z]")


def page_url(number: int) -> str:
    """The address of a page: the pages are dealt out to the hosts in turn."""
    return f"http://outlet{number % HOSTS}.example/2026/01/01/story-{number}"


def page_bodies() -> tuple[list[bytes], list[bytes]]:
    """Pages that the byte filter keeps, and the same pages, and others, that it does not."""
    bodies = _real_pages() or [*_seeded_pages()]
    kept = [body for body in bodies if may_concern(body)]
    quiet = [_quieted(body, everywhere=number % 4 > 0) for number, body in enumerate(bodies)]
    assert not any(map(may_concern, quiet))
    return kept, quiet


def _real_pages() -> list[bytes]:
    return [gzip.decompress(path.read_bytes()) for path in sorted(REAL_PAGES.glob("*.html.gz"))]


def _quieted(body: bytes, everywhere: bool) -> bytes:
    """The page with the letters of the topic's terms replaced, so that the filter does not keep it."""
    terms = load_terms()
    while everywhere and terms.topic.search(body):
        body = terms.topic.sub(_masked, body)
    if may_concern(body):
        text = re.split(rb"(<[^>]*>)", body)
        body = b"".join(part if part.startswith(b"<") else terms.topic.sub(_masked, part) for part in text)
    while may_concern(body):
        body = terms.topic.sub(_masked, body)
    return body


def _masked(match: re.Match[bytes]) -> bytes:
    return _WORD.sub(b"x", match.group())


def _seeded_pages() -> list[bytes]:
    """Made-up pages: a story of 25 paragraphs among menus, scripts and vector drawings that make up the size."""
    dice = random.Random(SEED)
    words = [
        "county", "board", "meeting", "budget", "school", "river", "bridge", "council", "vote", "people", "year",
        "water", "plan", "report", "office", "street", "court", "week", "state", "local", "public", "members", "road",
    ]  # fmt: skip
    pages = []
    for number in range(_SEEDED):
        size = int(min(1_800_000, max(30_000, dice.lognormvariate(0, _SPREAD) * _MEDIAN_BYTES)))
        said = [
            " ".join(dice.choices(words, k=45)) + f", the sheriff said of ICE detainers, part {n}." for n in range(25)
        ]
        story = "".join(f"<p>{text.capitalize()}</p>\n" for text in said)
        menu = "".join(f'<li class="menu-item"><a href="/{word}">{word}</a></li>' for word in words)
        filler: list[str] = []
        while sum(map(len, filler)) < size - len(story) - len(menu):
            data = ",".join(f'"{dice.choice(words)}{dice.random()}":{dice.random()}' for _ in range(60))
            link = f'<a class="card" href="/story/{dice.random()}"><h4>{" ".join(dice.choices(words, k=9))}</h4></a>'
            filler.append(f"<script>window.state={{{data}}}</script>{link}<svg><path d='M{data[:200]}'/></svg>")
        pages.append(
            f"<!doctype html><html><head><title>Story {number}</title><meta charset='utf-8'>"
            f"<meta property='article:published_time' content='2026-01-01T10:00:00Z'></head><body><ul>{menu}</ul>"
            f"<article><h1>Story {number}</h1>{story}</article>{''.join(filler)}</body></html>".encode()
        )
    return pages


class _Answering(asyncio.Protocol):
    """Answers each request by the number in its path; keeps the connection."""

    def __init__(self, answers: dict[bytes, tuple[bytes, bytes]]) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            target = self._received[: self._received.find(b"\r\n")].split(b" ")[1]
            self._received = self._received[end + 4 :]
            self._transport.writelines(self._answers.get(target) or self._answers[b""])  # type: ignore[attr-defined]


def answer(body: bytes, kind: str, status: str = "200 OK") -> tuple[bytes, bytes]:
    """A response: its head, and its body."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    return head.encode(), body


def answers(pages: int) -> tuple[dict[bytes, tuple[bytes, bytes]], float]:
    """What is served under which address, and the mean size of a page in bytes."""
    kept, quiet = page_bodies()
    made = {id(body): answer(body, "text/html; charset=utf-8") for body in [*kept, *quiet]}
    served: dict[bytes, tuple[bytes, bytes]] = {b"": answer(b"not here", "text/plain", "404 Not Found")}
    size = 0
    for number in range(pages):
        body = kept[number // KEPT_EVERY % len(kept)] if number % KEPT_EVERY == 0 else quiet[number % len(quiet)]
        size += len(body)
        served[page_url(number).encode()] = made[id(body)]
    for host in range(HOSTS):
        links = "".join(f"<url><loc>{page_url(number)}</loc></url>" for number in range(host, pages, HOSTS))
        site = f"http://outlet{host}.example"
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{links}</urlset>'
        served[f"{site}/sitemap.xml".encode()] = answer(sitemap.encode(), "application/xml")
        served[f"{site}/robots.txt".encode()] = answer(b"User-agent: *\nAllow: /\n", "text/plain")
    return served, size / pages


async def serve(pages: int) -> None:
    """Serve until killed; the first line printed is the port and the mean size."""
    served, mean = answers(pages)
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(served), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], mean, flush=True)
    await server.serve_forever()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve so many pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000)
    uvloop.run(serve(parser.parse_args(arguments).pages))


if __name__ == "__main__":
    main()
