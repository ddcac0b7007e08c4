"""Tokenizers and text encoders of one layer."""

from typing import Any

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
    UMT5Config,
    UMT5EncoderModel,
)

WIDTH, LENGTH = 16, 12
WORDS = ["<pad>", "</s>", "<unk>", *"一只猴子在公园里下棋"]
SIZES = {"hidden_size": WIDTH, "intermediate_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2}
T5 = {"vocab_size": 32, "d_model": WIDTH, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}


def tokenizer(length: int = LENGTH, special: tuple[str, ...] = (), **more: Any) -> PreTrainedTokenizerFast:
    """Every sign its own token, English words and what is `special` theirs; `</s>` at the end."""
    vocabulary = {word: index for index, word in enumerate([*WORDS, *special])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex("[a-z]+|."), "isolated")
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=list(special),
        model_max_length=length,
        **more,
    )


def t5() -> T5EncoderModel:
    return T5EncoderModel(T5Config(**T5)).eval()


def umt5() -> UMT5EncoderModel:
    return UMT5EncoderModel(UMT5Config(**T5)).eval()


def clip() -> CLIPTextModel:
    config = CLIPTextConfig(**SIZES, vocab_size=32, pad_token_id=0, eos_token_id=1, bos_token_id=2)
    return CLIPTextModel(config).eval()
