"""Captions name the scene in both languages; the phrasings kept for tests stay out of training."""

import random
import re

import pytest

from training.captions import caption, full_scene, sample
from training.phrases import PHRASES, SEED_SCENES, TEST_PHRASES
from training.world import BACKGROUNDS, CAMERAS, COLOURS, MOTIONS, SUBJECTS, Scene, held_out

KINDS = {"background": BACKGROUNDS, "subject": SUBJECTS, "colour": COLOURS, "motion": MOTIONS}
RED_DOG = Scene("coast", "dog", "red", "right")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_of_the_world_can_be_said(language):
    for kind, words in KINDS.items():
        assert set(PHRASES[language][kind]) == set(words)
        assert set(TEST_PHRASES[language][kind]) == set(words)
    assert set(PHRASES[language]["camera"]) == set(CAMERAS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_caption_names_all_four(language):
    rng = random.Random(3)
    for _ in range(50):
        scene = full_scene(rng)
        said = caption(scene, language, rng, whole=True)
        for kind in KINDS:
            assert any(word in said for word in PHRASES[language][kind][getattr(scene, kind)])


def test_chinese_captions_are_chinese_and_english_ones_english():
    rng = random.Random(1)

    assert re.search(r"[\u4e00-\u9fff]", caption(RED_DOG, "zh", rng))
    assert not re.search(r"[\u4e00-\u9fff]", caption(RED_DOG, "en", rng))


def test_a_moving_camera_is_always_said():
    rng = random.Random(2)
    scene = Scene("coast", "dog", "red", "right", camera="zoom in")

    for _ in range(20):
        said = caption(scene, "zh", rng)
        assert any(words in said for words in PHRASES["zh"]["camera"]["zoom in"])


def test_phrasings_kept_for_tests_are_not_among_those_trained_on():
    for language, kinds in TEST_PHRASES.items():
        for kind, words in kinds.items():
            kept = {phrase for phrases in words.values() for phrase in phrases} - {"猴子"}
            trained = {phrase for phrases in PHRASES[language][kind].values() for phrase in phrases}
            assert not kept & trained


def test_the_seeds_own_prompts_are_among_what_training_reads():
    rng = random.Random(4)
    read = {sample(rng, seeds=1.0)[1] for _ in range(3000)}

    assert "端午节日气氛,赛龙舟" in read
    assert "一只猴子在公园里下棋" in read


def test_no_scene_of_the_seed_is_wholly_held_out():
    for entry in SEED_SCENES:
        assert any(
            not held_out(entry.background, entry.subject, colour, entry.motion) for colour in entry.colours
        )


def test_words_that_need_practice_come_more_often():
    rng, drawn = random.Random(4), {True: 0, False: 0}

    for often in drawn:
        mix = {"race": 3.0} if often else {}
        scenes = [sample(rng, seeds=0.0, core=0.0, often=mix)[0] for _ in range(400)]
        drawn[often] = sum(scene.motion == "race" for scene in scenes)
        assert not any(held_out(s.background, s.subject, s.colour, s.motion) for s in scenes)

    assert drawn[True] > 1.5 * drawn[False]
