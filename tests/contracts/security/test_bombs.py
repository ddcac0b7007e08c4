"""Small documents that would take much memory are refused in words, and no child takes more than it may."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creator.models import User
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render import memory
from editing.engine.render.command import compile
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.errors import FFmpegOutOfMemory
from tests.conftest import Api
from tests.editing.conftest import MakeClip, clips, folder, make_clip  # noqa: F401  # fixtures
from tests.editing.material import cut, document, numbered

MIB = 1 << 20
TALL = {"still": "tall", "start": 0, "end": 0.1}
HUGE = [5120, 2880]


Problems = list[tuple[str, str]]


def refused(value: dict[str, Any], sizes: dict[str, tuple[int, int]] | None = None) -> Problems:
    """(code, field) of all that is wrong with a document whose clips and stills have `sizes`."""
    try:
        problems = list(memory.size_errors(parse(value), sizes or {}))
    except DocumentInvalid as invalid:
        problems = list(invalid.problems)
    return [(problem.code, problem.field or "") for problem in problems]


@pytest.mark.parametrize("size", [[5120, 5120], [4096, 4096]])
def test_a_canvas_of_too_many_pixels_is_refused(size: list[int]) -> None:
    assert refused(document(cut(0, 1), canvas={"size": size})) == [("edit-too-large", "canvas.size")]


@pytest.mark.parametrize("size", [[5120, 32], [32, 5120], [642, 160]])
def test_a_canvas_that_is_a_strip_is_refused(size: list[int]) -> None:
    assert refused(document(cut(0, 1), canvas={"size": size})) == [("edit-too-narrow", "canvas.size")]


def test_a_sticker_higher_than_two_canvases_is_refused() -> None:
    edit = document(cut(0, 1), stickers=[TALL | {"width": 2.0}])  # 172 bytes that took 1.9 GB

    assert refused(edit, {"tall": (50, 5000)}) == [("sticker-too-tall", "stickers[0].width")]


def test_sixteen_large_stills_are_refused() -> None:
    many = [{"still": f"still{n}", "start": 0, "end": 1} for n in range(16)]
    sizes = {f"still{n}": (8000, 5000) for n in range(16)}

    assert refused(document(cut(0, 1), stickers=many), sizes) == [("stickers-too-large", "stickers")]


def test_one_large_still_many_times_is_taken() -> None:
    edit = parse(document(cut(0, 1), stickers=[TALL | {"x": n / 16} for n in range(16)]))

    assert not list(memory.size_errors(edit, {"tall": (8000, 5000)}))


def test_too_many_large_clips_at_once_are_refused() -> None:
    edit = document(*[cut(0, 0.1)] * 32)

    assert refused(edit, {"a": (5120, 2880)}) == [("clips-too-large", "clips")]
    assert not list(memory.size_errors(parse(edit), {"a": (3840, 2160)}))


def test_a_transition_that_would_hold_gigabytes_is_refused() -> None:
    mixed = cut(0, 10, transition={"seconds": 5})

    where = "clips[1].transition.seconds"
    assert refused(document(cut(0, 10), mixed, canvas={"size": HUGE})) == [("transition-too-large", where)]
    parse(document(cut(0, 10), mixed, canvas={"size": [1920, 1080], "fps": 60}))


def test_the_engine_refuses_what_the_api_refuses(
    clips: dict[str, Source],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "MOST_CLIP_PIXELS", 1000)

    with pytest.raises(DocumentInvalid, match="million pixels together"):
        compile(parse(document(cut(0, 0.1))), clips, tmp_path / "out.mp4")


def test_a_child_that_takes_more_memory_than_it_may_dies_and_leaves_nothing(
    clips: dict[str, Source],  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "bytes_for", lambda *_: 200 * MIB)
    edit = parse(document(cut(0, 1), canvas={"size": [3840, 2160]}))

    with pytest.raises(FFmpegOutOfMemory) as stopped:
        render(edit, clips, tmp_path / "out.mp4", workdir=tmp_path)
    assert "200 MiB" in str(stopped.value)
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.django_db(transaction=True)
def test_the_job_of_such_a_child_fails_with_words(
    api: Api,
    creator: User,
    make_clip: MakeClip,  # noqa: F811
    work_all: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "bytes_for", lambda *_: 100 * MIB)
    edit = document(cut(0, 1, clip=str(make_clip().pk)), canvas={"size": [1920, 1080]})
    draft = api(creator).post("/api/v1/drafts", {"document": edit}).json()
    clip = api(creator).post(f"/api/v1/drafts/{draft['id']}/render").json()

    work_all()
    shown = api(creator).get(f"/api/v1/clips/{clip['id']}").json()
    assert (shown["state"], shown["error"]["code"]) == ("failed", "media-too-much-memory")
    assert "100 MiB" in str(shown["error"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [{}, {"reverse": True}, {"reframe": {"mode": "blur"}}, {"transition": {"seconds": 0.4}}],
    ids=lambda more: next(iter(more), "plain"),
)
def test_a_document_at_the_bounds_renders_in_the_memory_it_is_given(
    clips: dict[str, Source],  # noqa: F811
    tmp_path: Path,
    more: dict[str, Any],
) -> None:
    first = cut(0, 0.5, reverse=more.get("reverse", False))
    edit = parse(document(first, cut(0, 0.5, **more), canvas={"size": HUGE}))

    found = render(edit, clips, tmp_path / "out.mp4", workdir=tmp_path)
    assert (found.width, found.height) == tuple(HUGE)


@pytest.mark.slow
def test_thirty_two_cuts_render_in_the_memory_they_are_given(tmp_path: Path) -> None:
    source = open_source(numbered(tmp_path / "a.mp4", frames=6, size=(1920, 1080)))
    edit = parse(document(*[cut(0, 0.1)] * 32))

    found = render(edit, {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)
    assert found.frames == 96
