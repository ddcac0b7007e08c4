"""Keyframes, variants, quality and camera moves over HTTP, with a real LTX pipeline of random weights."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from creator.credits import ledger
from generation.models import Generation
from generation.runner import errors, plan
from generation.runner.families import registry
from generation.runner.spec import GenerationSpec, Keyframe
from library.models import Clip
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = {"prompt": "一只猴子", "seconds": 1, "resolution": "540p"}


@pytest.fixture(scope="session")
def tiny_ltx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from fixtures.tiny_models import ltx

    return ltx.build(tmp_path_factory.mktemp("models") / "ltx")


@pytest.fixture
def ltx(settings: Any, ask: Any, tiny_ltx: Path) -> Any:
    """`ask`, where the only model is an LTX."""
    settings.MODELS = {"ltx": str(tiny_ltx)}
    settings.DEFAULT_MODEL = "ltx"
    return ask


def upload(api: Any, who: Any, colour: str) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(buffer, "PNG")
    picture = SimpleUploadedFile("picture.png", buffer.getvalue(), "image/png")
    return api(who).post("/api/v1/uploads", {"file": picture}, format="multipart").json()["still"]["id"]


def sha(generation: dict[str, Any]) -> str:
    return Clip.objects.get(pk=generation["clip"]["id"]).sha256


@pytest.mark.slow
def test_a_clip_passes_through_the_keyframes_it_was_given(
    ltx: Any, api: Any, creator: Any, work_all: Any
) -> None:
    keyframes = [{"at": 0.5, "still": upload(api, creator, "tomato")}]
    plain = ltx("post", "generations", SHORT | {"seed": 7})
    asked = ltx("post", "generations", SHORT | {"seed": 7, "keyframes": keyframes})
    assert asked["keyframes"] == keyframes
    work_all()

    again = ltx("post", f"generations/{asked['id']}/rerun", {"seed": 7})
    work_all()

    assert sha(asked) == sha(again) != sha(plain) and again["keyframes"] == keyframes
    inputs = not_none(Clip.objects.get(pk=asked["clip"]["id"]).capsule)["inputs"]
    assert list(inputs) == ["keyframe 0.5"]


def test_a_keyframe_of_somebody_else_is_not_there(ltx: Any, api: Any, other: Any) -> None:
    theirs = [{"at": 0.5, "still": upload(api, other, "tomato")}]

    problem = ltx("post", "generations", SHORT | {"keyframes": theirs}, status=404)

    assert problem["code"] == "still-not-found" and not Generation.objects.exists()


@pytest.mark.slow
def test_a_keyframe_that_was_deleted_is_missed_when_it_is_asked_for_again(
    ltx: Any, api: Any, creator: Any, work_all: Any
) -> None:
    still = upload(api, creator, "tomato")
    asked = ltx("post", "generations", SHORT | {"keyframes": [{"at": 0.5, "still": still}]})
    work_all()
    ltx("delete", f"stills/{still}")

    problem = ltx("post", f"generations/{asked['id']}/rerun", {}, status=410)

    assert problem["code"] == "picture-gone"
    assert ltx("get", f"generations/{asked['id']}")["keyframes"] == [{"at": 0.5, "still": None}]


@pytest.mark.parametrize("at", [0, 1.0, 4])
def test_a_keyframe_outside_the_clip_is_refused(ltx: Any, api: Any, creator: Any, at: float) -> None:
    outside = [{"at": at, "still": upload(api, creator, "tomato")}]

    problem = ltx("post", "generations", SHORT | {"keyframes": outside}, status=400)

    assert problem["code"] == "keyframe-outside"


def test_a_model_that_takes_no_keyframes_says_so_before_anything_is_held(
    ask: Any, api: Any, creator: Any
) -> None:
    before = ledger.balance(creator)
    given = [{"at": 0.5, "still": upload(api, creator, "tomato")}]

    problem = ask("post", "generations", SHORT | {"keyframes": given}, status=400)

    assert problem["code"] == "no-keyframes" and ledger.balance(creator) == before


@pytest.mark.slow
def test_variants_are_clips_of_their_own_with_seeds_of_their_own(
    ask: Any, creator: Any, work_all: Any
) -> None:
    before = ledger.balance(creator).available
    quoted = ask("post", "generations/quote", SHORT | {"variants": 3}, status=200)

    first = ask("post", "generations", SHORT | {"variants": 3, "seed": 7})
    others = [ask("get", f"generations/{other}") for other in first["variants"]]
    assert quoted["credits"] == 3 * first["cost"] == before - ledger.balance(creator).available
    assert [each["seed"] for each in others] == [8, 9]
    assert {each["variant_of"] for each in others} == {first["id"]} and first["variant_of"] is None
    assert work_all() == 3

    assert len({sha(each) for each in (first, *others)}) == 3


def test_variants_that_cannot_all_be_paid_for_are_not_begun(ask: Any, creator: Any) -> None:
    left = ledger.balance(creator).available
    cost = ask("post", "generations/quote", SHORT, status=200)["credits"]
    ledger.hold(owner=creator, amount=left - 2 * cost, purpose="test", reference="most")

    ask("post", "generations", SHORT | {"variants": 3}, status=402)

    assert not Generation.objects.exists() and ledger.balance(creator).available == 2 * cost


@pytest.mark.slow
def test_pro_takes_more_steps_and_costs_more(ask: Any, work_all: Any) -> None:
    plain = ask("post", "generations", SHORT | {"seconds": 4})
    pro = ask("post", "generations", SHORT | {"seconds": 4, "quality": "pro"})
    work_all()

    steps = [not_none(Clip.objects.get(pk=each["clip"]["id"]).capsule)["steps"] for each in (plain, pro)]
    assert steps == [3, 5] and pro["cost"] > plain["cost"] and pro["quality"] == "pro"


@pytest.mark.slow
def test_a_camera_move_is_told_in_the_prompt_and_the_answer_says_so(ltx: Any, work_all: Any) -> None:
    asked = ltx("post", "generations", SHORT | {"camera": "pan-left"})
    english = ltx("post", "generations/quote", SHORT | {"camera": "zoom-in", "prompt": "a cat."}, status=200)
    work_all()

    assert asked["camera_told"] == "镜头向左移" and english["camera_told"] == "zoom in"
    assert asked["prompt"] == "一只猴子"  # as it was written
    (segment, *_) = not_none(Clip.objects.get(pk=asked["clip"]["id"]).capsule)["segments"]
    assert segment["prompt"] == "一只猴子，镜头向左移"


@pytest.mark.slow
@pytest.mark.parametrize("fps", [24, 60])
def test_a_clip_has_the_frame_rate_it_was_asked_for_and_so_has_what_goes_on_from_it(
    ask: Any, work_all: Any, fps: int
) -> None:
    quoted = ask("post", "generations/quote", SHORT | {"fps": fps}, status=200)
    asked = ask("post", "generations", SHORT | {"fps": fps, "steps": 1})
    longer = ask("post", f"generations/{asked['id']}/extend", {"seconds": 1, "steps": 1})
    assert quoted["fps"] == asked["fps"] == longer["fps"] == fps and quoted["frames"] == fps
    work_all()

    found = [ask("get", f"clips/{each['clip']['id']}") for each in (asked, longer)]
    assert [(each["fps"], each["frames"]) for each in found] == [(fps, fps), (fps, 2 * fps)]


def test_a_frame_rate_that_cannot_be_delivered_is_refused(ask: Any) -> None:
    problem = ask("post", "generations", SHORT | {"fps": 61}, status=400)

    assert problem["errors"][0]["field"] == "fps" and "60" in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("wrong", "accepted"), [({"quality": "best"}, "pro"), ({"camera": "dolly"}, "roll-left")]
)
def test_words_that_nobody_knows_are_refused_with_those_that_are(
    ask: Any, wrong: dict[str, str], accepted: str
) -> None:
    problem = ask("post", "generations", SHORT | wrong, status=400)

    assert accepted in str(problem)


@pytest.mark.parametrize("ats", [[-0.5], [float("nan")], [0.02], [0.999], [0.5, 0.5], [0.5, 0.52]])
def test_a_keyframe_that_no_frame_shows_is_refused_by_its_place(
    ltx: Any, api: Any, creator: Any, ats: list[float]
) -> None:
    before, still = ledger.balance(creator), upload(api, creator, "tomato")
    given = [{"at": "nan" if at != at else at, "still": still} for at in ats]

    problem = ltx("post", "generations", SHORT | {"fps": 8, "keyframes": given}, status=400)

    assert [error["field"] for error in problem["errors"]] == [f"keyframes[{len(ats) - 1}].at"]
    assert ledger.balance(creator) == before


def test_every_moment_that_a_refusal_names_is_accepted(tiny_ltx: Path) -> None:
    model = registry.read(tiny_ltx)
    for fps, seconds in ((8, 1.0), (24, 1.0), (30, 0.7), (60, 2.4)):
        outside = GenerationSpec("x", seconds=seconds, fps=fps, keyframes=(Keyframe(99.0, "a"),))
        with pytest.raises(errors.KeyframeOutside) as refusal:
            plan.check(outside, model)
        for at in (refusal.value.params["least"], refusal.value.params["most"]):
            plan.check(GenerationSpec("x", seconds=seconds, fps=fps, keyframes=(Keyframe(at, "a"),)), model)
