"""Native frames between the thread that decodes them and the one that delivers them."""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event
from typing import Any

import numpy as np

from generation.runner.chain.store import Natives
from generation.runner.frames.canvas import Frame

WAITING = 256 << 20  # bytes of native frames that may wait to be delivered
TICK = 0.1  # seconds between looks at whether to go on


class Stopped(Exception):
    """The caller's thread has given up."""


@dataclass(frozen=True, slots=True)
class End:
    """Behind a segment's last native frame."""

    manifest: Mapping[str, Any]
    last: bool


class FrameQueue:
    """Native frames on their way from the caller's thread; an iterator on the finishing one.

    `kept` are the last ones of an earlier run, the `ahead` last of which come first; of all, the `most` last
    ones can be asked for."""

    def __init__(self, stop: Event, kept: list[Frame], most: int, *, ahead: int) -> None:
        self._stop = stop
        self._queue: Queue[Frame | End] = Queue()
        self._ahead, self._recent = deque(kept[len(kept) - ahead :]), deque(kept, maxlen=most)
        self._end: End | None = None
        self._waited = 0.0

    def offer(self, item: Frame | End) -> bool:
        """Whether there was room for it; waits a moment for some."""
        if isinstance(item, np.ndarray) and self._queue.qsize() * item.nbytes >= WAITING:
            return bool(self._stop.wait(TICK))
        self._queue.put(item)
        return True

    def __iter__(self) -> Iterator[Frame]:
        while not (self._end and self._end.last) or self._ahead:
            if self._ahead or self._pull():
                yield self._ahead.popleft()

    def until_end(self) -> Mapping[str, Any]:
        """Take in the rest of the segment; what is told of it."""
        while self._end is None:
            self._pull()
        manifest = self._end.manifest
        if not self._end.last:
            self._end = None
        return manifest

    def last(self, count: int) -> Natives:
        """The last `count` frames taken in."""
        return np.stack(list(self._recent)[-count:])

    def waited(self) -> float:
        """Seconds spent waiting for frames since this was last asked."""
        waited, self._waited = self._waited, 0.0
        return waited

    def _pull(self) -> bool:
        """Take in what comes next; whether it was a frame."""
        item = self._get()
        if isinstance(item, End):
            self._end = item
            return False
        self._ahead.append(item)
        self._recent.append(item)
        return True

    def _get(self) -> Frame | End:
        began = time.monotonic()
        while not self._stop.is_set():
            try:
                item = self._queue.get(timeout=TICK)
            except Empty:
                continue
            self._waited += time.monotonic() - began
            return item
        raise Stopped
