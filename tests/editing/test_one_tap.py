"""One-tap edits over HTTP: one call each, of clips that may still be pending."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creator.models import User
from editing.models import Render
from jobs.models import Job
from library.models import Clip
from library.work import fetch
from tests.conftest import Api
from tests.editing.conftest import MakeClip
from tests.editing.material import numbers, pictures
from tests.editing.one_tap_calls import tap

pytestmark = pytest.mark.django_db(transaction=True)
WorkAll = Callable[..., int]


def test_a_trim_asked_for_before_its_clip_exists_is_exact_to_the_frame(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, tmp_path: Path
) -> None:
    answer = tap(api, creator, make_clip(), "trim", start=0.5, end=1.2)

    assert answer.status_code == 202
    promised = answer.json()
    assert (promised["state"], promised["origin"], promised["seconds"]) == ("pending", "edit", 0.7)
    assert promised["job"]["state"] == "waiting"
    work_all()
    clip = Clip.objects.get(pk=promised["id"])
    assert (clip.state, clip.frames, clip.seconds, clip.title) == ("ready", 21, 0.7, "Boats")
    assert numbers(fetch(clip, tmp_path)) == list(range(15, 36))
    assert clip.cover


def test_the_shortest_trim_that_is_told_is_made_and_can_be_edited(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, tmp_path: Path
) -> None:
    source = make_clip()
    assert "at least 0.0333 s" in tap(api, creator, source, "trim", start=1, end=1.01).content.decode()

    shortest = tap(api, creator, source, "trim", start=1, end=1.0333).json()
    upright = tap(api, creator, shortest["id"], "reframe", aspect="9:16").json()
    work_all()

    clips = [Clip.objects.get(pk=one["id"]) for one in (shortest, upright)]
    assert [(clip.state, clip.frames) for clip in clips] == [("ready", 1), ("ready", 1)]
    assert numbers(fetch(clips[0], tmp_path)) == [30]


def test_the_capsule_of_a_trim_says_how_many_of_its_frames_were_copied(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    promised = tap(api, creator, make_clip(frames=150, actual_frames=150), "trim", start=0.5, end=4.5).json()
    work_all()

    clip = Clip.objects.get(pk=promised["id"])
    assert (clip.state, clip.frames) == ("ready", 120)
    assert clip.capsule and 60 <= clip.capsule["copied"] < 75  # a whole GOP, and the start of the next


@pytest.mark.slow
def test_generate_trim_reframe_and_upscale_are_four_calls_without_waiting(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, tmp_path: Path
) -> None:
    source = make_clip(size=(320, 180))
    trimmed = tap(api, creator, source, "trim", start=0.1, end=0.4).json()
    upright = tap(api, creator, trimmed["id"], "reframe", aspect="9:16").json()
    large = tap(api, creator, upright["id"], "upscale", height=1080).json()

    work_all()
    clip = Clip.objects.get(pk=large["id"])
    assert (clip.state, clip.width, clip.height, clip.frames) == ("ready", 1080, 1920, 9)
    assert numbers(fetch(clip, tmp_path)) == list(range(3, 12))
    shown = api(creator).get(f"/api/v1/clips/{clip.pk}").json()
    assert shown["made_from"] == [{"clip": upright["id"], "relation": "upscale", "deleted": False}]
    assert shown["generated"] is True
    assert clip.capsule is not None
    assert clip.capsule["sources"] == {upright["id"]: Clip.objects.get(pk=upright["id"]).sha256}


@pytest.mark.parametrize(
    ("aspect", "size"),
    [("16:9", (320, 180)), ("9:16", (180, 320)), ("1:1", (180, 180)), ("21:9", (420, 180))],
)
def test_a_reframe_promises_its_size_and_keeps_the_promise(
    api: Api,
    creator: User,
    make_clip: MakeClip,
    work_all: WorkAll,
    tmp_path: Path,
    aspect: str,
    size: tuple[int, int],
) -> None:
    promised = tap(
        api, creator, make_clip(size=(320, 180), frames=3), "reframe", aspect=aspect, mode="blur"
    ).json()

    assert (promised["width"], promised["height"]) == size
    work_all()
    [picture, *_] = pictures(fetch(Clip.objects.get(pk=promised["id"]), tmp_path))
    assert picture.shape[1::-1] == size


def test_a_tracked_reframe_reports_its_result_in_its_events_and_its_capsule(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll
) -> None:
    promised = tap(
        api, creator, make_clip(size=(320, 180), frames=12), "reframe", aspect="9:16", mode="track"
    ).json()
    work_all()

    clip = Clip.objects.select_related("job").get(pk=promised["id"])
    reports = [event.data["cuts"] for event in clip.job.events.filter(kind="followed")]
    assert (clip.state, clip.frames) == ("ready", 12)
    assert [[one["shown"] for one in cuts] for cuts in reports] == [["blur"]]  # stripes have no subject
    assert clip.capsule["followed"] == reports[0]
    assert {"follow", "render"} <= {event.data["stage"] for event in clip.job.events.filter(kind="stage")}


@pytest.mark.parametrize(
    ("edit", "body", "field", "message"),
    [
        ("trim", {"start": 0, "end": 9}, "end", "2.0 s long"),
        ("trim", {"start": 1, "end": 1}, "end", "more than 1.0 s"),
        ("trim", {"start": 1, "end": 1.01}, "end", "at least 0.0333 s"),
        ("trim", {"start": "nan", "end": 1}, "start", ""),
        ("trim", {"start": 10**400, "end": 1}, "start", ""),
        ("trim", {"start": 0}, "end", ""),
        ("reframe", {"aspect": "2:1"}, "aspect", ""),
        ("reframe", {"aspect": "1:1", "mode": "chase"}, "mode", ""),
        ("upscale", {"height": 720}, "height", ""),
        ("upscale", {"height": 1080, "upscaler": "span"}, "upscaler", ""),
    ],
)
def test_an_invalid_request_is_answered_with_its_field_and_what_is_accepted(
    api: Api, creator: User, make_clip: MakeClip, edit: str, body: dict[str, Any], field: str, message: str
) -> None:
    answer = tap(api, creator, make_clip(), edit, **body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert message in error["detail"]
    assert not Render.objects.exists()


def test_a_problem_is_described_in_the_language_of_the_reader(
    api: Api, creator: User, make_clip: MakeClip
) -> None:
    answer = api(creator, language="zh-Hans").post(
        f"/api/v1/clips/{make_clip().pk}/trim", {"start": 0, "end": 9}
    )

    assert "片段" in answer.json()["errors"][0]["detail"]


def test_a_clip_that_is_large_enough_is_not_upscaled(api: Api, creator: User, make_clip: MakeClip) -> None:
    answer = tap(api, creator, make_clip(size=(1080, 1920)), "upscale", height=1080)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "already-that-large"


@pytest.mark.slow
def test_a_clip_is_upscaled_by_the_network_and_reports_its_progress(
    api: Api, creator: User, make_clip: MakeClip, work_all: WorkAll, tmp_path: Path
) -> None:
    promised = tap(api, creator, make_clip(frames=3), "upscale", height=1080, upscaler="ai").json()

    work_all()
    clip = Clip.objects.get(pk=promised["id"])
    assert (clip.state, clip.width, clip.height) == ("ready", 1800, 1080)
    assert numbers(fetch(clip, tmp_path)) == [0, 1, 2]
    stages = Job.objects.get(pk=promised["job"]["id"]).events.filter(kind="stage")
    assert [data["stage"] for data in stages.values_list("data", flat=True)][:3] == [
        "fetch",
        "enlarge",
        "render",
    ]


def test_a_clip_too_long_for_the_network_is_refused_with_the_limit(
    api: Api, creator: User, make_clip: MakeClip
) -> None:
    answer = tap(api, creator, make_clip(frames=2100), "upscale", height=1080, upscaler="ai")

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("upscaler", "edit-too-long-for-ai")
    assert "60" in error["detail"] and "lanczos" in error["detail"]


def test_somebody_elses_clip_is_not_found(api: Api, other: User, staff: User, make_clip: MakeClip) -> None:
    clip = make_clip()

    for edit, body in (
        ("trim", {"start": 0, "end": 1}),
        ("reframe", {"aspect": "1:1"}),
        ("upscale", {"height": 1080}),
    ):
        assert tap(api, other, clip, edit, **body).status_code == 404
        assert tap(api, staff, clip, edit, **body).status_code in (403, 404)
    assert not Render.objects.exists()


def test_who_is_not_admitted_is_told_how_to_apply(api: Api, waiting: User, make_clip: MakeClip) -> None:
    answer = tap(api, waiting, make_clip(), "trim", start=0, end=1)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-admitted")
