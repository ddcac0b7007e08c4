"""Native frames between the thread that decodes them and the one that delivers them."""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event
from typing import Any

import numpy as np

from generation.runner.chain.store import Frames
from generation.runner.frames.canvas import Frame

MAX_BYTES = 256 << 20  # of native frames that may wait to be delivered
TICK = 0.1  # seconds between looks at whether to go on


class Stopped(Exception):
    """The caller's thread has given up."""


@dataclass(frozen=True, slots=True)
class EndOfSegment:
    """Follows a segment's last native frame. `manifest`: what its commit will say."""

    manifest: Mapping[str, Any]
    last: bool


class FrameQueue:
    """Put into by the caller's thread; iterated over by the encoder thread, which alone calls all the rest.

    `recent` are the last frames of an earlier run, of which the last `unread` come first. The last
    `max_recent` frames that were read can be asked for. `stop` ends the wait of either side."""

    def __init__(self, stop: Event, recent: list[Frame], max_recent: int, *, unread: int) -> None:
        self._stop = stop
        self._queue: Queue[Frame | EndOfSegment] = Queue()
        self._unread = deque(recent[len(recent) - unread :])
        self._recent = deque(recent, maxlen=max_recent)
        self._end: EndOfSegment | None = None
        self._waited = 0.0

    def put(self, item: Frame | EndOfSegment) -> bool:
        """Whether there was room for `item`; waits a `TICK` for some."""
        if isinstance(item, np.ndarray) and self._queue.qsize() * item.nbytes >= MAX_BYTES:
            return bool(self._stop.wait(TICK))
        self._queue.put(item)
        return True

    def __iter__(self) -> Iterator[Frame]:
        """Frames up to the end of the last segment. Raises Stopped."""
        while not (self._end and self._end.last) or self._unread:
            if self._unread or self._read():
                yield self._unread.popleft()

    def read_to_end(self) -> Mapping[str, Any]:
        """Read the rest of the segment, for the iteration to go on with; its manifest. Raises Stopped."""
        while self._end is None:
            self._read()
        manifest = self._end.manifest
        if not self._end.last:
            self._end = None
        return manifest

    def recent(self, count: int) -> Frames:
        """The last `count` frames that were read."""
        return np.stack(list(self._recent)[-count:])

    def waited(self) -> float:
        """Seconds spent waiting for frames since this was last asked."""
        waited, self._waited = self._waited, 0.0
        return waited

    def _read(self) -> bool:
        """Read the next item; whether it was a frame."""
        item = self._get()
        if isinstance(item, EndOfSegment):
            self._end = item
            return False
        self._unread.append(item)
        self._recent.append(item)
        return True

    def _get(self) -> Frame | EndOfSegment:
        began = time.monotonic()
        while not self._stop.is_set():
            try:
                item = self._queue.get(timeout=TICK)
            except Empty:
                continue
            self._waited += time.monotonic() - began
            return item
        raise Stopped
