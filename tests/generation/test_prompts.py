"""Prompts that say nothing, prompts of what goes on, and what a text encoder does not read."""

from pathlib import Path
from typing import Any

import pytest

from creator.credits import ledger
from generation.models import Generation
from generation.runner import errors, plan
from generation.runner.families import registry
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

    assert problem["errors"][0]["field"] == "scenes.0.prompt"
    assert ledger.balance(creator) == before and not Generation.objects.exists()


@pytest.mark.django_db
def test_an_extension_goes_on_with_what_was_seen_last(ask: Any) -> None:
    scenes = [{"at": 1.5, "prompt": "公园"}, {"at": 3, "prompt": "雪山"}]
    asked = ask("post", "generations", {"prompt": "一只猴子", "scenes": scenes})

    longer = ask("post", f"generations/{asked['id']}/extend", {"seconds": 1})
    other = ask("post", f"generations/{asked['id']}/extend", {"seconds": 1, "prompt": "海边"})
    plain = ask("post", f"generations/{longer['id']}/extend", {"seconds": 1})

    assert [each["prompt"] for each in (longer, other, plain)] == ["雪山", "海边", "雪山"]
