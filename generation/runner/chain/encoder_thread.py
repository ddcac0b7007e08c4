"""From native frames to committed parts: delivery and encoding on a thread of their own, beside the model.

The thread computes and writes files, and tells nobody anything: its news waits until the caller's thread,
whose events they are, looks.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from generation.runner.chain.frame_queue import TICK, End, FrameQueue, Stopped
from generation.runner.chain.store import Store
from generation.runner.chain.timeline import Timeline
from generation.runner.frames.canvas import Frame
from generation.runner.progress import Progress
from generation.runner.runtime import machine
from library.media.h264.encode import Encoder

Deliver = Callable[[Iterator[Frame], int, int], Iterator[Frame]]


class EncoderThread:
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
        self._stop, self._heard = Event(), Event()
        self._news: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._committed = store.committed
        self._intake = self._opened()
        self._thread = Thread(target=self._work, name="finishing", daemon=True)

    def take(self, frame: Frame) -> None:
        """One more native frame; waits while too many wait already."""
        self._offer(frame)

    def end(self, segment: int, manifest: Mapping[str, Any]) -> None:
        """`segment` is complete; its commit will say `manifest`. Waits until the one before is committed: so
        a run that is killed has no more than one behind it, and memory does not grow if delivery is slow."""
        self._offer(End(manifest, last=segment == len(self._timeline.fresh) - 1))
        while self._committed < segment:
            self._rest()

    def wait(self) -> None:
        """Until every segment is committed."""
        while self._committed < len(self._timeline.fresh):
            self._rest()

    def __enter__(self) -> Self:
        self._progress.skip(frames=self._timeline.end(self._store.committed - 1))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _offer(self, item: Frame | End) -> None:
        while not self._intake.offer(item):
            self._rest()
        self._hear()

    def _rest(self) -> None:
        """Wait a moment for news, and ask whether to go on."""
        self._heard.wait(TICK)
        self._hear()
        self._progress.check()

    def _hear(self) -> None:
        """Tell what the thread has done, or raise what it died of."""
        self._heard.clear()
        while not self._news.empty():
            self._news.get()()

    def _say(self, news: Callable[[], None]) -> None:
        """Leave `news` to be called on the caller's thread."""
        self._news.put(news)
        self._heard.set()

    def _commit_told(self, segment: int) -> None:
        self._committed = segment + 1
        self._progress.tell("committed", segment=segment)

    def _work(self) -> None:
        try:
            self._finish()
        except Stopped:
            pass
        except BaseException as error:
            self._say(partial(_throw, error))

    def _finish(self) -> None:
        timeline, done = self._timeline, self._store.committed - 1
        frames = self._deliver(iter(self._intake), timeline.first_needed(done), timeline.end(done))
        for segment in range(done + 1, len(timeline.fresh)):
            path = self._store.begin(segment)
            if count := timeline.end(segment) - timeline.end(segment - 1):
                self._encode(path, islice(frames, count))
            manifest = self._intake.until_end()
            self._store.commit(segment, self._intake.last(timeline.tail(segment)), manifest)
            self._say(partial(self._commit_told, segment))
            machine.give_back()

    def _encode(self, path: Path, frames: Iterator[Frame]) -> None:
        with self._encoder(path) as encoder:
            began = time.monotonic()
            for frame in frames:
                encoder.write_scaled(frame)
                if self._stop.is_set():
                    raise Stopped
                self._say(partial(self._progress.frame, time.monotonic() - began - self._intake.waited()))
                began = time.monotonic()

    def _opened(self) -> FrameQueue:
        """With the native frames that the newest commit has kept for what follows."""
        timeline, done = self._timeline, self._store.committed - 1
        kept = list(self._store.tail()) if done >= 0 else []
        most = max(map(timeline.tail, range(len(timeline.fresh))))
        return FrameQueue(self._stop, kept, most, ahead=timeline.carried(done) if kept else 0)


def _throw(error: BaseException) -> None:
    raise error
