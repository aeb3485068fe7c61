"""Where a request comes from, behind the proxies the operator trusts, and no further."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any

from litestar.connection import ASGIConnection

from app import config

UNKNOWN = "unknown"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address of who asks: the rightmost one of `X-Forwarded-For` that is not a trusted proxy.

    Without `TRUSTED_PROXIES`, whoever opened the connection: the header can be written by anybody. An empty text
    when the server does not know (a local socket that is not trusted).
    """
    peer = connection.scope.get("client")
    address = peer[0] if peer else ""
    trusted = _networks(config.current().trusted_proxies)
    if not _is_trusted(address, trusted):
        return address
    # A proxy may write on a line of its own, after those that came: they are one list (RFC 9110, § 5.3).
    forwardings = ",".join(connection.headers.getall("x-forwarded-for", []))
    for forwarded in reversed(forwardings.split(",")):
        hop = _read(forwarded.strip())
        if hop is None:
            break
        address = str(hop)
        if not _is_trusted(address, trusted):
            break
    return address


def _is_trusted(address: str, trusted: tuple[_Network, ...]) -> bool:
    found = _read(address)
    return found is not None and any(found in network for network in trusted)


def _read(address: str) -> _Address | None:
    """An address, also with a port or in brackets as some proxies write it; IPv4 inside IPv6 is IPv4."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found


@lru_cache(maxsize=8)
def _networks(listed: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(part, strict=False) for part in listed)


def network(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that an IPv6 subscriber owns."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
