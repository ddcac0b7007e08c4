"""The mix: gain and mute of clips, music under them, loudness of the whole."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render import loudness
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, heard, level
from tests.library import footage


def lufs(path: Path, folder: Path) -> float:
    """Integrated loudness of a file, by ffmpeg's meter."""
    meter = "ebur128=metadata=1,ametadata=mode=print:file=lufs.txt"
    ffmpeg.run([*ffmpeg.safe_input(path), "-af", meter, "-f", "null", "-"], cwd=folder)
    read = [line for line in (folder / "lufs.txt").read_text().splitlines() if "r128.I=" in line]
    return float(read[-1].split("=")[1])


def tone(sound: NDArray[np.float64], hertz: int, start: float, end: float) -> float:
    """How much of one tone there is between two moments: its amplitude."""
    part = sound[round(start * 48_000) : round(end * 48_000)]
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / 48_000)
    return float(2 * np.abs(np.mean(part * wave)))


def test_a_gain_is_in_decibels_and_mute_is_silence(rendered: Rendered) -> None:
    pieces = [cut(0, 0.5, clip="loud", **more) for more in ({}, {"gain": -6}, {"mute": True})]
    sound = heard(rendered(document(*pieces)))

    full, softer, silent = (level(sound, at + 0.1, at + 0.4) for at in (0, 0.5, 1))
    assert softer / full == pytest.approx(10 ** (-6 / 20), abs=0.02)
    assert silent < 0.001


def test_an_edit_of_muted_clips_has_no_sound_at_all(rendered: Rendered) -> None:
    with av.open(str(rendered(document(cut(0, 0.5, clip="loud", mute=True))))) as container:
        assert not container.streams.audio


def test_music_starts_at_its_time_fades_and_ends_with_the_edit(rendered: Rendered) -> None:
    under = {"track": "song", "at": 0.5, "start": 1, "fade_in": 0.4, "fade_out": 0.4}
    sound = heard(rendered(document(cut(0, 2), music=[under])))

    before, rising, full, falling = (level(sound, at, at + 0.1) for at in (0.3, 0.6, 1.2, 1.85))
    assert before < 0.001 < rising < 0.7 * full
    assert falling < 0.7 * full
    assert abs(len(sound) / 48_000 - 2) < 0.03


def test_music_shorter_than_the_edit_leaves_silence_after_it(rendered: Rendered) -> None:
    sound = heard(rendered(document(cut(0, 2), music=[{"track": "song", "start": 4.5}])))

    assert level(sound, 0.1, 0.4) > 0.05 > 0.001 > level(sound, 0.7, 1.9)


def test_ducked_music_is_quieter_while_a_clip_sounds_and_recovers(rendered: Rendered) -> None:
    pieces = [cut(0, 1, clip="loud", gain=10), cut(0, 2)]

    ducked, plain = (
        heard(rendered(document(*pieces, music=[{"track": "song", "duck": duck}]))) for duck in (True, False)
    )
    assert tone(ducked, 880, 0.5, 0.9) < 0.6 * tone(plain, 880, 0.5, 0.9)
    assert tone(ducked, 880, 2.5, 2.9) == pytest.approx(tone(plain, 880, 2.5, 2.9), rel=0.1)
    assert tone(ducked, 440, 0.5, 0.9) == pytest.approx(tone(plain, 440, 0.5, 0.9), rel=0.1)


@pytest.mark.parametrize(
    "value",
    [
        document(cut(0, 0.5, clip="loud")),
        document(cut(0, 2, clip="beeps")),
        document(cut(0, 2), music=[{"track": "song", "gain": -30, "fade_in": 1}]),
        document(cut(0, 2, clip="loud", gain=20), cut(0, 1), music=[{"track": "song", "duck": True}]),
    ],
    ids=["half a second", "beeps", "faint music", "loud clip, ducked music"],
)
def test_an_edit_has_the_loudness_it_asks_for_even_when_it_is_short(
    rendered: Rendered, tmp_path: Path, value: dict[str, Any]
) -> None:
    out = rendered(value | {"delivery": {"loudness": -14}})

    assert lufs(out, tmp_path) == pytest.approx(-14, abs=0.5)
    assert np.abs(heard(out)).max() < 1


