"""A parsed prompt on its way from the request to the capsule."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.models import Generation
from generation.runner.events import Event
from generation.runner.run import run
from generation.runner.spec import GenerationSpec
from jobs.models import Job
from library.models import Clip
from tests.typing import not_none
from training import lexicon

PROMPT = "一只猴子和一个机器人在公园里对弈"
REWRITTEN = "一只猴子在公园里下棋"


@pytest.fixture(scope="session")
def closed(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a lexicon: one of a closed world."""
    folder = shutil.copytree(tiny, tmp_path_factory.mktemp("closed") / "tiny")
    (folder / "lexicon.json").write_text(json.dumps(lexicon.content()))
    return folder


@pytest.fixture
def small_world(ask: Callable[..., Any], closed: Path, settings: Any) -> Callable[..., Any]:
    """`ask`, of an installation whose model knows a closed world."""
    settings.MODELS = {"tiny": str(closed)}
    return ask


@pytest.mark.django_db
@pytest.mark.parametrize("greeting", ["你好", "hello", "谢谢", "1234", "abcxyz"])
def test_what_was_not_asked_for_is_said_to_be_drawn_unasked(small_world: Any, greeting: str) -> None:
    quoted = small_world("post", "generations/quote", {"prompt": greeting}, status=200)["understood"]
    asked = small_world("post", "generations", {"prompt": greeting})["understood"]

    for understood in (quoted, asked):
        assert understood["recognised"] is False
        assert set(understood["unasked"]) == set(understood["slots"])
        assert "not asked for" in understood["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("prompt", ["一只猴子", "端午节", "running", "公园"])
def test_what_was_asked_for_by_name_or_by_its_occasion_is_recognised(small_world: Any, prompt: str) -> None:
    understood = small_world("post", "generations/quote", {"prompt": prompt}, status=200)["understood"]

    assert understood["recognised"] is True
    assert understood["detail"].startswith("Drew: ")


@pytest.mark.django_db
def test_the_quote_and_the_generation_say_what_will_be_drawn_and_what_not(small_world: Any) -> None:
    quoted = small_world("post", "generations/quote", {"prompt": PROMPT}, status=200)["understood"]
    asked = small_world("post", "generations", {"prompt": PROMPT})

    assert quoted["slots"]["subject"] == "monkey" and quoted["slots"]["background"] == "park"
    assert (
        quoted["rewritten_prompt"] == REWRITTEN
        and quoted["missing"] == ["机器人"]
        and "机器人" in quoted["detail"]
    )
    assert asked["understood"] == quoted == small_world("get", f"generations/{asked['id']}")["understood"]
    assert asked["prompt"] == PROMPT == asked["clip"]["title"]


@pytest.mark.django_db
def test_the_sentence_is_in_the_readers_language(small_world: Any, api: Any, creator: Any) -> None:
    key = small_world("post", "generations", {"prompt": PROMPT})["id"]

    sentence = {
        language: api(creator, language).get(f"/api/v1/generations/{key}").json()["understood"]["detail"]
        for language in ("zh-hans", "en")
    }

    assert sentence["zh-hans"] == "画的是：一只黄色的猴子在公园里下棋；这个模型的世界里没有：机器人。"
    assert (
        sentence["en"]
        == "Drew: a yellow monkey playing chess in the park; not in this model's world: 机器人."
    )


@pytest.mark.django_db
def test_a_model_of_no_closed_world_takes_the_prompt_as_it_is(ask: Any) -> None:
    assert ask("post", "generations", {"prompt": PROMPT})["understood"] is None


@pytest.mark.django_db
def test_moderation_looks_at_the_prompt_as_written_not_as_rewritten(small_world: Any) -> None:
    problem = small_world(
        "post", "generations", {"prompt": "一只猴子在公园里下棋,恐怖的斩首画面"}, status=422
    )

    assert problem["code"] == "prompt-blocked" and not Generation.objects.exists()
    scenes = [{"at": 2, "prompt": "恐怖的斩首画面"}]
    problem = small_world("post", "generations", {"prompt": PROMPT, "scenes": scenes}, status=422)
    assert problem["errors"][0]["field"] == "scenes" and not Generation.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_capsule_and_the_job_say_what_the_model_was_given(small_world: Any, work_all: Any) -> None:
    asked = small_world(
        "post", "generations", {"prompt": PROMPT, "seconds": 1, "resolution": "540p", "steps": 1}
    )
    work_all()

    spec = not_none(Clip.objects.get(pk=asked["clip"]["id"]).capsule)["spec"]
    event = Job.objects.get(pk=asked["clip"]["job"]["id"]).events.get(kind="understood").data
    assert spec["prompt"] == PROMPT and spec["understood"]["rewritten_prompt"] == REWRITTEN
    assert event["missing"] == spec["understood"]["missing"] == ["机器人"]


@pytest.mark.slow
def test_the_model_is_given_its_own_words(closed: Path, tiny: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    made = {}
    for name, prompt in (("free", PROMPT), ("plain", REWRITTEN), ("other", "一只红色的鱼在海边转身")):
        spec = GenerationSpec(prompt=prompt, short_side=96, steps=1, seconds=0.3)
        run(
            spec,
            folder=closed,
            out=(out := tmp_path / f"{name}.mp4"),
            workdir=tmp_path,
            on_event=events.append,
        )
        made[name] = hashlib.sha256(out.read_bytes()).hexdigest()

    assert made["free"] == made["plain"] != made["other"]
    assert events[0].kind == "understood" and events[0].data["detail"].startswith("Drew: a yellow monkey")
