"""What every tiny folder says of itself: small sizes, short clips, few steps."""

import json
from pathlib import Path
from typing import Any

import torch

SIZES = {
    "16:9": [64, 32],
    "9:16": [32, 64],
    "1:1": [32, 32],
    "4:3": [64, 32],
    "3:4": [32, 64],
    "21:9": [96, 32],
}
NATIVE = {"sizes": SIZES, "fps": 8, "steps": 2, "guidance": 2.0, "max_frames": 9}


def save(pipe: Any, folder: Path, **native: Any) -> Path:
    """The pipeline in `folder`, with `native` in its lingying.json over what all tiny models say."""
    pipe.save_pretrained(folder)
    own = {"version": "0", "native": NATIVE | native, "status": "random", "languages": ["zh"]}
    (folder / "lingying.json").write_text(json.dumps(own))
    return folder


def seed() -> None:
    torch.manual_seed(0)
