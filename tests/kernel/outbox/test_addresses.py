"""Where a webhook may lead to."""

import socket
from ipaddress import ip_address

import pytest

from registry.kernel.outbox import addresses
from registry.kernel.outbox.rules import NotSent

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    "0.0.0.0",
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address):
    assert addresses.is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_not_public_whatever_it_is_wrapped_in(address):
    assert not addresses.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/hook",
        "ftp://example.vn/",
        "https://",
        "https://user:secret@example.vn/",
        "https://example.vn/#part",
        "https://example.vn:0/",
        "https://example.vn:port/",
        "https://[::1/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.0x1./",
        f"https://{'a' * 64}.example.vn/",
        "https://localhost/",
        "https://localhost./",
        "https://registry.internal/",
        "https://printer.local/",
        "https://intranet/",
        "https://exa mple.vn/",
        "https://example.vn/\r\nHost: other",
        "https://đo-lường.vn/",
        "example.vn",
        "",
    ],
)
def test_an_address_that_is_not_plainly_public_is_refused_beside_its_field(app, url):
    with app.app_context():
        assert set(addresses.check_url(url, private=False)) == {"url"}


def test_in_development_any_host_may_be_told(app):
    with app.app_context():
        assert addresses.check_url("http://127.0.0.1:9000/hook", private=True) == {}
        assert addresses.check_url("https://example.vn/hook?a=1", private=False) == {}
        assert set(addresses.check_url("file:///etc/passwd", private=True)) == {"url"}


def leads_to(monkeypatch, *places):
    def looked_up(_host, port, **_said):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in places]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


def test_a_name_that_leads_inside_is_not_followed(monkeypatch):
    leads_to(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(NotSent, match="not public"):
        addresses.public_address("example.vn", 443, private=False)
    leads_to(monkeypatch, "8.8.8.8")
    assert addresses.public_address("example.vn", 443, private=False)[1] == "8.8.8.8"


def test_a_name_nobody_knows_is_tried_again_later(monkeypatch):
    def fails(*_said, **_more):
        raise socket.gaierror("nobody")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(NotSent) as refusal:
        addresses.public_address("example.vn", 443, private=False)
    assert not refusal.value.for_good
