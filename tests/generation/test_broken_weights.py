"""Weights that cannot be loaded: one attempt, one error that names the file, and the credits come back."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import UMT5Config, UMT5EncoderModel

from creator.credits import ledger
from fixtures import tiny_models
from fixtures.tiny_models import text, wan
from generation.runner import errors
from generation.runner.events import Event
from generation.runner.families import components, loading, registry, weights
from generation.runner.families.model_folder import ModelFolder
from generation.runner.run import run
from generation.runner.runtime.fingerprint import fingerprint
from generation.runner.runtime.model_cache import MODEL_CACHE
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec
from jobs.models import Job

TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"
Break = Callable[[Path], Any]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def not_downloaded(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n")


def links_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("../../../blobs/4d7a")


def is_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BEFORE_LOADING: list[Break] = [
    cut_short,
    header_only,
    empty,
    not_downloaded,
    links_nowhere,
    is_a_folder,
    Path.unlink,
]


def lacks_a_tensor(path: Path) -> None:
    tensors = load_file(path)
    del tensors[min(tensors)]
    save_file(tensors, path, {"format": "pt"})


def has_another_shape(path: Path) -> None:
    tensors = load_file(path)
    save_file(tensors | {min(tensors): torch.zeros(3, 3)}, path, {"format": "pt"})


def is_of_another_model(path: Path) -> None:
    save_file({"weight": torch.zeros(3, 3)}, path, {"format": "pt"})


@pytest.fixture(autouse=True)
def _nothing_stays_loaded() -> Iterator[None]:
    yield
    MODEL_CACHE.clear()


@pytest.fixture
def broken(tiny: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to be broken."""
    return Path(shutil.copytree(tiny, tmp_path / "broken"))


def check(folder: Path) -> None:
    weights.check(ModelFolder(folder, folder.name))


def in_shards(folder: Path) -> list[Path]:
    """The transformer in two files with an index, as large models are saved."""
    whole = folder / TRANSFORMER
    tensors, names = (
        load_file(whole),
        [f"{whole.stem}-0000{number}-of-00002.safetensors" for number in (1, 2)],
    )
    weight_map = {tensor: names[place % 2] for place, tensor in enumerate(sorted(tensors))}
    for name in names:
        held = {tensor: tensors[tensor] for tensor, file in weight_map.items() if file == name}
        save_file(held, whole.with_name(name), {"format": "pt"})
    whole.unlink()
    whole.with_name(f"{whole.name}.index.json").write_text(
        json.dumps({"metadata": {"total_size": 1}, "weight_map": weight_map})
    )
    return [whole.with_name(name) for name in names]


@pytest.mark.parametrize("file", [TRANSFORMER, TEXT])
@pytest.mark.parametrize("harm", BEFORE_LOADING, ids=lambda each: each.__name__)
def test_a_file_that_is_not_whole_is_named_before_anything_is_loaded(
    broken: Path, harm: Break, file: str
) -> None:
    harm(broken / file)

    with pytest.raises(errors.ModelBroken) as refusal:
        check(broken)

    assert refusal.value.params["file"] == file


def test_so_are_shards_components_configs_and_the_net_that_enlarges(broken: Path) -> None:
    def named(harm: Callable[[], Any]) -> str:
        harm()
        with pytest.raises(errors.ModelBroken) as refusal:
            check(broken)
        return str(refusal.value.params["file"])

    wan.add_superres(broken)
    shards = in_shards(broken)
    check(broken)

    # the components are looked at in the order of the index, so the last one is harmed first
    assert named(lambda: cut_short(broken / "superres/compact.safetensors")) == "superres/compact.safetensors"
    assert named((broken / "vae/config.json").unlink) == "vae/config.json"
    assert named(shards[1].unlink) == f"transformer/{shards[1].name}"
    assert named(lambda: empty(broken / "tokenizer/tokenizer.json")) == "tokenizer/tokenizer.json"
    assert named(lambda: shutil.rmtree(broken / "scheduler")) == "scheduler"


@pytest.mark.parametrize("file", [TRANSFORMER, TEXT])
@pytest.mark.parametrize("harm", [lacks_a_tensor, has_another_shape, is_of_another_model])
def test_weights_that_do_not_belong_to_their_config_are_not_filled_with_noise(
    broken: Path, harm: Break, file: str
) -> None:
    harm(broken / file)

    with pytest.raises(errors.ModelBroken) as refusal:
        loading.load(registry.read(broken), broken, "cpu")

    assert refusal.value.params["file"] == file and str(broken) not in str(refusal.value)


