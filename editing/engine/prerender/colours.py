"""Sources in the colours of a master, where their pictures pass through Python.

What was never uploaded may be coded in any way, and the filters that know them all are ffmpeg's.
"""

from collections.abc import Iterable
from pathlib import Path

from editing.engine.prerender.intermediate import LOSSLESS, Counter, intermediate_path
from editing.engine.source import Source, Sources, open_source
from library.media import colour
from library.media.guard import ffmpeg


def in_bt709(sources: Sources, names: Iterable[str], *, workdir: Path, counter: Counter) -> Sources:
    """`sources`, those of `names` that are coded otherwise replaced by intermediates in BT.709."""
    converted = {
        name: _converted(sources[name], workdir, counter)
        for name in dict.fromkeys(names)
        if not sources[name].colours.is_delivered
    }
    return {**sources, **converted}


def _converted(source: Source, workdir: Path, counter: Counter) -> Source:
    out = intermediate_path(workdir, "bt709", source)
    if not out.exists():
        part = out.with_suffix(".part.mp4")
        decoder = colour.decoder(source.probe.video_codec, source.probe.colours)
        filters = colour.chain(colour.scaled_to_bt709(source.colours, source.even_size))
        args = [
            *(("-c:v", decoder) if decoder else ()),
            *(*ffmpeg.safe_input(source.path), *_streams(source)),
            *("-vf", f"{filters},setsar=1,format=yuv420p", "-fps_mode", "passthrough", "-c:v", "libx264"),
            *(argument for name, value in LOSSLESS.items() for argument in (f"-{name}", value)),
            *("-enc_time_base", "demux", "-c:a", "copy", "-f", "mp4", part.name),
        ]
        ffmpeg.run(args, cwd=workdir, check=counter.check)
        part.replace(out)
    return open_source(out)


def _streams(source: Source) -> list[str]:
    """Those that an edit shows and sounds: cover art and other sounds may stand before them."""
    indices = (source.probe.video_index, source.probe.audio_index)
    return [part for index in indices if index is not None for part in ("-map", f"0:{index}")]
