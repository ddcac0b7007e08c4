"""Where a request comes from. Only this place reads it, so no header is believed that nobody vouches for.

Each of `NUM_PROXIES` reverse proxies appends the address it was called from to X-Forwarded-For: the entry of
the outermost is the client's, and everything before it is the client's own invention.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

UNKNOWN = "unknown"  # a Unix socket, a test: all of them together
IPV6_SITE = 64  # bits: what one subscriber is given, with any number of addresses within


def client_network(meta: Mapping[str, Any]) -> str:
    """Who is counted as one, by `request.META`: an IPv4 address, or the /64 of an IPv6 address; UNKNOWN
    where there is none."""
    found = _address(meta)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_SITE), strict=False))
    return str(found) if found else UNKNOWN


def _address(meta: Mapping[str, Any]) -> IPv4Address | IPv6Address | None:
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    entries = [entry.strip() for entry in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    trusted = entries[-proxies] if 0 < proxies <= len(entries) else ""
    return _parsed(trusted) or _parsed(str(meta.get("REMOTE_ADDR") or ""))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
