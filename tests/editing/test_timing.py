"""An edit keeps its flashes and beeps together, and takes the shortest part that it says it takes."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from editing.engine import errors
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from editing.engine.timing.timeline import spans
from library.media.h264.encode import MASTER_X264
from library.media.probe import probe
from tests.editing.material import cut, document
from tests.library import flashes
from tests.progress import Recorder

CANVAS = {"size": [160, 90]}


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Six seconds with a flash and a beep in each."""
    folder = tmp_path_factory.mktemp("flashes")
    return open_source(flashes.film(folder, "a.mp4", seconds=6, more=MASTER_X264))


@pytest.mark.parametrize(
    ("cuts", "is_copied", "expected"),
    [
        ([cut(0.25, 5.75)], True, [0.25, 1.25, 2.25, 3.25, 4.25, 5.25]),
        ([cut(1.9, 5.1)], True, [0.6, 1.6, 2.6]),
        ([cut(0.3, 1.7), cut(3.2, 5.7)], False, [0.2, 1.2, 1.7, 2.7, 3.7]),
        ([cut(0, 4, speed=2)], False, [0.25, 0.75, 1.25, 1.75]),
        ([cut(0.0333, 2.0333)], True, [0.4667, 1.4667]),
    ],
)
def test_every_flash_keeps_its_beep_in_an_edit(
    master: Source, tmp_path: Path, cuts: list[dict[str, Any]], is_copied: bool, expected: list[float]
) -> None:
    out, heard = tmp_path / "out.mp4", Recorder()
    render(parse(document(*cuts, canvas=CANVAS)), {"a": master}, out, workdir=tmp_path, progress=heard)

    assert bool(heard.of("copied")) == is_copied
    assert flashes.seen(out) == pytest.approx(expected, abs=0.018)
    assert flashes.heard(out) == pytest.approx(expected, abs=0.02)


def test_small_holes_in_a_source_do_not_add_up(tmp_path: Path) -> None:
    """Masters have none, but those that were made before, and files on a command line, may."""
    lost = "asetnsamples=960,aselect='not(eq(mod(n,25),10))'"
    holed = open_source(flashes.film(tmp_path, "in.mkv", seconds=3, sound=lost))

    render(parse(document(cut(0, 3), canvas=CANVAS)), {"a": holed}, tmp_path / "out.mp4", workdir=tmp_path)

    assert flashes.heard(tmp_path / "out.mp4") == pytest.approx([0.5, 1.5, 2.5], abs=0.02)


@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
@pytest.mark.parametrize("speed", [1, 2, 0.7])
def test_the_shortest_part_that_is_told_is_taken(fps: int, speed: float) -> None:
    canvas = {"size": [160, 90], "fps": fps}
    told = _told(document(cut(1, 1.001, speed=speed), canvas=canvas), errors.TooShort)["least"]

    for start in (0, 1, 1.7):
        read = parse(document(cut(start, round(start + told, 4), speed=speed), canvas=canvas))
        assert (read.frames, [span.frames for span in spans(read)]) == (1, [1])
    exact = parse(document(cut(0, speed / fps, speed=speed), canvas=canvas))
    assert exact.frames == 1


def test_a_thirtieth_of_a_second_is_a_frame_wherever_it_is() -> None:
    """Rounded, many of them would begin and end before the same frame."""
    short = [cut(0, 0.0333) for _ in range(14)]
    odd = [cut(0, 1.05), *short, cut(0, 0.0499), *short]

    read = parse(document(*odd, canvas=CANVAS))

    laid = spans(read)
    assert all(span.frames >= 1 for span in laid)
    assert all(later.first == sooner.last for sooner, later in pairwise(laid))
    assert laid[-1].last == read.frames


def test_a_part_of_one_frame_is_rendered(master: Source, tmp_path: Path) -> None:
    read = parse(document(cut(1.5, 1.5333), canvas=CANVAS))

    render(read, {"a": master}, tmp_path / "one.mp4", workdir=tmp_path)

    assert probe(tmp_path / "one.mp4").frames == 1
    assert flashes.seen(tmp_path / "one.mp4") == [0]


@pytest.mark.parametrize(
    ("wrong", "kind", "right"),
    [
        (
            [cut(0, 1), cut(0, 1, transition={"name": "fade", "seconds": 0.01})],
            errors.TransitionTooShort,
            lambda told: [cut(0, 1), cut(0, 1, transition={"name": "fade", "seconds": told["least"]})],
        ),
        (
            [cut(0, 1, speed=0.6), cut(0, 2, transition={"name": "fade", "seconds": 2})],
            errors.TransitionTooLong,
            lambda told: [
                cut(0, 1, speed=0.6),
                cut(0, 2, transition={"name": "fade", "seconds": told["most"]}),
            ],
        ),
        (
            [{"clip": "a", "freeze": 0.001}],
            errors.OutOfRange,
            lambda told: [{"clip": "a", "freeze": told["least"]}],
        ),
    ],
)
def test_other_limits_of_time_are_taken_as_they_are_told(
    wrong: list[dict[str, Any]], kind: type[Any], right: Any
) -> None:
    told = _told(document(*wrong, canvas=CANVAS), kind)

    assert parse(document(*right(told), canvas=CANVAS)).frames >= 1


def test_the_last_moment_that_is_told_for_a_cover_or_music_is_taken() -> None:
    clips, track = cut(0, 1, speed=0.6), {"track": "t", "at": 3}
    cover = _told(document(clips, canvas=CANVAS, cover=3), errors.OutOfRange)["most"]
    music = _told(document(clips, canvas=CANVAS, music=[track]), errors.OutOfRange)["most"]

    assert parse(document(clips, canvas=CANVAS, cover=cover, music=[track | {"at": music}]))


def _told(value: dict[str, Any], kind: type[Any]) -> dict[str, Any]:
    """What the refusal of `value` says would be taken."""
    with pytest.raises(DocumentInvalid) as refused:
        parse(value)
    (problem,) = refused.value.problems
    assert isinstance(problem, kind)
    return dict(problem.params)
