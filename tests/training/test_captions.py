"""Captions name the scene in both languages; the phrasings kept for tests stay out of training."""

import random
import re

import pytest

from training.captions import caption, full_scene, sample_pair
from training.phrases import EXAMPLE_SCENES, PHRASES, TEST_PHRASES
from training.world import CAMERAS, VOCABULARY, Scene, held_out

RED_DOG = Scene("coast", "dog", "red", "right")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_of_the_world_has_phrases(language: str) -> None:
    for slot, words in VOCABULARY.items():
        assert set(PHRASES[language][slot]) == set(words)
        assert set(TEST_PHRASES[language][slot]) == set(words)
    assert set(PHRASES[language]["camera"]) == set(CAMERAS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_caption_names_all_four(language: str) -> None:
    rng = random.Random(3)
    for _ in range(50):
        scene = full_scene(rng)
        text = caption(scene, language, rng, whole=True)
        for slot in VOCABULARY:
            assert any(word in text for word in PHRASES[language][slot][getattr(scene, slot)])


def test_chinese_captions_are_chinese_and_english_ones_english() -> None:
    rng = random.Random(1)

    assert re.search(r"[\u4e00-\u9fff]", caption(RED_DOG, "zh", rng))
    assert not re.search(r"[\u4e00-\u9fff]", caption(RED_DOG, "en", rng))


def test_a_moving_camera_is_always_named() -> None:
    rng = random.Random(2)
    scene = Scene("coast", "dog", "red", "right", camera="zoom in")

    for _ in range(20):
        text = caption(scene, "zh", rng)
        assert any(words in text for words in PHRASES["zh"]["camera"]["zoom in"])


def test_phrasings_kept_for_tests_are_not_among_those_trained_on() -> None:
    for language, slots in TEST_PHRASES.items():
        for slot, words in slots.items():
            kept = {phrase for phrases in words.values() for phrase in phrases} - {"猴子"}
            trained = {phrase for phrases in PHRASES[language][slot].values() for phrase in phrases}
            assert not kept & trained


def test_the_example_prompts_are_among_the_training_captions() -> None:
    rng = random.Random(4)
    captions = {sample_pair(rng, example_share=1.0)[1] for _ in range(3000)}

    assert "端午节日气氛,赛龙舟" in captions
    assert "一只猴子在公园里下棋" in captions


def test_no_example_scene_is_wholly_held_out() -> None:
    for entry in EXAMPLE_SCENES:
        assert any(
            not held_out(entry.background, entry.subject, colour, entry.motion) for colour in entry.colours
        )


def test_words_with_a_weight_come_more_often() -> None:
    rng, drawn = random.Random(4), {True: 0, False: 0}

    for weighted in drawn:
        weights = {"race": 3.0} if weighted else {}
        scenes = [
            sample_pair(rng, example_share=0.0, core_share=0.0, word_weights=weights)[0] for _ in range(400)
        ]
        drawn[weighted] = sum(scene.motion == "race" for scene in scenes)
        assert not any(held_out(s.background, s.subject, s.colour, s.motion) for s in scenes)

    assert drawn[True] > 1.5 * drawn[False]
