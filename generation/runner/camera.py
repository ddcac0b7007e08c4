"""Camera moves: told in the prompt, for no family of models here has an input of its own for them."""

import re
from collections.abc import Mapping

HAN = re.compile("[\u3400-\u9fff]")
MOVES: Mapping[str, tuple[str, str]] = {  # as one writes it in Chinese and in English
    "still": ("固定镜头", "static camera"),
    "pan-left": ("镜头向左移", "the camera pans left"),
    "pan-right": ("镜头向右移", "the camera pans right"),
    "tilt-up": ("镜头向上摇", "the camera tilts up"),
    "tilt-down": ("镜头向下摇", "the camera tilts down"),
    "zoom-in": ("镜头推近", "zoom in"),
    "zoom-out": ("镜头拉远", "zoom out"),
    "roll-left": ("镜头逆时针旋转", "the camera rolls counterclockwise"),
    "roll-right": ("镜头顺时针旋转", "the camera rolls clockwise"),
}


def phrase(prompt: str, move: str | None) -> str | None:
    """What tells of `move`, in the language of `prompt`; None where there is no move."""
    return MOVES[move][0 if HAN.search(prompt) else 1] if move else None


def with_move(prompt: str, move: str | None) -> str:
    """`prompt` that tells of `move` too."""
    told = phrase(prompt, move)
    if told is None:
        return prompt
    comma = "，" if HAN.search(prompt) else ", "
    return f"{prompt.rstrip(' ,.;，。；')}{comma}{told}"
