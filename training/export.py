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
from training.model import TextToVideoModel, load_or_train_tokenizer

FOLDER = Path("models/lingying-tiny")


def load_checkpoint(checkpoint: Path) -> tuple[TextToVideoModel, Any, dict[str, Any]]:
    """The averaged model, its tokenizer and the whole checkpoint."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    config = state["config"]
    tokenizer = load_or_train_tokenizer(checkpoint.parent, config["model"])
    model = TextToVideoModel(config["model"], len(tokenizer))
    model.load_state_dict(state["ema"])
    return model.eval(), tokenizer, state


def pipeline(
    checkpoint: Path, encoder: codec.Codec, decoder: vae.LinearDecoder
) -> tuple[WanPipeline, dict[str, Any]]:
    """A WanPipeline in float32 that holds the weights as fp16 will keep them."""
    model, tokenizer, state = load_checkpoint(checkpoint)
    scheduler = UniPCMultistepScheduler(
        prediction_type="sample", use_flow_sigmas=True, flow_shift=state["config"]["optim"]["shift"]
    )
    wan = vae.remove_rounding_offset(vae.build(encoder, decoder).half().float())
    pipe = WanPipeline(
        tokenizer=tokenizer,
        text_encoder=model.text,
        vae=wan,
        scheduler=scheduler,
        transformer=model.video,
        expand_timesteps=True,
    )
    return pipe, state


def manifest(state: dict[str, Any]) -> dict[str, Any]:
    """What a runner must know beside the weights: native sizes, rate, steps, text length, capabilities."""
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
        "optimizations": {"guidance-until": "0.6"},  # behind that it changes nothing that can be seen
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
    _name_tokenizer_class(folder)
    (folder / "codec").mkdir(exist_ok=True)
    for path in (codec.PATH, vae.PATH):  # what training needs to start from this folder
        if path.exists():
            shutil.copyfile(path, folder / "codec" / path.name)
    (folder / "lingying.json").write_text(json.dumps(manifest(state), indent=2, ensure_ascii=False) + "\n")


def _name_tokenizer_class(folder: Path) -> None:
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
