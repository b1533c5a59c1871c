"""Which addresses a webhook may lead to: what a person types must not make us knock at doors inside our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.outbox.rules import NotSent
from registry.kernel.text import shown

NAT64: Final = ip_network("64:ff9b::/96")
SITE_LOCAL: Final = ip_network("fec0::/10")
LONGEST: Final = 500
LONGEST_LABEL: Final = 63


def check_url(url: str, *, private: bool) -> Messages:
    """Messages by field: a webhook is an https address of a host that can be public; `private` allows any."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in url and url.isascii()
    except ValueError:
        return {"url": [_wrong(url)]}
    if not named or parts.username is not None or parts.fragment or len(url) > LONGEST:
        return {"url": [_wrong(url)]}
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        return {
            "url": [
                _(
                    "“%(url)s” does not begin with https://; what is told there must not be read on the way.",
                    url=shown(url),
                )
            ]
        }
    if not private and _is_plainly_private(parts.hostname or ""):
        return {"url": [_("“%(url)s” is not an address on the public internet; give one that is.", url=shown(url))]}
    return {}


def public_address(host: str, port: int, *, private: bool) -> tuple[socket.AddressFamily, str]:
    """The address of a host that a connection is made to, looked up once. Raises NotSent, also when one is not public.

    The connection goes to this address and to no other: a name that is looked up again may lead elsewhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"the address of {host} cannot be found: {error}") from error
    places = [(family, str(place[0])) for family, _kind, _protocol, _name, place in found]
    if not private and not all(is_public(ip_address(place)) for _family, place in places):
        raise NotSent(f"{host} leads to an address that is not public")
    return places[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet, also where it wraps another."""
    if isinstance(address, IPv6Address):
        wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if address in SITE_LOCAL or not all(is_public(inner) for inner in wrapped if inner is not None):
            return False
        if address.ipv4_mapped is not None or address in NAT64:
            return True
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    return address.is_global and not special and not address.is_multicast and not address.is_reserved


def _is_plainly_private(host: str) -> bool:
    """Whether a host needs no look-up to be refused."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        name = host.rstrip(".")  # a dot at the end says that nothing follows
        last = name.rpartition(".")[2]
        if last.isdigit() or last.startswith("0x") or any(len(label) > LONGEST_LABEL for label in name.split(".")):
            return True  # 127.1 and 0177.0.0.1 are spellings of addresses, and no name is that long
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name


def _wrong(url: str) -> str:
    return _("“%(url)s” is not an address; give one such as https://example.vn/notices.", url=shown(url))
