"""Sound laid under frames as they are written, so that both arrive in the file side by side."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.container import OutputContainer

from library.media.errors import NoSound
from library.media.guard.container import open_container
from library.media.stereo import stereo
from library.media.streams import find_sound, sound_frames

CHUNK = 1024  # samples of one AAC frame
BIT_RATE = 160_000


class Sound:
    """Decodes `path` bit by bit and encodes it to AAC in `container`, never further than it is asked for."""

    def __init__(self, container: OutputContainer, path: Path, rate: int) -> None:
        self._container, self._rate = container, rate
        found = find_sound(path)
        if found is None or found.index is None:
            raise NoSound()
        self._source, self._heard = open_container(path), found.index
        self._stream = container.add_stream("aac", rate=rate, layout="stereo", bit_rate=BIT_RATE)
        self._fifo, self._samples, self._frames = AudioFifo(), 0, self._decoded()

    def advance(self, seconds: Fraction) -> None:
        """Write whole AAC frames up to `seconds` of the picture."""
        while self._samples + CHUNK <= seconds * self._rate and self._write(CHUNK):
            pass

    def finish(self, seconds: Fraction) -> None:
        """Write what is left up to `seconds` and close the source."""
        self.advance(seconds)
        self._write(round(seconds * self._rate) - self._samples)
        self._container.mux(self._stream.encode(None))
        self._source.close()

    def _write(self, samples: int) -> bool:
        chunk = self._take(samples) if samples > 0 else None
        if chunk is None:
            return False
        chunk.pts, chunk.time_base = self._samples, Fraction(1, self._rate)
        self._samples += chunk.samples
        self._container.mux(self._stream.encode(chunk))
        return True

    def _take(self, samples: int) -> AudioFrame | None:
        while self._fifo.samples < samples:
            frame = next(self._frames, None)
            if frame is None:
                return self._fifo.read(samples, partial=True)
            frame.pts = None  # the fifo counts samples itself
            self._fifo.write(frame)
        return self._fifo.read(samples)

    def _decoded(self) -> Iterator[AudioFrame]:
        yield from stereo(sound_frames(self._source, self._heard), self._rate)
