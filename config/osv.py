"""Advisories asked of OSV, the open database of vulnerabilities (https://osv.dev)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import httpx
from packaging.version import InvalidVersion, Version

from config.advisories import Advisory, Dated

API = "https://api.osv.dev/v1"
SECONDS = 30
MOST_WORDS = 120


def refreshed(
    listed: Dated,
    versions: Sequence[tuple[str, str, str]],
    *,
    today: date,
    client: httpx.Client | None = None,
) -> Dated:
    """`listed` with what OSV knows of `versions`, dated `today`. Raises httpx.HTTPError without a network."""
    asked = list(dict.fromkeys((package.lower(), version) for package, version, _ in versions))
    with client or httpx.Client(timeout=SECONDS) as osv:
        queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": at} for name, at in asked]
        answer = osv.post(f"{API}/querybatch", json={"queries": queries}).raise_for_status().json()
        ids = {found["id"] for one in answer["results"] for found in one.get("vulns", ())}
        told = [osv.get(f"{API}/vulns/{name}").raise_for_status().json() for name in sorted(ids)]
    names = {name for name, _ in asked}
    known = {name for one in listed.advisories for name in one.ids}
    new = [one for each in told for one in _advisories(each, names) if not known & set(one.ids)]
    return Dated(today, (*listed.advisories, *new))


def _advisories(told: dict[str, Any], names: Iterable[str]) -> Iterator[Advisory]:
    """One for each range of versions of a package of ours. One without a fix is fixed in no version yet."""
    cves = [alias for alias in told.get("aliases", ()) if alias.startswith("CVE-")]
    for affected in told.get("affected", ()):
        package = affected["package"]
        if package.get("ecosystem") != "PyPI" or package["name"].lower() not in names:
            continue
        for between in affected.get("ranges", ()):
            if between["type"] == "ECOSYSTEM":
                yield from _between(package["name"].lower(), tuple(cves or [told["id"]]), told, between)


def _between(
    package: str, ids: tuple[str, ...], told: dict[str, Any], between: dict[str, Any]
) -> Iterator[Advisory]:
    what = re.sub(r'[\s"\\]+', " ", told.get("summary") or told.get("details") or "")[:MOST_WORDS].strip()
    introduced: str | None = None
    for event in [*between["events"], {"fixed": "99999"}]:
        if "introduced" in event:
            introduced = event["introduced"]
        elif "fixed" in event and introduced is not None:
            if _is_version(event["fixed"]):
                since = None if introduced == "0" else introduced
                yield Advisory(package, ids, event["fixed"], what, since)
            introduced = None


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
