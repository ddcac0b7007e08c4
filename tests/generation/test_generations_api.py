"""Journeys over HTTP: prompt to clip, with a real pipeline of random weights."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

import library.work
from creator.credits import ledger
from generation.models import Generation
from jobs.models import Job
from library.media.probe import probe
from library.models import Clip
from tests.typing import not_none

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROMPT = "一只猴子在公园里下棋。"


def master(generation: dict[str, Any], folder: Path) -> Path:
    return library.work.fetch(Clip.objects.get(pk=generation["clip"]["id"]), folder)


def test_a_prompt_becomes_a_clip_of_the_promised_shape(ask: Any, work_all: Any, tmp_path: Path) -> None:
    asked = ask(
        "post", "generations", {"prompt": PROMPT, "seconds": 1, "aspect": "9:16", "resolution": "540p"}
    )
    assert asked["clip"]["state"] == "pending" and asked["clip"]["job"]["state"] == "queued"
    assert (asked["clip"]["width"], asked["clip"]["height"], asked["clip"]["fps"]) == (540, 960, 30)

    assert work_all() == 1

    made = ask("get", f"generations/{asked['id']}")
    assert made["clip"]["state"] == "ready" and made["clip"]["frames"] == 30 and made["clip"]["generated"]
    found = probe(master(made, tmp_path))
    assert (found.width, found.height, found.frames, float(found.fps)) == (540, 960, 30, 30.0)


def test_credits_are_held_while_it_is_made_and_settled_when_it_is_ready(
    ask: Any, work_all: Any, creator: Any
) -> None:
    before = ledger.balance(creator).available
    quoted = ask("post", "generations/quote", {"prompt": PROMPT, "seconds": 2}, status=200)
    asked = ask("post", "generations", {"prompt": PROMPT, "seconds": 2, "steps": 1})
    assert asked["cost"] == quoted["credits"] == 4 and quoted["frames"] == 60
    assert ledger.balance(creator) == (before - 4, 4)

    work_all()

    assert ledger.balance(creator) == (before - 4, 0)


def test_the_capsule_says_what_it_takes_to_make_it_again(ask: Any, work_all: Any) -> None:
    asked = ask("post", "generations", {"prompt": PROMPT, "seconds": 1, "seed": 7, "resolution": "540p"})
    work_all()

    capsule = not_none(Clip.objects.get(pk=asked["clip"]["id"]).capsule)

    assert capsule["model"] == "tiny" and len(capsule["fingerprint"]) == 64
    assert capsule["spec"]["seed"] == 7 and capsule["segments"][0]["seed"] == 7
    assert capsule["machine"]["device"] and capsule["machine"]["versions"]["torch"]


def test_the_same_seed_again_gives_the_same_bytes_and_another_gives_others(ask: Any, work_all: Any) -> None:
    first = ask(
        "post", "generations", {"prompt": PROMPT, "seconds": 1, "resolution": "540p", "aspect": "16:9"}
    )
    same = ask("post", f"generations/{first['id']}/rerun", {"seed": first["seed"]})
    other = ask("post", f"generations/{first['id']}/rerun", {})
    work_all()

    hashes = [Clip.objects.get(pk=each["clip"]["id"]).sha256 for each in (first, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert same["rerun_of"] == first["id"] and other["seed"] != first["seed"]


def test_a_pending_clip_can_be_extended_and_the_result_begins_with_it(
    ask: Any, work_all: Any, tmp_path: Path
) -> None:
    short = ask("post", "generations", {"prompt": PROMPT, "seconds": 1, "resolution": "540p"})
    longer = ask("post", f"generations/{short['id']}/extend", {"seconds": 1})
    assert longer["clip"]["job"]["state"] == "waiting" and longer["clip"]["seconds"] == 2
    assert longer["clip"]["made_from"][0]["clip"] == short["clip"]["id"] and longer["cost"] == short["cost"]

    assert work_all() == 2

    made = ask("get", f"generations/{longer['id']}")
    assert made["clip"]["state"] == "ready" and made["clip"]["frames"] == 60


def test_progress_is_told_by_stages_steps_and_previews(ask: Any, work_all: Any) -> None:
    asked = ask("post", "generations", {"prompt": PROMPT, "seconds": 1, "resolution": "540p"})
    work_all()

    events = Job.objects.get(pk=asked["clip"]["job"]["id"]).events.order_by("seq")
    stages = [event.data["stage"] for event in events if event.kind == "stage"]
    previews = [event.data for event in events if event.kind == "preview"]
    assert stages == ["loading", "denoising", "finishing", "storing"]
    assert previews and len(previews[0]["jpeg"]) > 100


def test_a_cancelled_generation_gives_its_credits_back_and_its_clip_reads_cancelled(
    ask: Any, creator: Any, work_all: Any
) -> None:
    before = ledger.balance(creator)
    asked = ask("post", "generations", {"prompt": PROMPT})

    cancelled = ask("post", f"generations/{asked['id']}/cancel", status=200)

    assert cancelled["clip"]["state"] == "cancelled" and cancelled["clip"]["error"]["code"] == "cancelled"
    assert ledger.balance(creator) == before and work_all() == 0


def test_a_deleted_generation_takes_its_clip_along_and_gives_its_credits_back(ask: Any, creator: Any) -> None:
    before = ledger.balance(creator)
    asked = ask("post", "generations", {"prompt": PROMPT})

    ask("delete", f"generations/{asked['id']}")

    assert not Generation.objects.exists() and not Clip.objects.exists()
    assert ledger.balance(creator) == before


def test_one_who_cannot_pay_is_told_and_nothing_is_made(ask: Any, creator: Any) -> None:
    ledger.hold(owner=creator, amount=ledger.balance(creator).available, purpose="test", reference="all")

    problem = ask("post", "generations", {"prompt": PROMPT}, status=402)

    assert problem["code"] == "not-enough-credits"
    assert not Generation.objects.exists() and not Clip.objects.exists() and not Job.objects.exists()


def test_a_model_that_breaks_gives_the_credits_back(
    ask: Any, creator: Any, work_all: Any, settings: Any
) -> None:
    before = ledger.balance(creator)
    asked = ask("post", "generations", {"prompt": PROMPT})
    settings.MODELS = {"tiny": "/nowhere"}

    work_all()

    clip = ask("get", f"generations/{asked['id']}")["clip"]
    assert clip["state"] == "failed" and clip["error"]["code"] == "model-folder-not-found"
    assert ledger.balance(creator) == before


def test_before_admission_asking_is_refused_with_the_way_in(
    api: Any, waiting: Any, installation: Path
) -> None:
    answer = api(waiting).post("/api/v1/generations", {"prompt": PROMPT})

    assert answer.status_code == 403 and answer.json()["code"] == "not-admitted"


def test_a_picture_is_what_the_clip_begins_with_until_it_is_deleted(
    ask: Any, api: Any, creator: Any, work_all: Any
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), "tomato").save(buffer, "PNG")
    picture = SimpleUploadedFile("red.png", buffer.getvalue(), "image/png")
    uploaded = api(creator).post("/api/v1/uploads", {"file": picture}, format="multipart").json()["still"]

    asked = ask("post", "generations", {"prompt": PROMPT, "seconds": 1, "first_frame": uploaded["id"]})
    work_all()
    ask("delete", f"stills/{uploaded['id']}")

    made = ask("get", f"generations/{asked['id']}")
    assert made["clip"]["state"] == "ready" and made["first_frame"] is None
    problem = ask("post", f"generations/{asked['id']}/rerun", {}, status=410)
    assert problem["code"] == "picture-gone"


def test_the_clip_that_was_gone_on_from_is_remembered_when_it_is_deleted(ask: Any, work_all: Any) -> None:
    short = {"prompt": PROMPT, "seconds": 1, "resolution": "540p", "steps": 1}
    source = ask("post", "generations", short)
    longer = ask("post", f"generations/{source['id']}/extend", {"seconds": 1, "steps": 1})
    assert longer["extends"] == source["clip"]["id"]
    work_all()
    ask("delete", f"clips/{source['clip']['id']}")

    problem = ask("post", f"generations/{longer['id']}/rerun", {}, status=410)

    assert problem["code"] == "source-gone"
    assert ask("get", f"generations/{longer['id']}")["extends"] is None


def test_scenes_take_the_prompts_place_one_after_another(ask: Any, work_all: Any) -> None:
    scenes = [{"at": 1.0, "prompt": "一只猴子"}, {"at": 2.1, "prompt": "公园"}]
    asked = ask("post", "generations", {"prompt": PROMPT, "seconds": 3.5, "scenes": scenes, "steps": 1})
    assert [scene["prompt"] for scene in asked["scenes"]] == ["一只猴子", "公园"]

    work_all()

    capsule = not_none(Clip.objects.get(pk=asked["clip"]["id"]).capsule)
    told = [segment["prompt"] for segment in capsule["segments"]]
    assert list(dict.fromkeys(told)) == [PROMPT, "一只猴子", "公园"]


def test_a_clip_made_again_with_its_seed_is_the_same_and_says_so(ask: Any, work_all: Any) -> None:
    short = {"prompt": PROMPT, "seconds": 1, "resolution": "540p", "steps": 1, "seed": 5}
    asked = ask("post", "generations", short)
    again = ask("post", f"generations/{asked['id']}/rerun", {"seed": 5})
    other = ask("post", f"generations/{asked['id']}/rerun", {"seed": 6})
    assert again["reproduced"] is None

    work_all()

    assert ask("get", f"generations/{again['id']}")["reproduced"] == {"same": True, "differs": {}}
    assert ask("get", f"generations/{other['id']}")["reproduced"] is None
    Clip.objects.filter(pk=asked["clip"]["id"]).update(
        capsule={"brief": {}, "sha256": "", "machine": {"threads": 9}}
    )
    told = ask("get", f"generations/{again['id']}")["reproduced"]
    assert not told["same"] and told["differs"]["machine.threads"] == [9, 2]
