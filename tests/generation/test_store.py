"""What a chain keeps on disk is there whole or not at all, and a full disk is told as what it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from api.outside import DiskFull, outside_trouble
from generation.runner.chain.store import Store
from generation.runner.families.adapter import SampledLatents, Waveform
from generation.runner.families.checkpoint import Checkpoint

FULL = Path("/dev/full")
LATENTS = SampledLatents(torch.zeros(1, 4, 2, 8, 8), None)
TAIL = np.zeros((2, 32, 64, 3), np.uint8)
SAVES: dict[str, Callable[[Store], Any]] = {
    "checkpoint-0000.part": lambda store: store.save_checkpoint(0, Checkpoint(1, (), torch.zeros(2**16))),
    "latents-0000.part": lambda store: store.save_latents(0, LATENTS),
    "audio-0000.part": lambda store: store.save_audio(0, Waveform(np.zeros((2, 2**16), np.float32), 48_000)),
    "segment-0000.part/tail.npy": lambda store: store.commit(0, TAIL, {}),
}


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("file", SAVES)
def test_a_full_disk_is_told_as_such_and_nothing_takes_its_place(tmp_path: Path, file: str) -> None:
    store = Store(tmp_path)
    store.begin(0)
    (tmp_path / file).symlink_to(FULL)

    with pytest.raises(OSError) as full:
        SAVES[file](store)

    assert isinstance(outside_trouble(full.value), DiskFull)
    assert store.committed == 0 and store.load_latents(0) is None and store.load_checkpoint(0) is None


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save_latents(0, LATENTS)
    store.begin(0)
    kept = store.load_latents(0)
    store.commit(0, TAIL, {})

    assert kept is not None and torch.equal(kept.video, LATENTS.video)
    assert store.committed == 1 and np.array_equal(store.tail(), TAIL)
