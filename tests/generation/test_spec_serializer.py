"""An option is declared once: REST, its messages and the command line follow from the declaration."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from generation.runner import __main__ as command_line
from generation.runner import prompt_parser
from generation.runner.option import Option, declared
from generation.runner.spec import GenerationSpec, Keyframe, Scene
from generation.serializers import GenerationSerializer, RequestSerializer
from generation.spec_serializer import requested

OPTIONS = declared(GenerationSpec)
NAMED_OTHERWISE = {"short_side": "resolution"}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_rest_and_the_command_line_offer_every_option(option: Option) -> None:
    name = NAMED_OTHERWISE.get(option.name, option.name)
    arguments = vars(command_line._of_run().parse_args(["--prompt", "x", "--out", "x.mp4"]))

    assert name in RequestSerializer().fields or name == "extends"
    assert name in GenerationSerializer().fields
    assert option.name in arguments or option.name == "keyframes"


@pytest.mark.parametrize("option", [each for each in OPTIONS if each.choices], ids=lambda option: option.name)
def test_what_is_accepted_is_said_in_both_languages(option: Option) -> None:
    message = requested(option).error_messages["invalid_choice"]

    with override("en"):
        english = str(message)
    with override("zh-hans"):
        chinese = str(message)
    assert english.startswith("Accepted: ") and chinese != english
    assert all(str(choice) in chinese for choice in option.choices)


def test_a_spec_comes_back_from_its_json() -> None:
    parsed = prompt_parser.ParsedPrompt("a dog", {"subject": "dog"}, {}, ("烟花",), {"zh": "狗", "en": "dog"})
    spec = GenerationSpec(
        "一只狗",
        seed=7,
        first_frame="11111111-1111-1111-1111-111111111111",
        keyframes=(Keyframe(0.5, "22222222-2222-2222-2222-222222222222"),),
        scenes=(Scene(1.0, "公园", parsed), Scene(2.0, "海边")),
        camera="pan-left",
        understood=parsed,
    )

    assert GenerationSpec.from_dict(spec.as_dict()) == spec
    assert spec.as_dict()["understood"]["missing"] == ["烟花"]


def test_a_spec_written_before_an_option_existed_has_its_default() -> None:
    assert GenerationSpec.from_dict({"prompt": "x", "seed": 3}) == GenerationSpec("x", seed=3)


def test_references_are_ids_until_they_are_resolved() -> None:
    spec = GenerationSpec("x", first_frame="one", extends="clip", keyframes=(Keyframe(0.5, "two"),))

    resolved = spec.with_references(lambda name, key: Path("/files") / f"{name} {key}")

    assert [name for name, _ in spec.references()] == ["first_frame", "extends", "keyframe 0.5"]
    assert resolved.first_frame == Path("/files/first_frame one")
    assert resolved.keyframes[0].still == Path("/files/keyframe 0.5 two")
    assert resolved.as_dict()["extends"] == "extends clip"  # a path means nothing on another machine


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_prompt_is_parsed_once_on_its_way_to_the_model(
    ask: Any, work_all: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def parse(prompt: str, folder: Any, **_: Any) -> prompt_parser.ParsedPrompt:
        parsed.append(prompt)
        return prompt_parser.ParsedPrompt(f"{prompt}!", {}, {}, (), {"zh": prompt, "en": prompt})

    monkeypatch.setattr(prompt_parser, "parse", parse)
    scenes = [{"at": 1, "prompt": "b"}]
    short = {"prompt": "a", "seconds": 2, "scenes": scenes, "resolution": "540p", "steps": 1}
    asked = ask("post", "generations", short)
    work_all()

    made = ask("get", f"generations/{asked['id']}")
    assert parsed == ["a", "b"] and made["clip"]["state"] == "ready"
    assert made["understood"]["rewritten_prompt"] == "a!"
    assert made["scenes"][0]["understood"]["rewritten_prompt"] == "b!"
