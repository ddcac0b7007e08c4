"""Where the server of `make up` can be opened, and the names it goes by there."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO
from ipaddress import ip_address

import psutil
import segno

LOOPBACK, EVERYWHERE = "127.0.0.1", ("0.0.0.0", "::")
# What Android's emulator and Genymotion call the machine they run on: its loopback.
EMULATORS = ("10.0.2.2", "10.0.3.2")
# The same of containers by Docker and Podman.
CONTAINERS = ("host.docker.internal", "host.containers.internal")


class CannotListen(Exception):
    """The address is no address of this machine, or somebody listens on the port already."""


def require_free(host: str, port: int) -> None:
    """Raises CannotListen: a web server that cannot listen would be started again without end."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], port, *address[2:]))  # getaddrinfo cuts a port that is too large
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CannotListen(
            f"Cannot listen on {url(host, port)}: {why}. HOST is 127.0.0.1, an address of this machine, or "
            "0.0.0.0 for all of them; PORT is one that is free, 1 to 65535, as make up PORT=8001."
        ) from None


def on_network(host: str) -> list[str]:
    """The addresses by which other machines reach what is bound to `host`; none where that is loopback."""
    if host in EVERYWHERE:
        family = socket.AF_INET if host == EVERYWHERE[0] else socket.AF_INET6
        return [address for address in _of_interfaces(family) if not _is_of_this_machine(address)]
    return [] if _is_of_this_machine(host) else [host]


def names(host: str) -> list[str]:
    """What may stand in `Host` of requests to it, beside what always may: addresses and fixed names, none of
    which a page of somebody else can make its own domain lead to (DNS rebinding)."""
    return [*map(_bracketed, on_network(host)), *EMULATORS, *CONTAINERS]


def opened_from(host: str) -> str:
    """The address by which this machine itself opens what is bound to `host`."""
    return {EVERYWHERE[0]: LOOPBACK, EVERYWHERE[1]: "::1"}.get(host, host)


def url(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}"


def told(host: str, port: int) -> str:
    """What a person is told once the server is up: where to open it, as a QR code for a phone as well."""
    lines = [f"Lingying is up: {url(opened_from(host), port)}"]
    others = [url(address, port) for address in on_network(host)]
    lines += [f"  on this network    {each}" for each in others]
    lines += [
        f"  Android emulator   {url(EMULATORS[0], port)}",
        f"  containers         {url(CONTAINERS[0], port)}",
    ]
    if not others:
        return "\n".join([*lines, "  for a phone on this network: make up HOST=0.0.0.0"])
    return "\n".join([*lines, _qr_code(others[0])])


def _qr_code(text: str) -> str:
    drawn = StringIO()
    segno.make(text, micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip()


def _of_interfaces(family: int) -> Iterable[str]:
    running = {name for name, facts in psutil.net_if_stats().items() if facts.isup}
    for name, addresses in psutil.net_if_addrs().items():
        if name in running:
            yield from (each.address for each in addresses if each.family == family)


def _is_of_this_machine(host: str) -> bool:
    """Whether no other machine can use it: loopback, or an address that means something on one link only."""
    with suppress(ValueError):
        address = ip_address(host.partition("%")[0])
        return address.is_loopback or address.is_link_local
    return host == "localhost"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