def test_components_of_two_models_are_told_not_to_fit(broken: Path, tmp_path: Path) -> None:
    shutil.rmtree(broken / "text_encoder")
    UMT5EncoderModel(UMT5Config(**text.T5 | {"d_model": 24})).save_pretrained(broken / "text_encoder")
    spec = GenerationSpec("一只猴子", seconds=0.5, short_side=96, steps=1)

    with pytest.raises(errors.ModelBroken, match="fit together") as refusal:
        run(spec, folder=broken, out=tmp_path / "clip.mp4", workdir=tmp_path / "work")

    assert refusal.value.params["file"] == "model_index.json"


def test_a_vocabulary_that_is_none_is_named(broken: Path) -> None:
    (broken / "tokenizer/tokenizer.json").write_text("{")

    with pytest.raises(errors.ModelBroken) as refusal:
        loading.load(registry.read(broken), broken, "cpu")

    assert refusal.value.params["file"] == "tokenizer"


@pytest.mark.parametrize("variant", ["fp16", "bf16"])
def test_weights_in_shards_and_of_a_variant_are_loaded_as_they_are(broken: Path, variant: str) -> None:
    in_shards(broken)
    for file in (TEXT, "vae/diffusion_pytorch_model.safetensors"):
        (broken / file).rename((broken / file).with_suffix(f".{variant}.safetensors"))

    check(broken)

    assert loading.load(registry.read(broken), broken, "cpu").weight_bytes > 0


def test_each_component_has_the_precision_of_its_name(tiny: Path) -> None:
    """As on a GPU, where the VAE is exact."""
    parts = components.load(ModelFolder(tiny, "tiny"), {"default": torch.bfloat16, "vae": torch.float32})

    assert (parts["vae"].dtype, parts["transformer"].dtype) == (torch.float32, torch.bfloat16)
    assert parts["text_encoder"].dtype == torch.bfloat16 and parts["transformer_2"] is None


def test_every_family_s_folder_is_whole(tiny_folder: Callable[[str], Path]) -> None:
    for kind in tiny_models.builders():
        check(tiny_folder(kind))
    check(Path(__file__).resolve().parents[2] / "models" / "lingying-tiny")


def test_what_hub_git_and_desktops_leave_behind_changes_no_fingerprint(broken: Path, tmp_path: Path) -> None:
    before = fingerprint(broken, State(None))
    for file in (
        ".gitattributes", ".DS_Store", ".git/HEAD", ".cache/huggingface/download/model_index.json.metadata",
        "vae/.cache/x", "transformer/._config.json", "Thumbs.db", "README", "README.md", "LICENSE",
        "vae/diffusion_pytorch_model.safetensors.lock", "text_encoder/model.safetensors.incomplete",
    ):  # fmt: skip
        (broken / file).parent.mkdir(parents=True, exist_ok=True)
        (broken / file).write_text("left behind")
    (broken / ".refs").symlink_to("nowhere")
    (broken / "again").symlink_to(broken)
    assert fingerprint(broken, State(None)) == before

    (broken / "vae/config.json").write_text((broken / "vae/config.json").read_text() + " ")
    assert fingerprint(broken, State(None)) != before


def test_a_folder_that_is_removed_while_it_runs_is_said_to_be_gone(broken: Path, tmp_path: Path) -> None:
    def remove(event: Event) -> None:
        if event.kind == "loading":
            shutil.rmtree(broken)

    spec = GenerationSpec("一只猴子", seconds=0.5, short_side=96, steps=1)
    with pytest.raises(errors.ModelFolderNotFound):
        run(spec, folder=broken, out=tmp_path / "clip.mp4", workdir=tmp_path / "work", on_event=remove)

    assert not (tmp_path / "clip.mp4").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("harm", [cut_short, lacks_a_tensor])
def test_a_job_is_tried_once_fails_with_the_file_and_gives_the_credits_back(
    ask: Any, creator: Any, work_all: Any, settings: Any, broken: Path, harm: Break
) -> None:
    settings.MODELS = {"mine": str(broken)}
    before = ledger.balance(creator)
    asked = ask("post", "generations", {"prompt": "一只猴子", "model": "mine", "steps": 1})
    harm(broken / TEXT)

    work_all()

    clip = ask("get", f"generations/{asked['id']}")["clip"]
    job = Job.objects.get(pk=clip["job"]["id"])
    assert (clip["state"], clip["error"]["code"], job.attempts) == ("failed", "model-broken", 1)
    assert TEXT in clip["error"]["detail"] and "mine" in clip["error"]["detail"]
    assert ledger.balance(creator) == before
