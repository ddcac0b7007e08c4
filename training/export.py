"""`python -m training.export`: the newest checkpoint's averaged weights as a diffusers folder, fp16,
loadable offline."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import UniPCMultistepScheduler, WanPipeline

from training import codec, vae
from training.model import Joint, kept_tokenizer

FOLDER = Path("models/lingying-tiny")


def joint(checkpoint: Path) -> tuple[Joint, Any, dict[str, Any]]:
    """The averaged model, its tokenizer and the checkpoint's own record."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    config = state["config"]
    words = kept_tokenizer(checkpoint.parent, config["model"])
    model = Joint(config["model"], len(words))
    model.load_state_dict(state["ema"])
    return model.eval(), words, state


def pipeline(checkpoint: Path, coder: codec.Codec, decoder: vae.Unfold) -> tuple[WanPipeline, dict[str, Any]]:
    """A WanPipeline in float32 that holds the weights as fp16 will keep them."""
    model, words, state = joint(checkpoint)
    scheduler = UniPCMultistepScheduler(
        prediction_type="sample", use_flow_sigmas=True, flow_shift=state["config"]["optim"]["shift"]
    )
    wan = vae.level(vae.build(coder, decoder).half().float())
    pipe = WanPipeline(
        tokenizer=words,
        text_encoder=model.text,
        vae=wan,
        scheduler=scheduler,
        transformer=model.video,
        expand_timesteps=True,
    )
    return pipe, state


def manifest(state: dict[str, Any]) -> dict[str, Any]:
    """What a runner must know beside the weights: native sizes, rates, steps, text length, what it can do."""
    config = state["config"]
    lengths = {
        int(f) for stage in config["stage"] if stage["after"] <= state["clips"] for f in stage["lengths"]
    }
    return {
        "name": "lingying-tiny",
        "version": "0.5.0",
        "native": {
            "sizes": {name: shape[0] for name, shape in config["data"]["shapes"].items()},
            "fps": 8,
            "flickers": True,
            "steps": 14,
            "guidance": 3.5,
            "frame_rule": "4k+1",
            "max_frames": max(max(lengths), 9),
            "shift": config["optim"]["shift"],
            "max_sequence_length": config["model"]["text_length"],
            "prefix_latent_frames": [1, 2, 3],
        },
        "status": f"early checkpoint, {state['clips']:,} clips seen",
        "clips_seen": state["clips"],
        "steps_trained": state["step"],
        "languages": ["zh", "en"],
        "capabilities": ["t2v", "i2v", "extend"],
        "family": "wan",
        "optimizations": {"guidance-until": "0.6"},  # it changes nothing behind that which eyes can see
        "super_resolution": {"file": "superres/compact_x4.safetensors", "scale": 4},
        "license": "Apache-2.0",
    }


def write(folder: Path, pipe: WanPipeline, state: dict[str, Any]) -> None:
    """Replaces the pipeline's parts in `folder`; the card and the super-resolution net stay."""
    for part in ("transformer", "vae", "text_encoder", "tokenizer", "scheduler"):
        shutil.rmtree(folder / part, ignore_errors=True)
    pipe.to(torch.float16)
    pipe.save_pretrained(folder, safe_serialization=True)
    pipe.to(torch.float32)
    _plain_tokenizer(folder)
    (folder / "codec").mkdir(exist_ok=True)
    for home in (codec.HOME, vae.HOME):  # what training needs to go on from this folder
        if home.exists():
            shutil.copyfile(home, folder / "codec" / home.name)
    (folder / "lingying.json").write_text(json.dumps(manifest(state), indent=2, ensure_ascii=False) + "\n")


def _plain_tokenizer(folder: Path) -> None:
    """Transformers 5 writes its own name for the class; this one loads in 4 and 5."""
    for file in (folder / "model_index.json", folder / "tokenizer/tokenizer_config.json"):
        file.write_text(file.read_text().replace("TokenizersBackend", "PreTrainedTokenizerFast"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=Path("out/training/tiny/checkpoint.pt"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    args = parser.parse_args()
    pipe, state = pipeline(args.checkpoint, codec.Codec.load(), vae.load())
    write(args.folder, pipe, state)
    size = sum(f.stat().st_size for f in args.folder.rglob("*") if f.is_file()) / 1e6
    print(f"{args.folder}: {size:.1f} MB, {state['clips']} clips seen, step {state['step']}")


if __name__ == "__main__":
    main()
