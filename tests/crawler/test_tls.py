"""https: the certificate is checked against the host's name, and a host that fails costs only itself."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler import transport
from crawler.registry import Endpoint

if TYPE_CHECKING:
    from .conftest import Collector


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for gazette.example that nobody has signed, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gazette.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gazette.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "gazette.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """A TLS server that answers everything with a feed that names one story."""
    loop = asyncio.new_event_loop()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                body = b"<rss><channel><item><link>/a</link></item></channel></rss>"
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    server.close()
    loop.close()


def crawl_https(collector: Collector, port: int, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crawl a feed of the host, its name leading to loopback."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    monkeypatch.setattr(transport, "resolve_name", resolve)
    endpoint = Endpoint("feed", f"https://{host}:{port}/feed")
    collector.crawl(collector.source(endpoint), loopback_ports=frozenset({port}))


def test_a_page_behind_a_sound_certificate_is_captured(
    collector: Collector, port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport.certifi, "where", lambda: str(certificate))
    crawl_https(collector, port, "gazette.example", monkeypatch)
    assert [capture.url for capture in collector.captures()] == [f"https://gazette.example:{port}/a"]


@pytest.mark.parametrize("host", ["gazette.example", "herald.example"])
def test_a_certificate_that_is_not_sound_is_an_error_that_says_so(
    collector: Collector, port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    if host == "herald.example":  # signed by somebody trusted, for another name
        monkeypatch.setattr(transport.certifi, "where", lambda: str(certificate))
    crawl_https(collector, port, host, monkeypatch)
    row = collector.rows("endpoint")[-1]
    assert row.outcome == "error"
    assert "certificate not accepted" in (row.reason or "")
