"""Packages as the tests want them, and what their frames show."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from publishing.packaging import Identity, Label, Package, Provenance, package

LABEL = Label("Lingying", "clip-1", "Lingying", "post-1")


def packaged(
    source: Path,
    out: Path,
    signer: Identity,
    label: Label | None = LABEL,
    provenance: Provenance | None = None,
) -> Package:
    made = provenance or Provenance(model="lingying-tiny", parameters={"seed": 7})
    return package(source, out, label=label, provenance=made, identity=signer, title="赛龙舟")


def luma(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as media:
        return [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in media.decode(video=0)]
