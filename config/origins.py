"""Origins as browsers spell them (RFC 6454): `scheme://host`, with a port where it is not the usual one."""

import re

from django.core.exceptions import ImproperlyConfigured

ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
ANY = "*"


def origins(named: list[str]) -> frozenset[str]:
    """What the setting CORS_ORIGINS names. Raises ImproperlyConfigured for what no browser would send."""
    found = frozenset(each.strip().lower().removesuffix("/") for each in named)
    for origin in found - {ANY}:
        if not ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"CORS_ORIGINS: {origin!r} is no origin. One is scheme://host or scheme://host:port, with "
                f"nothing behind it, as https://app.example.org; {ANY} stands for all."
            )
    return found
