"""From native frames to committed parts: delivery and encoding on a thread of their own, beside the model.

The thread computes and writes files, and tells nobody anything: its news waits until the caller's thread,
whose events they are, looks.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import numpy as np

from generation.runner.canvas import Frame
from generation.runner.chain.store import Natives, Store
from generation.runner.chain.timeline import Timeline
from generation.runner.progress import Progress
from library.media.encode import Encoder

WAITING = 256 << 20  # bytes of native frames that may wait to be delivered
TICK = 0.1  # seconds between looks at whether to go on

Deliver = Callable[[Iterator[Frame], int, int], Iterator[Frame]]


class Stopped(Exception):
    """The caller's thread has given up."""


class Finishing:
    """The thread, while the block lasts. Begins behind what `store` has committed.

    `deliver(natives, first, start)` makes the video's frames from number `start` on out of native ones from
    number `first` on; `encoder(path)` opens a part.
    """

    def __init__(
        self,
        store: Store,
        timeline: Timeline,
        progress: Progress,
        *,
        deliver: Deliver,
        encoder: Callable[[Path], Encoder],
    ) -> None:
        self._store, self._timeline, self._progress = store, timeline, progress
        self._deliver, self._encoder = deliver, encoder
        self._stop = Event()
        self._news: SimpleQueue[float | BaseException] = SimpleQueue()
        self._intake = self._opened()
        self._thread = Thread(target=self._work, name="finishing", daemon=True)

    def take(self, frame: Frame) -> None:
        """One more native frame; waits while too many wait already."""
        self._offer(frame)

    def end(self, segment: int, manifest: Mapping[str, Any]) -> None:
        """`segment` is complete; its commit will say `manifest`."""
        self._offer(End(manifest, last=segment == len(self._timeline.fresh) - 1))

    def wait(self) -> None:
        """Until every segment is committed."""
        while self._thread.is_alive():
            self._thread.join(TICK)
            self._hear()
            self._progress.check()
        self._hear()

    def __enter__(self) -> Self:
        self._progress.skip(frames=self._timeline.end(self._store.committed - 1))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _offer(self, item: "Frame | End") -> None:
        while not self._intake.offer(item):
            self._hear()
            self._progress.check()
        self._hear()

    def _hear(self) -> None:
        """Tell what the thread has done, or raise what it died of."""
        while not self._news.empty():
            news = self._news.get()
            if isinstance(news, BaseException):
                raise news
            self._progress.frame(news)

    def _work(self) -> None:
        try:
            self._finish()
        except Stopped:
            pass
        except BaseException as error:
            self._news.put(error)

    def _finish(self) -> None:
        timeline, done = self._timeline, self._store.committed - 1
        frames = self._deliver(iter(self._intake), timeline.first_needed(done), timeline.end(done))
        for segment in range(done + 1, len(timeline.fresh)):
            path = self._store.begin(segment)
            if count := timeline.end(segment) - timeline.end(segment - 1):
                self._encode(path, islice(frames, count))
            manifest = self._intake.until_end()
            self._store.commit(segment, self._intake.last(timeline.tail(segment)), manifest)

    def _encode(self, path: Path, frames: Iterator[Frame]) -> None:
        with self._encoder(path) as encoder:
            began = time.monotonic()
            for frame in frames:
                encoder.write_scaled(frame)
                if self._stop.is_set():
                    raise Stopped
                self._news.put(time.monotonic() - began - self._intake.waited())
                began = time.monotonic()

    def _opened(self) -> "Intake":
        """With the native frames that the newest commit has kept for what follows."""
        timeline, done = self._timeline, self._store.committed - 1
        kept = list(self._store.tail()) if done >= 0 else []
        most = max(map(timeline.tail, range(len(timeline.fresh))))
        return Intake(self._stop, kept, most, ahead=timeline.carried(done) if kept else 0)


@dataclass(frozen=True, slots=True)
class End:
    """Behind a segment's last native frame."""

    manifest: Mapping[str, Any]
    last: bool


class Intake:
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
