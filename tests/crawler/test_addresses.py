"""Only public addresses are fetched, whatever leads there; and two ways of writing one address are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import transport
from crawler.addresses import address_key, fetchable_url, is_allowed_address, refusal_of_host
from crawler.registry import Endpoint

if TYPE_CHECKING:
    from tests.site import Site

    from .conftest import Collector

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "192.0.2.1", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_allowed_address(address, 80, ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed_address(address, 443, ())


def test_loopback_is_allowed_on_the_named_ports_alone() -> None:
    assert is_allowed_address("127.0.0.1", 8123, {8123})
    assert not is_allowed_address("127.0.0.1", 8124, {8123})
    assert not is_allowed_address("10.0.0.1", 8123, {8123})


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "[::1]", "10.1.2.3"]
)
def test_hosts_that_are_private_or_disguised_numbers_are_refused_as_written(host: str) -> None:
    assert refusal_of_host(f"http://{host}/", ())


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://127.0.0.1:1/", "http://[::1]/", "http://localhost/"],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_not_followed(site: Site, collector: Collector, target: str) -> None:
    site.feed(["/away"])
    site.put("/away", status="302 Found", headers={"Location": target})
    collector.crawl()
    last = collector.rows()[-1]
    assert last.url.rstrip("/") == target.rstrip("/")
    assert last.outcome == "error"
    assert "not a public address" in (last.reason or "")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "javascript:alert(1)", "gopher://x/"])
def test_a_redirect_to_another_scheme_is_not_followed(site: Site, collector: Collector, target: str) -> None:
    site.feed(["/away"])
    site.put("/away", status="302 Found", headers={"Location": target})
    collector.crawl()
    assert collector.rows()[-1].reason == "redirected to no address that may be fetched"


def test_a_name_that_resolves_to_loopback_is_refused(
    site: Site, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1", "10.0.0.8")

    monkeypatch.setattr(transport, "resolve_name", resolve)
    source = collector.source(Endpoint("feed", f"http://rebinding.example:{site.port}/feed"))
    collector.crawl(source, loopback_ports=frozenset())
    assert "rebinding.example leads to 127.0.0.1, not a public address" in (collector.rows()[-1].reason or "")
    assert site.asked == []


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a b", "https://example.org/a%20b"),
        (" //other.example/x#top ", "https://other.example/x"),
        ("https://EXAMPLE.org", "https://example.org/"),
        ("https://example.org/\ncaf\u00e9", "https://example.org/caf%C3%A9"),
        ("http://web.archive.org/web/2025/https://a.example/b", "http://web.archive.org/web/2025/https://a.example/b"),
        ("mailto:a@example.org", None),
        ("http://user:secret@example.org/", None),
        ("http://[bad/", None),
        ("http://example.org:99999/", None),
        ("http:///nowhere", None),
    ],
)
def test_links_become_addresses_as_browsers_read_them(link: str, url: str | None) -> None:
    assert fetchable_url(link, "https://example.org/dir/page") == url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a/"),
        ("https://example.org/a?utm_source=x&id=3", "https://example.org/a?id=3&fbclid=9"),
        ("https://example.org:443/a", "https://EXAMPLE.org/a"),
    ],
)
def test_ways_of_writing_one_address_share_a_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    "other", ["https://example.org/a?id=4", "https://www.example.org/a?id=3", "https://example.org/b?id=3"]
)
def test_other_addresses_have_other_keys(other: str) -> None:
    assert address_key("https://example.org/a?id=3") != address_key(other)


@given(st.text(max_size=80))
def test_no_link_makes_the_reader_raise_and_reading_twice_changes_nothing(link: str) -> None:
    url = fetchable_url(link, "https://example.org/")
    if url is not None:
        assert fetchable_url(url) == url
        assert address_key(url) == address_key(url)


@given(st.text("abAZ09/._~!$&'()*+,;=:@?-%#", max_size=30))
def test_addresses_that_need_no_mending_are_those_that_mending_leaves_alone(rest: str) -> None:
    url = f"https://example.org/{rest}"
    assert fetchable_url(url) == fetchable_url(f" {url}")
