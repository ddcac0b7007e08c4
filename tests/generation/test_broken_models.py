"""A broken model folder: the others work, it is listed with the reason, and asking for it costs nothing."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creator.credits import ledger
from generation.models import Generation
from generation.runner import errors, text_limit
from generation.runner.families import registry

BREAKS: dict[str, tuple[str, str | bytes]] = {
    "the index ends early": ("model_index.json", '{"_class_name": "WanPipe'),
    "the index is a list": ("model_index.json", "[]"),
    "the index is not text": ("model_index.json", b"\xff\xfe\x00\x80"),
    "the index is nested too deeply": ("model_index.json", '{"a":' * 100_000),
    "the index names no pipeline": ("model_index.json", "{}"),
    "the index names half a character": ("model_index.json", '{"_class_name": "\\ud800"}'),
    "the index names a number": ("model_index.json", '{"_class_name": 3}'),
    "the overrides end early": ("lingying.json", '{"native": {'),
    "the overrides are a text": ("lingying.json", '"native"'),
    "sizes are no pairs": ("lingying.json", '{"native": {"sizes": {"16:9": [64]}}}'),
    "sizes are no sides": ("lingying.json", '{"native": {"sizes": {"16:9": [-64, "32"]}}}'),
    "a size is no multiple": ("lingying.json", '{"native": {"sizes": {"16:9": [65, 32]}}}'),
    "no frames a second": ("lingying.json", '{"native": {"fps": 0}}'),
    "infinite frames a second": ("lingying.json", '{"native": {"fps": Infinity}}'),
    "a rate that is no number": ("lingying.json", '{"native": {"fps": "fast"}}'),
    "segments that never end": ("lingying.json", '{"native": {"max_frames": 3}}'),
    "no conditioning frames": ("lingying.json", '{"native": {"prefix_latent_frames": []}}'),
    "the native part is a list": ("lingying.json", '{"native": []}'),
    "optimizations are a list": ("lingying.json", '{"optimizations": ["fp8"]}'),
    "a component's config ends early": ("vae/config.json", "{"),
    "a component nobody reads ends early": ("scheduler/scheduler_config.json", "{"),
    "a stride of nothing": ("vae/config.json", '{"scale_factor_temporal": 0}'),
    "a stride that is a text": ("vae/config.json", '{"scale_factor_spatial": "8"}'),
    "heads that are a text": ("transformer/config.json", '{"num_attention_heads": "many"}'),
    "the vocabulary ends early": ("lexicon.json", "{"),
    "the vocabulary is another": ("lexicon.json", '{"slots": {"subject": [3]}}'),
}


@pytest.fixture
def broken(tiny: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be broken."""
    return Path(shutil.copytree(tiny, tmp_path / "broken"))


@pytest.fixture
def both(settings: Any, installation: Path, broken: Path) -> Path:
    """An installation of a sound model and a copy of it."""
    settings.MODELS = {"broken": str(broken), "tiny": str(installation)}
    return broken


def write(folder: Path, file: str, content: str | bytes) -> None:
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("how", BREAKS)
def test_a_file_that_says_nothing_usable_is_named_with_what_it_must_hold(broken: Path, how: str) -> None:
    file, content = BREAKS[how]
    write(broken, file, content)

    with pytest.raises(errors.ModelBroken) as refusal:
        registry.read(broken, "mine")

    assert (refusal.value.params["model"], refusal.value.params["file"]) == ("mine", file)


def test_a_link_into_a_cache_that_was_cleared_and_a_file_nobody_may_read_are_named(broken: Path) -> None:
    for file in ("model_index.json", "lingying.json", "vae/config.json"):
        kept = (broken / file).read_text()
        (broken / file).unlink()
        (broken / file).symlink_to(broken / "blobs" / "gone")
        with pytest.raises(errors.ModelBroken, match=file):
            registry.read(broken)
        (broken / file).unlink()
        (broken / file).mkdir()  # like a file without permission, and for root as well
        with pytest.raises((errors.ModelBroken, errors.ModelFolderNotFound)):
            registry.read(broken)
        (broken / file).rmdir()
        (broken / file).write_text(kept)

    assert registry.read(broken).family == "wan"


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["the index ends early", "no frames a second", "the vocabulary ends early"])
def test_a_broken_model_is_listed_with_the_reason_and_keeps_no_other_back(
    ask: Any, api: Any, creator: Any, both: Path, how: str
) -> None:
    file, content = BREAKS[how]
    write(both, file, content)

    listed, sound = ask("get", "models")
    said = api(creator, "zh-Hans").get("/api/v1/models").json()[0]

    assert (listed["name"], listed["available"], listed["native"]) == ("broken", False, None)
    assert file in listed["reason"] and file in said["reason"] and said["reason"] != listed["reason"]
    assert (sound["name"], sound["available"], sound["reason"]) == ("tiny", True, None)
    ask("post", "generations", {"prompt": "一只猴子"})


@pytest.mark.django_db
def test_asking_for_a_broken_model_is_a_problem_and_holds_nothing(ask: Any, creator: Any, both: Path) -> None:
    before = ledger.balance(creator)
    write(both, "model_index.json", "{")

    for path in ("generations", "generations/quote"):
        problem = ask("post", path, {"prompt": "一只猴子", "model": "broken"}, status=422)
        assert problem["code"] == "model-broken" and problem["errors"][0]["field"] == "model"

    assert ledger.balance(creator) == before and not Generation.objects.exists()


@pytest.mark.django_db
def test_a_folder_that_is_mended_or_added_is_seen_by_the_next_request(
    ask: Any, settings: Any, both: Path, tmp_path: Path
) -> None:
    index = (both / "model_index.json").read_text()
    settings.MODELS["later"] = str(tmp_path / "later")
    write(both, "model_index.json", "{")
    assert [each["available"] for each in ask("get", "models")] == [False, True, False]

    write(both, "model_index.json", index)
    shutil.copytree(both, tmp_path / "later")

    assert [each["available"] for each in ask("get", "models")] == [True, True, True]


def test_a_pipe_in_place_of_a_config_is_not_waited_for(broken: Path) -> None:
    (broken / "vae" / "config.json").unlink()
    os.mkfifo(broken / "vae" / "config.json")

    with pytest.raises(errors.ModelBroken, match=r"vae/config\.json"):
        registry.read(broken)


@pytest.mark.parametrize("most", ["Infinity", "1e999", "1000000000000000019884624838656", "NaN", "0"])
def test_a_tokenizer_without_a_bound_of_its_own_reads_what_the_model_does(broken: Path, most: str) -> None:
    sound = registry.read(broken).text_length
    write(broken, "tokenizer/tokenizer_config.json", f'{{"model_max_length": {most}}}')

    assert registry.read(broken).text_length >= sound


def test_a_tokenizer_that_does_not_know_what_to_make_of_a_word_is_named(tiny: Path, broken: Path) -> None:
    spec = registry.read(tiny)
    write(
        broken,
        text_limit.FILE,
        '{"version": "1.0", "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?"}}',
    )

    with pytest.raises(errors.ModelBroken, match=r"tokenizer\.json"):
        text_limit.cut("b", broken, spec)


def test_what_the_overrides_of_every_folder_here_say_is_accepted(tiny_folder: Callable[[str], Path]) -> None:
    built_in = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"

    assert (
        registry.read(built_in).max_frames
        == json.loads((built_in / "lingying.json").read_text())["native"]["max_frames"]
    )
