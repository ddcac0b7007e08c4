"""All that is heard: the clips joined, music under them, the whole at the loudness that was asked for."""

from collections.abc import Sequence

import ffmpeg

from editing.engine.document import Document, Music
from editing.engine.graph.clip_node import ClipNode, Stream, seconds
from editing.engine.graph.joining import SAMPLE_RATE, samples, sounds
from editing.engine.graph.sound import even, exactly, louder, sounding
from editing.engine.render.source import Source, Sources
from editing.engine.timing.exact import exact, nearest
from library.media.guard.ffmpeg import safe_input_kwargs

CEILING = 0.84  # of full scale, −1.5 dB: what the encoder adds between samples stays below it
DUCKING = {"threshold": 0.03, "ratio": 9, "attack": 30, "release": 500}  # −30 dB; milliseconds


def mixed(document: Document, sources: Sources, shots: Sequence[ClipNode], gain: float) -> Stream | None:
    """The sound of the edit, exactly as long as its picture, made louder by `gain` decibels; None where
    nothing sounds."""
    clips = sounds(shots, [sounding(shot) for shot in shots]) if any(shot.heard for shot in shots) else None
    layers = [
        _laid(music, index, sources[music.track], document) for index, music in enumerate(document.music)
    ]
    if clips is None and not layers:
        return None
    whole = _under(clips, layers, [music.duck for music in document.music])
    if not layers and document.delivery.loudness is None:
        return whole
    limited = louder(whole, gain).filter("alimiter", limit=CEILING, level=0, latency=1)
    return exactly(limited, samples(document.frames, document.canvas.fps))


def _laid(music: Music, index: int, source: Source, document: Document) -> Stream:
    """One track at its place in the edit, as long as the edit."""
    length = music.seconds(source.probe.seconds, document.seconds)
    count, place = (nearest(time * SAMPLE_RATE) for time in (length, exact(music.at)))
    read = f"{float(length) + (50 + index) / 10**6:.6f}"  # no two inputs alike: see graph.shot
    opened = ffmpeg.input(**safe_input_kwargs(source.path), ss=seconds(exact(music.start)), t=read)
    audio = louder(exactly(even(opened.audio), count), music.gain)
    audio = _faded(audio, "in", music.fade_in, count)
    audio = _faded(audio, "out", music.fade_out, count)
    if place:
        audio = audio.filter("adelay", f"{place}S", all=1)
    return exactly(audio, samples(document.frames, document.canvas.fps))


def _faded(audio: Stream, way: str, lasting: float, count: int) -> Stream:
    faded = min(nearest(exact(lasting) * SAMPLE_RATE), count)
    begins = count - faded if way == "out" else 0
    return audio.filter("afade", t=way, ss=begins, ns=faded) if faded else audio


def _under(clips: Stream | None, layers: Sequence[Stream], ducks: Sequence[bool]) -> Stream:
    """The clips' sound with every layer under it; those that duck step back while it is heard."""
    if clips is None:
        return _sum(layers)
    if not any(ducks):
        return _sum([clips, *layers])
    copies = clips.filter_multi_output("asplit", sum(ducks) + 1)
    keys = iter(range(1, sum(ducks) + 1))
    return _sum(
        [
            copies[0],
            *(
                ffmpeg.filter([layer, copies[next(keys)]], "sidechaincompress", **DUCKING) if duck else layer
                for layer, duck in zip(layers, ducks, strict=True)
            ),
        ]
    )


def _sum(layers: Sequence[Stream]) -> Stream:
    if len(layers) == 1:
        return layers[0]
    return ffmpeg.filter(list(layers), "amix", inputs=len(layers), normalize=0, duration="first")
