"""A long video as a chain of segments, each kept on disk with what the next one begins from.

Frames are pulled: a segment is sampled when its first frame is asked for, and a run that is begun again finds
the kept segments and goes on behind them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from generation.runner.brief import Brief
from generation.runner.canvas import Frame, Size
from generation.runner.cards.card import Card
from generation.runner.families.family import Family, Shot
from generation.runner.families.stepping import Step
from generation.runner.plan import Segment
from generation.runner.preview import Preview
from generation.runner.progress import Progress

Part = NDArray[np.uint8]  # (frames, height, width, 3), on disk


@dataclass(slots=True)
class Chain:
    """`keep` is the folder of kept segments, one for each run that could differ by a byte.

    `lead`: native frames the first segment begins with, (n, height, width, 3), or None. `last`: the native
    frame the last one ends on, or None.
    """

    brief: Brief
    card: Card
    segments: list[Segment]
    family: Family
    preview: Preview
    progress: Progress
    keep: Path
    lead: Part | None = None
    last: Frame | None = None

    @property
    def steps(self) -> int:
        return self.brief.steps or self.card.steps

    @property
    def size(self) -> Size:
        return self.card.sizes[self.brief.aspect]

    def frames(self) -> Iterator[Frame]:
        """Native frames, uint8 (height, width, 3), those given to the model and dropped left out."""
        self.keep.mkdir(parents=True, exist_ok=True)
        lead = self.lead
        for segment in self.segments:
            part = self._part(segment, lead)
            if segment is self.segments[-1]:
                self.progress.tell("sampled")
            yield from part[segment.dropped :]
            lead = part[-self._next_lead(segment) :]

    def _next_lead(self, segment: Segment) -> int:
        following = self.segments[segment.index + 1 : segment.index + 2]
        return following[0].lead if following else 1

    def _part(self, segment: Segment, lead: Part | None) -> Part:
        path = self.keep / f"segment-{segment.index:04}.npy"
        resumed = path.exists()
        data = {"segment": segment.index, "segments": len(self.segments), "frames": segment.frames}
        self.progress.tell("segment", **data, resumed=resumed)
        if resumed:
            self.progress.skip_steps(self.steps)
        else:
            self._make(segment, lead, path)
        return np.load(path, mmap_mode="r")

    def _make(self, segment: Segment, lead: Part | None, path: Path) -> None:
        with self.progress.stage("sampling"):
            self.progress.start_steps()
            sampled = self.family.sample(self._shot(segment, lead), partial(self._stepped, segment))
        with self.progress.stage("decoding"):
            self._write(segment, self.family.decode(sampled.video), path)

    def _shot(self, segment: Segment, lead: Part | None) -> Shot:
        brief, card = self.brief, self.card
        return Shot(
            prompt=brief.prompt,
            negative_prompt=brief.negative_prompt,
            size=self.size,
            frames=segment.frames,
            steps=self.steps,
            guidance=card.guidance if brief.guidance is None else brief.guidance,
            seed=segment.seed,
            lead=None if lead is None else np.array(lead),
            last=self.last if segment is self.segments[-1] else None,
        )

    def _stepped(self, segment: Segment, step: Step) -> None:
        """Tell of a step; the preview comes first, so that whoever cancels has seen the newest one."""
        where = {"segment": segment.index, "step": step.done}
        self.progress.tell("preview", **where, jpeg=self.preview.jpeg(step.clean()))
        self.progress.step(**where, steps=self.steps)

    def _write(self, segment: Segment, decoded: Iterator[list[Frame]], path: Path) -> None:
        """Frame by frame into a file that gets its name when it is whole."""
        part, at = path.with_suffix(".part"), 0
        film = open_memmap(part, "w+", np.uint8, (segment.frames, self.size[1], self.size[0], 3))
        for frames in decoded:
            film[at : at + len(frames)] = frames
            at += len(frames)
            self.progress.tell("decode", segment=segment.index, done=at, total=segment.frames)
            self.progress.check()
        film.flush()
        part.replace(path)
