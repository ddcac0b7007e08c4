"""The parts of the model: a Wan transformer, a UMT5 text encoder trained with it, and its tokenizer."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import torch
from diffusers import WanTransformer3DModel
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

from training.captions import sample
from training.phrases import SEED_SCENES

SPECIALS = ["<pad>", "</s>", "<unk>"]
HAN = r"[\x{4e00}-\x{9fff}]"


def tokenizer(words: int, length: int, corpus: int = 30_000) -> PreTrainedTokenizerFast:
    """A BPE of about `words` tokens over the captions' own words, every Han character apart; ends with
    </s>."""
    rng = random.Random(0)
    texts = [sample(rng)[1] for _ in range(corpus)] + [w for entry in SEED_SCENES for w in entry.words]
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"[、。,!?;:]"), ",")]
    )
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(HAN), "isolated"), pre_tokenizers.Metaspace()]
    )
    bpe.decoder = decoders.Metaspace()
    bpe.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=words, special_tokens=SPECIALS, show_progress=False)
    )
    # Only words get the mark of a word's beginning: one before each Han character would double a sentence.
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(HAN), "isolated"), pre_tokenizers.Metaspace(prepend_scheme="first")]
    )
    end = bpe.token_to_id("</s>")
    bpe.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", end)])
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=length,
        padding_side="right",
    )


def kept_tokenizer(run: Path, config: dict[str, Any]) -> PreTrainedTokenizerFast:
    """The tokenizer of a run: made at its first start and kept there, whatever becomes of the captions."""
    home = run / "tokenizer"
    if not home.exists():
        tokenizer(config["vocabulary"], config["text_length"]).save_pretrained(home)
    return PreTrainedTokenizerFast.from_pretrained(home, local_files_only=True)


class Joint(nn.Module):
    """Text encoder and transformer as one module, so that one optimizer trains both."""

    def __init__(self, config: dict[str, Any], tokens: int) -> None:
        super().__init__()
        self.length = config["text_length"]
        self.text = UMT5EncoderModel(
            UMT5Config(
                vocab_size=tokens,
                dropout_rate=0.0,
                pad_token_id=0,
                eos_token_id=1,
                feed_forward_proj="gated-gelu",
                **config["text"],
            )
        )
        self.video = WanTransformer3DModel(
            patch_size=(1, 2, 2),
            in_channels=config["z"],
            out_channels=config["z"],
            text_dim=config["text"]["d_model"],
            **config["video"],
        )

    def words(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask (b, length) → (b, length, d_model), zero after the last token, as WanPipeline
        does."""
        return self.text(ids, mask).last_hidden_state * mask[..., None]

    def forward(
        self, noisy: torch.Tensor, time: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Velocity for latents (b, z, t, h, w) at `time` (b,) or, per patch, (b, t·h/2·w/2), in 0…1000."""
        return self.video(noisy, time, self.words(ids, mask), return_dict=False)[0]


def size_of(module: nn.Module) -> float:
    """Parameters in millions."""
    return sum(p.numel() for p in module.parameters()) / 1e6
