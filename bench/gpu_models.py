"""What `bench.gpu` measures: full-size architectures of random weights, and tiny ones for a dry run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT_WIDTH = 4096  # of the text encoders that these transformers read; here one layer stands for theirs


@dataclass(frozen=True, slots=True)
class Case:
    """`build(folder)` makes the folder, called `says`; a clip of `frames` at `size` is drawn."""

    name: str
    says: str
    build: Callable[[Path], object]
    size: tuple[int, int]
    frames: int


def full() -> list[Case]:
    """What is sold by their numbers: 480p and 81 frames of Wan, 704p of LTX."""
    wan = {"attention_head_dim": 128, "in_channels": 16, "out_channels": 16, "text_dim": TEXT_WIDTH}
    small = wan | {"num_attention_heads": 12, "ffn_dim": 8960, "num_layers": 30}
    large = wan | {"num_attention_heads": 40, "ffn_dim": 13824, "num_layers": 40}
    return [
        Case("wan-1.3b", "Wan2.1-T2V-1.3B", lambda folder: _wan(folder, small), (832, 480), 81),
        Case("wan-14b", "Wan2.1-T2V-14B", lambda folder: _wan(folder, large), (832, 480), 81),
        Case("ltx-13b", "LTX-Video 13B", _ltx, (1216, 704), 121),
    ]


def tiny() -> list[Case]:
    """Tiny folders: the same code on a CPU, in seconds."""
    from fixtures.tiny_models import ltx, wan

    return [
        Case("wan-tiny", "Wan, width 24", lambda path: wan.build(path, "wan-text"), (64, 32), 9),
        Case("ltx-tiny", "LTX, width 16", ltx.build, (64, 32), 17),
    ]


def _wan(folder: Path, sizes: dict[str, Any]) -> None:
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel

    flow = {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": 3.0}
    pipe: Any = WanPipeline(
        tokenizer=_tokenizer(),
        text_encoder=_text_encoder("UMT5"),
        vae=AutoencoderKLWan(),
        scheduler=UniPCMultistepScheduler(**flow),
        transformer=_drawn(WanTransformer3DModel, sizes),
    )
    pipe.save_pretrained(folder)


def _ltx(folder: Path) -> None:
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )

    sizes = {"num_layers": 48, "attention_head_dim": 128, "cross_attention_dim": 4096}
    pipe: Any = LTXConditionPipeline(
        tokenizer=_tokenizer(),
        text_encoder=_text_encoder("T5"),
        vae=AutoencoderKLLTXVideo(),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        transformer=_drawn(LTXVideoTransformer3DModel, sizes),
    )
    pipe.save_pretrained(folder)


def _drawn(kind: Any, sizes: dict[str, Any]) -> Any:
    """Weights drawn where they are drawn fastest, in the precision that they are stored in."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            return kind(**sizes).eval()
    finally:
        torch.set_default_dtype(usual)


def _tokenizer() -> Any:
    from fixtures.tiny_models import text

    return text.tokenizer(512)


def _text_encoder(kind: str) -> Any:
    import transformers

    sizes = {
        "vocab_size": 32,
        "d_model": TEXT_WIDTH,
        "d_kv": 64,
        "d_ff": 64,
        "num_layers": 1,
        "num_heads": 64,
    }
    config = getattr(transformers, f"{kind}Config")(vocab_size=32, **sizes)
    return getattr(transformers, f"{kind}EncoderModel")(config).eval()
