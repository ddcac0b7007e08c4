"""Where the server of `make up` can be opened, and by which names: nobody else's names are among them."""

import socket
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from jobs.process import addresses

V4, V6 = socket.AF_INET, socket.AF_INET6
ADDRESSES = {
    "lo": [(V4, "127.0.0.1"), (V6, "::1")],
    "wlan0": [(V4, "192.168.1.7"), (V6, "fe80::1%wlan0"), (V6, "fd00::7")],
    "usb0": [(V4, "169.254.3.4")],
    "off0": [(V4, "10.9.9.9")],
}


@pytest.fixture(autouse=True)
def _a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {
        name: [SimpleNamespace(family=family, address=address) for family, address in held]
        for name, held in ADDRESSES.items()
    }
    running = {name: SimpleNamespace(isup=name != "off0") for name in ADDRESSES}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: running)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", []),
        ("localhost", []),
        ("::1", []),
        ("0.0.0.0", ["192.168.1.7"]),
        ("::", ["fd00::7"]),
        ("192.168.1.7", ["192.168.1.7"]),
        ("laptop.local", ["laptop.local"]),
    ],
)
def test_other_machines_have_these_addresses(host: str, found: list[str]) -> None:
    assert addresses.on_network(host) == found
    fixed = {*addresses.EMULATORS, *addresses.CONTAINERS}
    assert {*addresses.names(host)} == {f"[{one}]" if ":" in one else one for one in found} | fixed


def test_what_is_told_can_be_opened_and_scanned() -> None:
    told = addresses.told("0.0.0.0", 8123)

    for address in ("127.0.0.1", "192.168.1.7", "10.0.2.2", "host.docker.internal"):
        assert f"http://{address}:8123" in told
    assert len(told.splitlines()) > 15  # the QR code


def test_by_default_it_is_told_how_a_phone_gets_there() -> None:
    told = addresses.told("127.0.0.1", 8123)

    assert "make up HOST=0.0.0.0" in told and "192.168.1.7" not in told


def test_an_ipv6_address_is_spelt_as_in_addresses() -> None:
    assert addresses.told("::", 8000).splitlines()[0] == "Lingying is up: http://[::1]:8000"


def test_where_nobody_can_listen_is_told_at_once_and_what_could_be_chosen() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for host, wanted in (
            ("127.0.0.1", port),
            ("0.0.0.0", port),
            ("192.0.2.99", 0),
            ("no.such.invalid", 0),
        ):
            with pytest.raises(addresses.CannotListen, match=r"PORT=8001") as refused:
                addresses.require_free(host, wanted)
            assert addresses.url(host, wanted) in str(refused.value)
    with pytest.raises(addresses.CannotListen):
        addresses.require_free("127.0.0.1", 70_000)
    addresses.require_free("127.0.0.1", port)
