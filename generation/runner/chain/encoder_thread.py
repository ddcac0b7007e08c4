"""From native frames to committed parts: delivery and encoding on a thread of their own, beside the model.

The thread computes and writes files, and calls nobody: its reports wait until the caller's thread, which
emits the events, looks for them.
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

from generation.runner.chain.frame_queue import TICK, EndOfSegment, FrameQueue, Stopped
from generation.runner.chain.store import Store
from generation.runner.chain.timeline import Timeline
from generation.runner.frames.canvas import Frame
from generation.runner.progress import RunProgress
from generation.runner.runtime import machine
from library.media.h264.encode import Encoder

Deliver = Callable[[Iterator[Frame], int, int], Iterator[Frame]]


class EncoderThread:
    """The thread, while the block lasts. Begins behind what `store` has committed.

    `deliver(native_frames, first, start)` makes the video's frames from number `start` on out of native ones
    from number `first` on; `encoder(path)` opens a part. What the thread raises, `put`, `end_segment` and
    `wait` raise on the caller's.
    """

    def __init__(
        self,
        store: Store,
        timeline: Timeline,
        progress: RunProgress,
        *,
        deliver: Deliver,
        encoder: Callable[[Path], Encoder],
    ) -> None:
        self._store, self._timeline, self._progress = store, timeline, progress
        self._deliver, self._encoder = deliver, encoder
        self._stop, self._reported = Event(), Event()
        self._reports: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._committed = store.committed
        self._queue = self._opened_queue()
        self._thread = Thread(target=self._run, name="encoder", daemon=True)

    def put(self, frame: Frame) -> None:
        """One more native frame; waits while too many wait already."""
        self._put(frame)

    def end_segment(self, segment: int, manifest: Mapping[str, Any]) -> None:
        """`segment` is complete; its commit will say `manifest`. Waits until the one before is committed: so
        a run that is killed has no more than one behind it, and memory does not grow if delivery is slow."""
        self._put(EndOfSegment(manifest, last=segment == self._timeline.segments - 1))
        while self._committed < segment:
            self._pause()

    def wait(self) -> None:
        """Until every segment is committed."""
        while self._committed < self._timeline.segments:
            self._pause()

    def __enter__(self) -> Self:
        self._progress.skip(frames=self._timeline.end(self._store.committed - 1))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _put(self, item: Frame | EndOfSegment) -> None:
        while not self._queue.put(item):
            self._pause()
        self._call_reports()

    def _pause(self) -> None:
        """Wait a `TICK` for reports, and ask whether to go on."""
        self._reported.wait(TICK)
        self._call_reports()
        self._progress.check()

    def _call_reports(self) -> None:
        """Emit the events of what the thread has done, or raise what ended it."""
        self._reported.clear()
        while not self._reports.empty():
            self._reports.get()()

    def _report(self, call: Callable[[], None]) -> None:
        """Leave `call` for the caller's thread."""
        self._reports.put(call)
        self._reported.set()

    def _committed_segment(self, segment: int) -> None:
        self._committed = segment + 1
        self._progress.emit("committed", segment=segment)

    def _run(self) -> None:
        try:
            self._encode_segments()
        except Stopped:
            pass
        except BaseException as error:
            self._report(partial(_throw, error))

    def _encode_segments(self) -> None:
        timeline, done = self._timeline, self._store.committed - 1
        frames = self._deliver(iter(self._queue), timeline.first_needed(done), timeline.end(done))
        for segment in range(done + 1, timeline.segments):
            path = self._store.begin(segment)
            if count := timeline.end(segment) - timeline.end(segment - 1):
                self._encode(path, islice(frames, count))
            manifest = self._queue.read_to_end()
            self._store.commit(segment, self._queue.recent(timeline.tail(segment)), manifest)
            self._report(partial(self._committed_segment, segment))
            machine.trim_memory()

    def _encode(self, path: Path, frames: Iterator[Frame]) -> None:
        with self._encoder(path) as encoder:
            began = time.monotonic()
            for frame in frames:
                encoder.write_scaled(frame)
                if self._stop.is_set():
                    raise Stopped
                self._report(partial(self._progress.frame, time.monotonic() - began - self._queue.waited()))
                began = time.monotonic()

    def _opened_queue(self) -> FrameQueue:
        """With the native frames that the newest commit has kept for what follows."""
        timeline, done = self._timeline, self._store.committed - 1
        kept = list(self._store.tail()) if done >= 0 else []
        most = max(map(timeline.tail, range(timeline.segments)))
        return FrameQueue(self._stop, kept, most, unread=timeline.carried(done) if kept else 0)


def _throw(error: BaseException) -> None:
    raise error
