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

from training.captions import sample_pair
from training.phrases import EXAMPLE_SCENES

SPECIAL_TOKENS = ["<pad>", "</s>", "<unk>"]
HAN = r"[\x{4e00}-\x{9fff}]"


def train_tokenizer(vocabulary: int, length: int, corpus: int = 30_000) -> PreTrainedTokenizerFast:
    """A BPE of about `vocabulary` tokens over the captions' own words, every Han character apart; ends with
    </s>."""
    rng = random.Random(0)
    texts = [sample_pair(rng)[1] for _ in range(corpus)]
    texts += [prompt for entry in EXAMPLE_SCENES for prompt in entry.prompts]
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"[、。,!?;:]"), ",")]
    )
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(HAN), "isolated"), pre_tokenizers.Metaspace()]
    )
    bpe.decoder = decoders.Metaspace()
    bpe.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=SPECIAL_TOKENS, show_progress=False)
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


def load_or_train_tokenizer(run_folder: Path, config: dict[str, Any]) -> PreTrainedTokenizerFast:
    """The tokenizer of a run: trained at its first start and kept there, whatever becomes of the captions."""
    folder = run_folder / "tokenizer"
    if not folder.exists():
        train_tokenizer(config["vocabulary"], config["text_length"]).save_pretrained(folder)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
        folder, local_files_only=True
    )
    return tokenizer


class TextToVideoModel(nn.Module):
    """Text encoder and transformer as one module, so that one optimizer trains both."""

    def __init__(self, config: dict[str, Any], vocabulary: int) -> None:
        super().__init__()
        self.length = config["text_length"]
        self.text = UMT5EncoderModel(
            UMT5Config(
                vocab_size=vocabulary,
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

    def encode_text(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask (b, length) → (b, length, d_model), zero after the last token, as WanPipeline
        does."""
        embeddings: torch.Tensor = self.text(ids, mask).last_hidden_state
        return embeddings * mask[..., None]

    def forward(
        self, noisy: torch.Tensor, time: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """The clean latents, predicted from `noisy` ones (b, z, t, h, w) at `time` (b,) or, per patch,
        (b, t·h/2·w/2), in 0…1000."""
        clean: torch.Tensor = self.video(noisy, time, self.encode_text(ids, mask), return_dict=False)[0]
        return clean


def million_parameters(module: nn.Module) -> float:
    return sum(p.numel() for p in module.parameters()) / 1e6
