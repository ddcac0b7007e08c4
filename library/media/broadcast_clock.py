"""The clock of a broadcast (MPEG-TS, MPEG-PS), which may begin anew midway: joined recordings, a splice.

What comes after is shown after what came before, as ffmpeg and players do it. (A clock that wraps, every 26
hours, is unwrapped by the demuxer.)
"""

import av
from av.container import InputContainer

# Seconds that a packet may lie ahead of the one before it in its stream, or behind it: ffmpeg's own.
AHEAD, BEHIND = 10.0, 0.1
TS_DISCONT = 0x0200  # AVFMT_TS_DISCONT of libavformat: a format whose clock may begin anew


class BroadcastClock:
    """Seconds to add to the times of each packet of a file, in the order of the file; 0 where its format has
    one clock from beginning to end."""

    def __init__(self, container: InputContainer) -> None:
        self.offset = 0.0
        self.began_anew = False
        self._may_begin_anew = bool(container.format.flags & TS_DISCONT)
        self._last: dict[
            int, tuple[float, float]
        ] = {}  # of each stream: when a packet is decoded, and the next

    def follow(self, packet: av.Packet) -> None:
        """Look at the next packet of the file, and from it on keep what it tells."""
        if not self._may_begin_anew or packet.dts is None or packet.time_base is None:
            return
        at = float(packet.dts * packet.time_base) + self.offset
        last, due = self._last.get(packet.stream_index, (at, at))
        if abs(at - due) > AHEAD or at < last - BEHIND:
            self.offset, self.began_anew, at = self.offset + due - at, True, due
        self._last[packet.stream_index] = (at, at + float((packet.duration or 0) * packet.time_base))
