"""Prompts as people write them, parsed for the world of the built-in model."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from generation.runner import prompt_parser
from generation.runner.prompt_parser import Lexicon, ParsedPrompt, summary
from tests.generation.prompt_corpus import FIRST, FREE, STRANGE, Case
from training import captions, lexicon
from training.world import BACKGROUNDS, CAMERAS, COLOURS, MOTIONS, SUBJECTS

ROOT = Path(__file__).resolve().parents[2]
SLOTS = ("background", "subject", "colour", "motion", "camera")
LISTS = dict(zip(SLOTS, (BACKGROUNDS, SUBJECTS, COLOURS, MOTIONS, CAMERAS), strict=True))


@pytest.fixture(scope="module")
def world() -> Lexicon:
    return Lexicon(json.loads(json.dumps(lexicon.content())))


def parse(prompt: str, world: Lexicon) -> ParsedPrompt:
    return prompt_parser.interpret(prompt, world)


@pytest.mark.slow
@pytest.mark.parametrize("case", FIRST + FREE + STRANGE, ids=lambda case: case.prompt[:40])
def test_a_prompt_is_understood_as_a_person_would(case: Case, world: Lexicon) -> None:
    parsed = parse(case.prompt, world)

    expected = zip(SLOTS, case.slots.split("/"), strict=True)
    wrong = {slot: parsed.slots[slot] for slot, name in expected if name not in (".", parsed.slots[slot])}
    assert not wrong, parsed
    assert not [word for word in case.missing if word not in " ".join(parsed.missing)], parsed
    assert case.missing or not parsed.missing or case in FREE, parsed


@pytest.mark.parametrize("kept_for_tests", [False, True], ids=["taught", "never taught"])
@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_captions_are_parsed_as_the_scenes_they_were_written_of(
    kept_for_tests: bool, language: str, world: Lexicon
) -> None:
    rng = random.Random(7)
    for _ in range(80):
        scene = captions.full_scene(rng)
        caption = captions.caption(scene, language, rng, kept_for_tests=kept_for_tests, whole=True)

        parsed = parse(caption, world)

        assert {slot: parsed.slots[slot] for slot in SLOTS} == {
            slot: getattr(scene, slot) for slot in SLOTS
        }, caption
        assert kept_for_tests or not parsed.missing


def test_a_caption_of_what_is_drawn_is_parsed_as_the_same_scene(world: Lexicon) -> None:
    for case in FIRST + FREE + STRANGE:
        slots = parse(case.prompt, world).slots
        for language in ("zh", "en"):
            again = parse(world.caption(slots, language), world)
            assert {slot: again.slots[slot] for slot in SLOTS} == {slot: slots[slot] for slot in SLOTS}


def test_prompts_are_rewritten_in_the_words_and_the_language_of_training(world: Lexicon) -> None:
    assert (
        parse("可爱的雪白猫咪在花园里蹦蹦跳跳", world).rewritten_prompt
        == "a white cat bouncing in the park, cute"
    )
    assert (
        parse("a scarlet hound sauntering left at the seaside", world).rewritten_prompt
        == "a red dog walking left by the sea"
    )
    assert parse("一家人吃年夜饭", world).rewritten_prompt in {
        text for scene in world.scenes for text in scene["words"]
    }


def test_a_lexicon_that_names_no_language_keeps_that_of_the_prompt(world: Lexicon) -> None:
    other = Lexicon({**world.content, "told": None})

    assert parse("可爱的雪白猫咪在花园里蹦蹦跳跳", other).rewritten_prompt.startswith(
        "一只白色的猫在公园里跳来跳去"
    )
    assert (
        parse("a snow-white kitty bouncing in a garden", other).rewritten_prompt
        == "a white cat bouncing in the park"
    )


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("a red dog by the blue sea", "red"),
        ("a dog by the blue sea, red", "red"),
        ("woman with red lipstick in a yellow dress", "yellow"),
        ("woman in red on a wet neon street", "red"),
        ("涂着红唇膏的女人穿着蓝裙子", "blue"),
        ("蓝天下的白猫", "white"),
        ("拿着红气球的紫色猴子", "purple"),
        ("深蓝的树叶构成的大象", "blue"),
        ("小狗是紫色的", "purple"),
    ],
)
def test_the_colour_is_the_one_that_belongs_to_the_subject(prompt: str, colour: str, world: Lexicon) -> None:
    assert parse(prompt, world).slots["colour"] == colour


def test_a_colour_of_something_else_is_left_out_with_it_and_not_given_to_the_subject(world: Lexicon) -> None:
    parsed = parse("一只小狗在海边追着一只紫色的蝴蝶", world)

    assert "colour" not in parsed.matched_words and parsed.missing == ("紫色的蝴蝶",)


def test_only_one_of_two_subjects_is_drawn_and_the_other_is_named(world: Lexicon) -> None:
    parsed = parse("a cat and a monkey in the park", world)

    assert parsed.slots["subject"] == "cat" and parsed.missing == ("monkey",)


def test_what_is_negated_is_neither_drawn_nor_missing(world: Lexicon) -> None:
    parsed = parse("a puppy in the snow, without people", world)

    assert parsed.slots["subject"] == "dog" and parsed.missing == ()


def test_the_sentence_says_what_is_drawn_and_what_is_not(world: Lexicon) -> None:
    parsed = parse("一只红色的小狗和机器人在海边向右走", world).as_dict()

    assert (
        summary.summarize(parsed, "en")
        == "Drew: a red dog walking right by the sea; not in this model's world: 机器人."
    )
    assert summary.summarize(
        parse("红色的小狗在海边向右走", world).as_dict(), "zh", lambda _: "画的是：{scene}。"
    ) == ("画的是：一只红色的小狗在海边向右走。")


def test_every_prompt_gets_a_whole_scene_whatever_it_is(world: Lexicon) -> None:
    for prompt in (
        "",
        " ",
        "…",
        "!!!",
        "的",
        "the",
        "1234",
        "ß İ ŉ",
        "a" * 2000,
        "狗" * 1000,
        "\x00\u200b",
        "{scene}",
    ):
        slots = parse(prompt, world).slots
        assert {slot: slots[slot] in LISTS[slot] for slot in SLOTS} == dict.fromkeys(SLOTS, True)


@pytest.mark.slow
def test_the_same_prompt_is_understood_alike_by_every_process(world: Lexicon) -> None:
    prompts = [case.prompt for case in FIRST[:3] + FREE[-8:]]
    code = (
        "import json, sys; from generation.runner import prompt_parser; from training import lexicon;"
        "world = prompt_parser.Lexicon(json.loads(json.dumps(lexicon.content())));"
        "parsed = [prompt_parser.interpret(p, world).as_dict() for p in json.load(sys.stdin)][::-1];"
        "assert 'torch' not in sys.modules; print(json.dumps(parsed))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        input=json.dumps(prompts[::-1]),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [parse(prompt, world).as_dict() for prompt in prompts]


def test_a_folder_without_a_lexicon_gets_its_prompts_as_they_are(tmp_path: Path) -> None:
    assert prompt_parser.parse("a spaceship lands on Mars", tmp_path) is None


def test_a_lexicon_that_is_written_again_is_read_again(tmp_path: Path, world: Lexicon) -> None:
    content = lexicon.content()
    (tmp_path / "lexicon.json").write_text(json.dumps(content))
    first = prompt_parser.read(tmp_path)
    assert prompt_parser.read(tmp_path) is first

    (tmp_path / "lexicon.json").write_text(json.dumps(content | {"version": 20}))

    assert prompt_parser.read(tmp_path) is not first


def test_the_committed_lexicon_is_what_training_says() -> None:
    committed = ROOT / "models" / "lingying-tiny" / "lexicon.json"

    assert json.loads(committed.read_text("utf-8")) == lexicon.content()
