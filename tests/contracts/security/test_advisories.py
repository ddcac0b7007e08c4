"""No package with a published hole is pinned or installed; the check needs no network."""

from datetime import date
from pathlib import Path

import httpx
import pytest

from config import advisories, osv
from config.advisories import Advisory, Dated

TODAY = date(2026, 12, 1)
MADE_UP = Dated(
    date(2026, 11, 27),
    (
        Advisory("Left_Pad", ("CVE-1-1",), fixed="2.0", what="pads right"),
        Advisory("right-pad", ("CVE-1-2",), introduced="3.1", fixed="3.2", what="pads left"),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("left-pad[fast]==1.9.9  # old\nright-pad==3.0\n")
    (tmp_path / "requirements-dev.txt").write_text(
        '-r requirements.txt\nright-pad==3.1; python_version > "3"\n'
    )
    return tmp_path


def test_none_of_our_pins_has_a_hole_that_is_listed() -> None:
    assert list(advisories.read().holes(advisories.pinned())) == []
    assert len(list(advisories.pinned())) > 40


def test_a_pin_with_a_hole_fails_the_check_and_says_where_it_is_fixed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert advisories.check(MADE_UP, advisories.pinned(folder), today=TODAY) == 1

    told = capsys.readouterr().err.splitlines()
    assert told == [
        "right-pad 3.1 (requirements-dev.txt): CVE-1-2 (pads left), fixed in 3.2",
        "left-pad 1.9.9 (requirements.txt): CVE-1-1 (pads right), fixed in 2.0",
    ]


def test_versions_before_and_after_a_hole_pass(capsys: pytest.CaptureFixture[str]) -> None:
    sound = [("left-pad", "2.0", "installed"), ("right-pad", "3.0.9", "x"), ("right-pad", "3.2", "x")]

    assert advisories.check(MADE_UP, sound, today=TODAY) == 0
    assert capsys.readouterr().err == ""


def test_a_list_older_than_sixty_days_warns_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.check(MADE_UP, [], today=date(2027, 1, 26)) == 0
    assert capsys.readouterr().err == ""
    assert advisories.check(MADE_UP, [], today=date(2027, 1, 27)) == 0
    assert "61 days old" in capsys.readouterr().err


def test_what_osv_tells_is_added_once_and_written_as_it_is_read(tmp_path: Path) -> None:
    events = [{"introduced": "0"}, {"fixed": "1.5"}, {"introduced": "3.0"}]
    hole = {
        "id": "GHSA-x",
        "aliases": ["CVE-1-3"],
        "summary": 'pads "both"',
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "right-pad"},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        batch = {"results": [{"vulns": [{"id": "GHSA-x"}]}]}
        return httpx.Response(200, json=batch if request.method == "POST" else hole)

    def asked(listed: Dated) -> Dated:
        client = httpx.Client(transport=httpx.MockTransport(answer))
        return osv.refreshed(listed, [("right-pad", "3.0", "x")], today=TODAY, client=client)

    told = asked(MADE_UP)
    kept = tmp_path / "advisories.toml"
    kept.write_text(advisories.written(told))

    assert [(one.introduced, one.fixed) for one in told.advisories[2:]] == [(None, "1.5"), ("3.0", "99999")]
    assert advisories.read(kept) == told
    assert asked(told).advisories == told.advisories


def test_our_own_list_is_written_as_it_is_kept() -> None:
    assert advisories.written(advisories.read()) == advisories.LIST.read_text(encoding="utf-8")
