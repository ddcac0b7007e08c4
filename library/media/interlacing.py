"""Whether a film has pictures of two fields anywhere: broadcasts turn from one kind to the other midway."""

import av
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from library.media.guard import ffmpeg

CODECS = {"h264", "mpeg2video", "mpeg4"}
# Key frames are looked at that lie later than this, and than the last that was by so much of its time: what
# lasts a fifth of the film is not missed, and ten minutes take thirty of them.
APART, FURTHER = 0.5, 1.25


class FieldsFinder:
    """Fed with the packets of `video` in order. It has a decoder of its own: what the stream's own says
    (its size, its colours) stays what the first picture was."""

    def __init__(self, video: VideoStream | None) -> None:
        self.found = False
        self._next = APART
        self._begins: float | None = None
        self._decoder = _decoder(video) if video and video.codec_context.name in CODECS else None

    def look(self, packet: av.Packet) -> None:
        """Decode the picture of `packet` if it is one to look at."""
        if self._decoder is None or self.found or not packet.is_keyframe or packet.pts is None:
            return
        at = float(packet.pts * packet.time_base)
        self._begins = at if self._begins is None else self._begins
        if at - self._begins >= self._next:
            self._next = (at - self._begins) * FURTHER
            self._decode(packet)

    def finish(self) -> None:
        """Look at what the decoder still holds."""
        if self._decoder is not None:
            self._decode(None)

    def _decode(self, packet: av.Packet | None) -> None:
        assert self._decoder is not None
        try:
            frames = self._decoder.decode(packet)
        except (av.FFmpegError, ValueError):
            return  # damaged: the next may not be
        self.found = self.found or any(frame.interlaced_frame for frame in frames)


def _decoder(video: VideoStream) -> VideoCodecContext:
    decoder = CodecContext.create(video.codec_context.name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = video.codec_context.extradata
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(ffmpeg.MAX_PIXELS)}
    return decoder
