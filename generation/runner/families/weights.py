"""The files of a model folder, looked at before anything is loaded: whether they are there, whole, and no
pointers to what was never downloaded. No torch: the command line refuses before it takes seconds to load."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from generation.runner.errors import DAMAGED, NOT_ALLOWED, NOT_THERE, POINTER, model_broken
from generation.runner.families.model_folder import ModelFolder

LFS_POINTER = b"version https://git-lfs"
STEMS = {"transformers": "model"}  # of weight files; those of diffusers and its pipelines:
DIFFUSERS = "diffusion_pytorch_model"
# of schedulers, tokenizers and processors, which have no weights
OTHER_CONFIGS = {
    "scheduler_config.json", "tokenizer_config.json", "preprocessor_config.json", "processor_config.json",
}  # fmt: skip
UPSCALER = "superres"


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight files of one network, named as they are called in the model folder.

    `variant`: what stands in their names before the ending, as fp16 in model.fp16.safetensors."""

    files: tuple[str, ...]
    variant: str | None = None


def check(folder: ModelFolder) -> None:
    """Raise ModelBroken for the first file that cannot be loaded, whatever is in it."""
    for name in folder.components:
        if not (folder.path / name).is_dir():
            raise model_broken(folder.name, name, NOT_THERE)
        for path in sorted((folder.path / name).iterdir()):
            if path.suffix in {".json", ".model", ".txt"}:
                _check_readable(folder, path)
        if has_weights(folder, name):
            _check_files(folder, of(folder, name).files)
    upscalers = sorted((folder.path / UPSCALER).glob("*.safetensors"))[:1]
    _check_files(folder, [f"{UPSCALER}/{path.name}" for path in upscalers])


def has_weights(folder: ModelFolder, name: str) -> bool:
    """Whether the component `name` is a network."""
    return not any((folder.path / name / config).exists() for config in OTHER_CONFIGS)


def of(folder: ModelFolder, name: str) -> Weights:
    """The weight files of the network `name`: plain ones, else those of a variant. ModelBroken without any.

    As diffusers chooses: an index of shards goes before a single file."""
    library = folder.components[name][0]
    stem = STEMS.get(library, DIFFUSERS)
    files = {path.name for path in (folder.path / name).iterdir()}
    if "config.json" not in files:
        raise model_broken(folder.name, f"{name}/config.json", NOT_THERE)
    for variant in (None, *sorted(_variants(files, stem))):
        index = f"{stem}.safetensors.index{_dotted(variant)}.json"
        single = f"{stem}{_dotted(variant)}.safetensors"
        if index in files:
            return Weights(_shards(folder, f"{name}/{index}"), variant)
        if single in files:
            return Weights((f"{name}/{single}",), variant)
    if pickled := sorted(file for file in files if file.endswith(".bin")):
        return Weights(tuple(f"{name}/{file}" for file in pickled))
    raise model_broken(folder.name, f"{name}/{stem}.safetensors", NOT_THERE)


def _variants(files: set[str], stem: str) -> Iterator[str]:
    for file in files:
        if file.startswith(f"{stem}.safetensors.index.") and file.endswith(".json"):
            variant = file.removeprefix(f"{stem}.safetensors.index.").removesuffix("json")
        elif file.startswith(f"{stem}.") and file.endswith(".safetensors"):
            variant = file.removeprefix(f"{stem}.").removesuffix("safetensors")
        else:
            continue
        if name := variant.removesuffix("."):
            yield name


def _dotted(variant: str | None) -> str:
    return f".{variant}" if variant else ""


def _shards(folder: ModelFolder, index: str) -> tuple[str, ...]:
    """The files that the index of a sharded network names, the index first."""
    named = folder.json(index).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise model_broken(folder.name, index, DAMAGED)
    within = index.rpartition("/")[0]
    return index, *(f"{within}/{shard}" for shard in sorted(set(map(str, named.values()))))


def _check_files(folder: ModelFolder, files: Iterator[str] | tuple[str, ...] | list[str]) -> None:
    for file in files:
        _check_readable(folder, folder.path / file)
        if file.endswith(".safetensors"):
            _check_whole(folder, file)


def _check_readable(folder: ModelFolder, path: Path) -> None:
    file = path.relative_to(folder.path).as_posix()
    try:
        with path.open("rb") as opened:
            begins = opened.read(len(LFS_POINTER))
    except FileNotFoundError:
        raise model_broken(folder.name, file, NOT_THERE) from None
    except OSError as refused:
        raise model_broken(folder.name, file, NOT_ALLOWED) from refused
    if begins == LFS_POINTER:
        raise model_broken(folder.name, file, POINTER)
    if not begins:
        raise model_broken(folder.name, file, DAMAGED)


def _check_whole(folder: ModelFolder, file: str) -> None:
    """By the header, which says what bytes there must be."""
    try:
        with safe_open(folder.path / file, framework="np"):
            pass
    except (SafetensorError, OSError, ValueError) as broken:
        raise model_broken(folder.name, file, DAMAGED) from broken
