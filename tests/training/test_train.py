"""Training resumes from its checkpoint bit for bit; what it exports is an ordinary pipeline."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from generation.runner.families import registry
from training import export, vae
from training.codec import Codec, fit, sample_blocks
from training.sample import Sampler
from training.trainer import Trainer, read_config

pytestmark = pytest.mark.slow

Config = dict[str, Any]
SMALL: Config = {
    "model": {
        "z": 48,
        "text_length": 48,
        "vocabulary": 400,
        "text": {"d_model": 32, "num_heads": 2, "d_kv": 16, "d_ff": 32, "num_layers": 1},
        "video": {
            "num_attention_heads": 2,
            "attention_head_dim": 24,
            "num_layers": 1,
            "ffn_dim": 48,
            "freq_dim": 32,
            "cross_attn_norm": True,
            "rope_max_seq_len": 32,
        },
    },
    "stage": [{"after": 0, "lengths": {"1": 0.5, "9": 0.5}}],
}


@pytest.fixture(scope="module")
def codec() -> Codec:
    return fit(sample_blocks(30))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    recipe = copy.deepcopy(read_config(Path("training/configs/tiny.toml")))
    recipe |= SMALL | {"out": str(tmp_path / "run")}
    recipe["data"]["tokens"] = 120
    return recipe


def test_a_run_that_was_stopped_resumes_bit_for_bit(config: Config, codec: Codec) -> None:
    whole = Trainer(config, codec)
    for _ in range(3):
        whole.train_step()

    stopped = Trainer(config, codec)
    stopped.train_step()
    stopped.save()
    resumed = Trainer(config, codec)
    resumed.resume()
    for _ in range(2):
        resumed.train_step()

    assert (resumed.step, resumed.clips) == (whole.step, whole.clips)
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name
    for name, weight in whole.ema.items():
        assert torch.equal(weight, resumed.ema[name]), name


def test_two_processes_resume_bit_for_bit_too(config: Config, codec: Codec, tmp_path: Path) -> None:
    stopped = config | {"out": str(tmp_path / "stopped")}

    whole = trained(config, codec, steps=3)
    trained(stopped, codec, steps=1)
    resumed = trained(stopped, codec, steps=2)

    assert whole["step"] == resumed["step"] == 3
    for name, weight in whole["model"].items():
        assert torch.equal(weight, resumed["model"][name]), name


def trained(config: Config, codec: Codec, steps: int) -> dict[str, Any]:
    """The checkpoint that two processes leave after so many steps more."""
    run_folder = Path(config["out"])
    rendezvous = run_folder.with_name(f"{run_folder.name} {steps}")  # they remove it when they end
    mp.spawn(one_of_two, (config, codec, steps, str(rendezvous)), nprocs=2)
    checkpoint: dict[str, Any] = torch.load(run_folder / "checkpoint.pt", weights_only=True)
    return checkpoint


def one_of_two(rank: int, config: Config, codec: Codec, steps: int, rendezvous: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=2)
    trainer = Trainer(config, codec, rank=rank, workers=2)
    if (Path(config["out"]) / "checkpoint.pt").exists():
        trainer.resume()
    for _ in range(steps):
        trainer.train_step()
    trainer.save()
    dist.destroy_process_group()


def test_the_cool_down_lets_the_learning_rate_fall_to_zero(config: Config, codec: Codec) -> None:
    trainer = Trainer(config, codec)
    trainer.step = 10_000

    assert trainer.lr_factor() == 1
    trainer.cooldown_seconds = config["optim"]["cooldown"] / 2
    assert trainer.lr_factor() == pytest.approx(0.5)
    trainer.cooldown_seconds = config["optim"]["cooldown"]
    assert trainer.lr_factor() == 0


def test_the_exported_folder_loads_offline_and_makes_clips(
    config: Config, codec: Codec, tmp_path: Path
) -> None:
    trainer = Trainer(config, codec)
    trainer.train_step()
    trainer.save()
    folder = tmp_path / "model"
    pipe, state = export.pipeline(Path(config["out"]) / "checkpoint.pt", codec, vae.LinearDecoder())
    export.write(folder, pipe, state)

    started = Trainer(config, codec)
    started.initialise_from(folder)
    for name, weight in trainer.ema.items():
        assert torch.allclose(weight, started.ema[name], atol=1e-2), name
    started.save()
    resumed = Trainer(config, codec)
    resumed.resume()
    # Other clips than those that the folder has seen.
    assert trainer.dataset.seed != started.dataset.seed == resumed.dataset.seed

    sampler = Sampler(folder)
    # Read by the runner under the name that export writes it under.
    assert (sampler.guidance_until, registry.read(folder).optimizations) == (0.6, {"guidance-until": "0.6"})
    clip = sampler.sample(["一只红色的小狗在海边向右走"], seeds=[1], steps=2)[0]
    from_frame = sampler.sample(["a red dog"], seeds=[1], steps=2, first_frame=clip[0])[0]

    assert type(sampler.pipe).__name__ == "WanPipeline"
    assert clip.shape == from_frame.shape == (9, 80, 128, 3)
    assert np.array_equal(clip, sampler.sample(["一只红色的小狗在海边向右走"], seeds=[1], steps=2)[0])
    assert json.loads((folder / "lingying.json").read_text())["native"]["frame_rule"] == "4k+1"


def test_the_tokenizer_reads_every_han_character_apart(config: Config, codec: Codec) -> None:
    tokenizer = Trainer(config, codec).tokenizer

    assert tokenizer.tokenize("端午,赛龙舟")[-3:] == ["赛", "龙", "舟"]
    assert tokenizer("")["input_ids"] == [tokenizer.eos_token_id]
