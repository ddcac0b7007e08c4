"""Prompts that say nothing, prompts of what goes on, and what a text encoder does not read."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast

from creator.credits import ledger
from fixtures import tiny_models
from generation.models import Generation
from generation.runner import errors, plan, text_limit
from generation.runner.families import registry
from generation.runner.prompt_parser import lexicon
from generation.runner.prompts import is_legible
from generation.runner.spec import GenerationSpec, Scene

INVISIBLE = {
    "nothing": "",
    "spaces": " \t\n\u3000\u00a0\u2003",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft hyphens": "\u00ad\u00ad",
    "direction": "\u202e\u200f\u2066\u2069",
    "variation selectors": "\ufe0f\U000e0100",
    "tags": "\U000e0041\U000e0042",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0",
    "empty Braille": "\u2800\u2800",
    "marks without a letter": "\u0301\u034f\u20dd",
    "private use": "\ue000\U000f0000",
    "control": "\x07\x1b",
    "separators": "\u2028\u2029",
}


@pytest.mark.parametrize("how", INVISIBLE)
def test_a_prompt_of_nothing_that_can_be_seen_is_empty(tiny: Path, how: str) -> None:
    model = registry.read(tiny)

    with pytest.raises(errors.PromptEmpty) as first:
        plan.check(GenerationSpec(INVISIBLE[how]), model)
    with pytest.raises(errors.PromptEmpty) as scene:
        plan.check(GenerationSpec("猴子", scenes=(Scene(2.0, INVISIBLE[how]),)), model)

    assert (first.value.field, scene.value.field) == ("prompt", "scenes.0.prompt")


@pytest.mark.parametrize("prompt", ["猴", "a", "7", "🐒", "?", "\u200b猴\u200b", "ก็", "\U000e0041x"])
def test_one_sign_that_can_be_seen_is_a_prompt(prompt: str) -> None:
    assert is_legible(prompt)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["zero width", "Hangul fillers", "variation selectors"])
def test_it_is_refused_by_field_and_nothing_is_held(ask: Any, creator: Any, how: str) -> None:
    before = ledger.balance(creator)

    for path in ("generations", "generations/quote"):
        problem = ask("post", path, {"prompt": INVISIBLE[how]}, status=400)
        assert problem["errors"][0]["field"] == "prompt"
    scenes = [{"at": 2, "prompt": INVISIBLE[how]}]
    problem = ask("post", "generations", {"prompt": "猴子", "scenes": scenes}, status=400)

    assert problem["errors"][0]["field"] == "scenes[0].prompt"
    assert ledger.balance(creator) == before and not Generation.objects.exists()


@pytest.mark.django_db
def test_an_extension_goes_on_with_what_was_seen_last(ask: Any) -> None:
    scenes = [{"at": 1.5, "prompt": "公园"}, {"at": 3, "prompt": "雪山"}]
    asked = ask("post", "generations", {"prompt": "一只猴子", "scenes": scenes})

    longer = ask("post", f"generations/{asked['id']}/extend", {"seconds": 1})
    other = ask("post", f"generations/{asked['id']}/extend", {"seconds": 1, "prompt": "海边"})
    plain = ask("post", f"generations/{longer['id']}/extend", {"seconds": 1})

    assert [each["prompt"] for each in (longer, other, plain)] == ["雪山", "海边", "雪山"]


LONG = "一只猴子在公园里下棋" * 3  # each sign is a token of the tiny models


@pytest.mark.parametrize("kind", [kind for kind in tiny_models.builders() if "hunyuan" not in kind])
def test_what_is_told_to_be_cut_is_what_the_tokenizer_of_the_model_cuts(
    tiny_folder: Callable[[str], Path], kind: str
) -> None:
    folder = tiny_folder(kind)
    model = registry.read(folder)
    theirs = PreTrainedTokenizerFast.from_pretrained(folder / "tokenizer", local_files_only=True)
    kept = theirs(LONG, truncation=True, max_length=model.text_length).input_ids
    read = len(kept) - theirs.num_special_tokens_to_add()

    assert 0 < read < len(LONG) and text_limit.cut(LONG, folder, model) == LONG[read:]
    assert text_limit.cut(LONG[:read], folder, model) == ""
    assert text_limit.cut(LONG[: read + 1], folder, model) == LONG[read]


def test_what_the_built_in_model_is_given_is_read_to_its_end() -> None:
    folder = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"
    model, world = registry.read(folder), lexicon.read(folder)
    assert world is not None and model.text_length == 48

    given = {text for scene in world.scenes for text in scene["words"]}
    given |= {world.caption(scene["scene"], language) for scene in world.scenes for language in ("zh", "en")}
    assert {text for text in given if text_limit.cut(text, folder, model)} == set()
    assert text_limit.cut("一只红色的小狗" * 20, folder, model)


def test_a_folder_without_a_tokenizer_of_its_own_tells_that_it_is_not_known(
    tiny: Path, tmp_path: Path
) -> None:
    assert text_limit.cut(LONG, tmp_path, registry.read(tiny)) is None


@pytest.mark.django_db
def test_quote_and_answer_tell_what_is_not_read_of_each_prompt(ask: Any) -> None:
    body = {"prompt": LONG, "scenes": [{"at": 2, "prompt": "猴子"}, {"at": 3, "prompt": LONG}]}

    quoted = ask("post", "generations/quote", body, status=200)
    asked = ask("post", "generations", body)
    again = ask("get", f"generations/{asked['id']}")

    for told in (quoted, asked, again):
        assert told["prompt_cut"] == LONG[11:]
        assert [scene["prompt_cut"] for scene in told["scenes"]] == ["", LONG[11:]]
    assert ask("post", "generations/quote", {"prompt": "猴子"}, status=200)["prompt_cut"] == ""


@pytest.mark.django_db
def test_a_tokenizer_that_cannot_be_read_is_named_before_anything_is_held(
    ask: Any, settings: Any, tiny: Path, tmp_path: Path
) -> None:
    broken = Path(shutil.copytree(tiny, tmp_path / "broken"))
    (broken / "tokenizer/tokenizer.json").write_text("{")
    settings.MODELS["broken"] = str(broken)

    problem = ask("post", "generations", {"prompt": "猴子", "model": "broken"}, status=422)

    assert problem["code"] == "model-broken" and "tokenizer/tokenizer.json" in problem["detail"]
