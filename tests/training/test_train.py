"""Training goes on from its checkpoint bit for bit; what it exports is an ordinary pipeline that makes
clips."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from training import export, vae
from training.codec import Codec, fit, sample_blocks
from training.sample import Maker
from training.trainer import Trainer, read

SMALL = {
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
def config(tmp_path: Path) -> dict:
    recipe = copy.deepcopy(read(Path("training/configs/tiny.toml"))) | SMALL | {"out": str(tmp_path / "run")}
    recipe["data"]["tokens"] = 120
    return recipe


def test_a_run_that_was_stopped_goes_on_bit_for_bit(config, codec):
    whole = Trainer(config, codec)
    for _ in range(3):
        whole.advance()

    stopped = Trainer(config, codec)
    stopped.advance()
    stopped.save()
    resumed = Trainer(config, codec)
    resumed.resume()
    for _ in range(2):
        resumed.advance()

    assert (resumed.step, resumed.clips) == (whole.step, whole.clips)
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name
    for name, weight in whole.ema.items():
        assert torch.equal(weight, resumed.ema[name]), name


def test_two_processes_go_on_bit_for_bit_too(config, codec, tmp_path):
    stopped = config | {"out": str(tmp_path / "stopped")}

    whole = trained(config, codec, steps=3)
    trained(stopped, codec, steps=1)
    resumed = trained(stopped, codec, steps=2)

    assert whole["step"] == resumed["step"] == 3
    for name, weight in whole["model"].items():
        assert torch.equal(weight, resumed["model"][name]), name


def trained(config: dict, codec: Codec, steps: int) -> dict:
    """The checkpoint that two processes leave after so many steps more."""
    home = Path(config["out"])
    meeting = home.with_name(f"{home.name} {steps}")  # they remove it when they part
    mp.spawn(one_of_two, (config, codec, steps, str(meeting)), nprocs=2)
    return torch.load(home / "checkpoint.pt", weights_only=True)


def one_of_two(rank: int, config: dict, codec: Codec, steps: int, meeting: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
    trainer = Trainer(config, codec, rank=rank, workers=2)
    if (Path(config["out"]) / "checkpoint.pt").exists():
        trainer.resume()
    for _ in range(steps):
        trainer.advance()
    trainer.save()
    dist.destroy_process_group()


def test_the_cool_down_takes_the_learning_rate_to_nothing(config, codec):
    trainer = Trainer(config, codec)
    trainer.step = 10_000

    assert trainer.pace() == 1
    trainer.cooled = config["optim"]["cooldown"] / 2
    assert trainer.pace() == pytest.approx(0.5)
    trainer.cooled = config["optim"]["cooldown"]
    assert trainer.pace() == 0


def test_the_exported_folder_loads_offline_and_makes_clips(config, codec, tmp_path):
    trainer = Trainer(config, codec)
    trainer.advance()
    trainer.save()
    folder = tmp_path / "model"
    pipe, state = export.pipeline(Path(config["out"]) / "checkpoint.pt", codec, vae.Unfold())
    export.write(folder, pipe, state)

    onward = Trainer(config, codec)
    onward.start(folder)
    for name, weight in trainer.ema.items():
        assert torch.allclose(weight, onward.ema[name], atol=1e-2), name
    onward.save()
    again = Trainer(config, codec)
    again.resume()
    assert trainer.drawer.seed != onward.drawer.seed == again.drawer.seed  # clips the folder has not seen

    maker = Maker(folder)
    clip = maker.clips(["一只红色的小狗在海边向右走"], seeds=[1], steps=2)[0]
    pushed = maker.clips(["a red dog"], seeds=[1], steps=2, picture=clip[0])[0]

    assert type(maker.pipe).__name__ == "WanPipeline"
    assert clip.shape == pushed.shape == (9, 80, 128, 3)
    assert np.array_equal(clip, maker.clips(["一只红色的小狗在海边向右走"], seeds=[1], steps=2)[0])
    assert json.loads((folder / "lingying.json").read_text())["native"]["frame_rule"] == "4k+1"


def test_the_tokenizer_reads_every_han_character_apart(config, codec):
    words = Trainer(config, codec).words

    assert words.tokenize("端午,赛龙舟")[-3:] == ["赛", "龙", "舟"]
    assert words("")["input_ids"] == [words.eos_token_id]