def test_silence_is_not_made_loud(clips: dict[str, Source], tmp_path: Path) -> None:
    value = document(cut(0, 1, clip="loud", gain=-60), delivery={"loudness": -14})

    assert loudness.gain_for(parse(value), clips, workdir=tmp_path) == 0


def test_mono_is_heard_on_both_channels(folder: Path, rendered: Rendered, clips: Any) -> None:
    mono = folder / "mono.mp4"
    ffmpeg.run([*ffmpeg.safe_input(clips["loud"].path), "-c:v", "copy", "-ac", "1", str(mono)], cwd=folder)
    clips["mono"] = open_source(mono)
    with av.open(str(rendered(document(cut(0, 0.5, clip="mono", speed=1.5))))) as container:
        left, right = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)

    assert np.abs(left).max() > 0.05
    assert np.allclose(left, right, atol=0.01)


@pytest.mark.parametrize(
    ("music", "path", "code"),
    [
        ({"track": "song", "start": 7}, "music[0].start", "beyond-track"),
        ({"track": "nobody"}, "music[0].track", "edit-track-not-found"),
        ({"track": "red"}, "music[0].track", "edit-track-not-found"),
        ({"track": "song", "at": 3}, "music[0].at", "out-of-range"),
        ({"track": "song", "gain": 90}, "music[0].gain", "out-of-range"),
        ({"track": "song", "start": 2, "end": 1}, "music[0].end", "end-before-start"),
    ],
)
def test_music_that_cannot_be_played_is_refused_before_ffmpeg_starts(
    rendered: Rendered, music: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        rendered(document(cut(0, 1), music=[music]))

    assert {problem.field: problem.code for problem in caught.value.problems} == {path: code}


def test_a_sound_without_a_packet_is_silence_and_not_an_error(tmp_path: Path) -> None:
    source = open_source(footage.without_sound_packets(tmp_path))

    found = render(parse(document(cut(0, 0.3))), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    assert not found.has_audio


@pytest.mark.parametrize("speed", [1, 2])
def test_a_mono_clip_and_mono_music_are_heard_from_both_sides_as_loud_as_they_were(
    tmp_path: Path, speed: float
) -> None:
    tone = ("-f", "lavfi", "-i", "aevalsrc=0.4*sin(2*PI*440*t):s=48000:d=1")
    card = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=1")
    ffmpeg.run([*card, *tone, "-c:a", "pcm_s16le", "-preset", "ultrafast", "a.mov"], cwd=tmp_path)
    source = open_source(tmp_path / "a.mov")

    render(parse(document(cut(0, 1, speed=speed))), {"a": source}, tmp_path / "o.mp4", workdir=tmp_path)

    with av.open(str(tmp_path / "o.mp4")) as file:
        samples = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    middle = samples[:, 6000 : 48_000 // int(speed) - 6000]
    assert np.sqrt((middle**2).mean(1) * 2) == pytest.approx([0.4, 0.4], abs=0.03)


def test_the_picture_and_the_sound_may_lie_behind_other_streams(tmp_path: Path) -> None:
    footage.picture(tmp_path, "cover.png", (160, 90))
    inputs = ("-i", "cover.png", "-f", "lavfi", "-i", "anullsrc=d=0.5:r=48000")
    card = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=0.5", "-f", "lavfi", "-i", "sine=d=0.5:r=48000")
    maps = ("-map", "0", "-map", "1", "-map", "2", "-map", "3", "-disposition:v:0", "attached_pic")
    kept = ("-disposition:a:0", "0", "-disposition:a:1", "default", "-c:v:0", "png", "-c:v:1", "libx264")
    ffmpeg.run([*inputs, *card, *maps, *kept, "-c:a", "flac", "a.mp4"], cwd=tmp_path)
    source = open_source(tmp_path / "a.mp4")

    found = render(parse(document(cut(0, 0.3))), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    with av.open(str(tmp_path / "out.mp4")) as file:
        samples = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    assert found.frames == 9
    assert np.abs(samples).max() > 0.05
