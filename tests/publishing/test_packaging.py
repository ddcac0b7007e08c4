"""The engine alone: what comes out of it can be seen, played, read by machines and checked."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from library.media.fonts import FONTS
from publishing.packaging import Identity, Label, Package, Provenance, package, verify
from publishing.packaging.label import TEXT
from tests.progress import Recorder
from tests.publishing import masters
from tests.publishing.packages import LABEL, luma, packaged

pytestmark = pytest.mark.slow


def _times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as media:
        return [Fraction(frame.pts or 0) * Fraction(frame.time_base or 0) for frame in media.decode(video=0)]


def _sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as media:
        return np.concatenate([frame.to_ndarray() for frame in media.decode(audio=0)], axis=1)


def _tag(path: Path) -> dict[str, str]:
    with av.open(str(path)) as media:
        return json.loads(media.metadata["AIGC"])


def test_the_words_stand_in_the_opening_and_nowhere_else(sounding: Path, published: Package) -> None:
    before, after = luma(sounding), luma(published.folder / published.download)
    height, width = before[0].shape
    corner = np.s_[: height // 5, : width * 4 // 5]

    changed = [np.abs(a[corner].astype(int) - b[corner]).max() for a, b in zip(before, after, strict=True)]

    assert all(change > 80 for change in changed[:90]), "three seconds of label"
    assert all(change < 60 for change in changed[90:]), "and no word after them"


def test_the_words_are_at_least_a_twentieth_of_the_short_side_high(tmp_path: Path, signer: Identity) -> None:
    for shade in (0, 128, 255):
        grey = masters.silent(tmp_path / f"{shade}.mp4", frames=70, shade=shade)
        done = packaged(grey, tmp_path / f"out{shade}", signer)
        opening = luma(done.folder / done.download)[30][:100]
        box = np.abs(opening.astype(int) - opening[-1, -1]) > 25
        ink = opening > 180 if shade < 255 else (opening > 180) & (_filled(box))
        rows = np.flatnonzero(ink.sum(axis=1) >= 2)

        assert rows.size, f"the words cannot be read on shade {shade}"
        assert rows.max() - rows.min() + 1 >= 0.05 * 360


def _filled(box: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rectangle around what differs from the ground."""
    rows, columns = np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0))
    inside = np.zeros_like(box)
    inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return inside


def test_every_frame_and_every_sample_of_the_master_is_in_the_published_file(
    sounding: Path, published: Package
) -> None:
    download = published.folder / published.download

    assert _times(download) == _times(sounding)
    assert np.array_equal(_sound(download), _sound(sounding))
    assert (published.frames, published.seconds) == (195, 6.5)


def test_what_follows_the_opening_is_copied_bit_by_bit(sounding: Path, published: Package) -> None:
    before, after = luma(sounding), luma(published.folder / published.download)

    assert all(np.array_equal(a, b) for a, b in zip(before[120:], after[120:], strict=True))


def test_a_clip_from_the_model_runners_encoder_is_joined_too(tmp_path: Path, signer: Identity) -> None:
    clip = masters.silent(tmp_path / "clip.mp4", frames=150)
    done = packaged(clip, tmp_path / "out", signer)

    before, after = luma(clip), luma(done.folder / done.download)
    assert all(np.array_equal(a, b) for a, b in zip(before[120:], after[120:], strict=True))


def test_a_master_of_another_make_is_encoded_whole_rather_than_joined_badly(
    tmp_path: Path, signer: Identity
) -> None:
    odd = masters.with_open_groups(tmp_path / "odd.mp4")
    done = packaged(odd, tmp_path / "out", signer)

    assert _times(done.folder / done.download) == _times(odd)
    assert _tag(done.folder / done.download)["ProduceID"] == "clip-1"


def test_a_clip_shorter_than_its_label_carries_it_to_the_end(tmp_path: Path, signer: Identity) -> None:
    brief = masters.silent(tmp_path / "brief.mp4", frames=45)
    done = packaged(brief, tmp_path / "out", signer)

    before, after = luma(brief), luma(done.folder / done.download)
    assert len(after) == 45
    assert all(np.abs(a[:60].astype(int) - b[:60]).max() > 80 for a, b in zip(before, after, strict=True))


def test_the_one_font_of_the_label_has_all_its_letters() -> None:
    assert {ord(letter) for letter in TEXT} <= FONTS[0].letters


def test_a_label_shorter_than_the_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Label("Lingying", "clip-1", seconds=1.5)


def test_the_tag_machines_read_is_in_the_download_and_in_every_init_segment(published: Package) -> None:
    inits = [published.folder / rung.folder / "init.mp4" for rung in published.rungs]

    for file in (published.folder / published.download, *inits):
        assert _tag(file) == {
            "Label": "1",
            "ContentProducer": "Lingying",
            "ProduceID": "clip-1",
            "ReservedCode1": "",
            "ContentPropagator": "Lingying",
            "PropagateID": "post-1",
            "ReservedCode2": "",
        }


def test_every_rung_plays_and_shows_every_frame(published: Package) -> None:
    assert [(rung.width, rung.height) for rung in published.rungs] == [(640, 360)]
    for rung in published.rungs:
        assert len(luma(published.folder / rung.playlist)) == published.frames


def test_the_ladder_goes_down_from_the_master_and_is_cut_at_the_same_instants(
    tmp_path: Path, signer: Identity
) -> None:
    clip = masters.silent(tmp_path / "clip.mp4", frames=130, size=(720, 1280))
    done = packaged(clip, tmp_path / "out", signer)

    assert [(rung.width, rung.height) for rung in done.rungs] == [(720, 1280), (480, 854), (360, 640)]
    cuts = [_durations(done.folder / rung.playlist) for rung in done.rungs]
    assert cuts[0] == cuts[1] == cuts[2] == [2.0, 2.0, pytest.approx(10 / 30, abs=1e-3)]
    for rung in done.rungs:
        frames = luma(done.folder / rung.playlist)
        assert (len(frames), frames[0].shape) == (130, (rung.height, rung.width))


def _durations(playlist: Path) -> list[float]:
    lines = playlist.read_text().splitlines()
    return [float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:")]


def test_the_top_rung_is_the_labelled_master_itself(published: Package) -> None:
    download, top = luma(published.folder / published.download), luma(published.folder / "top/index.m3u8")

    assert all(np.array_equal(a, b) for a, b in zip(download, top, strict=True))


def test_the_master_playlist_says_what_a_player_needs_to_choose(published: Package) -> None:
    playlist = (published.folder / published.playlist).read_text()

    assert "RESOLUTION=640x360" in playlist
    assert "FRAME-RATE=30.000" in playlist
    assert 'CODECS="avc1.64001e,mp4a.40.2"' in playlist
    with av.open(str(published.folder / published.playlist)) as media:
        assert sum(1 for _ in media.decode(video=0)) == published.frames


def test_the_cover_is_the_frame_asked_for(sounding: Path, tmp_path: Path, signer: Identity) -> None:
    done = package(
        sounding, tmp_path, label=LABEL, provenance=Provenance(), identity=signer, cover_seconds=5.0
    )

    with Image.open(done.folder / done.cover) as cover:
        shown = np.asarray(cover.convert("L")).astype(int)
    frames = luma(sounding)
    assert min(range(0, 195, 15), key=lambda number: np.abs(frames[number] - shown).mean()) == 150


def test_packaging_twice_into_the_same_folder_is_packaging_once(
    sounding: Path, tmp_path: Path, signer: Identity
) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "top/0.m4s").write_bytes(b"half a segment, left by a worker that was killed")

    first, second = packaged(sounding, tmp_path, signer), packaged(sounding, tmp_path, signer)

    assert first.files == second.files
    assert sorted(first.files) == sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()
    )


def test_a_cancelled_packaging_stops_and_publishes_nothing(
    sounding: Path, tmp_path: Path, signer: Identity
) -> None:
    class Cancelled(Exception):
        pass

    def cancel() -> None:
        raise Cancelled

    recorder = Recorder(cancel)
    with pytest.raises(Cancelled):
        package(sounding, tmp_path, label=LABEL, provenance=Provenance(), identity=signer, progress=recorder)
    assert not (tmp_path / "published.mp4").exists()


def test_progress_is_reported_stage_by_stage_and_never_runs_past_the_end(
    sounding: Path, tmp_path: Path, signer: Identity
) -> None:
    recorder = Recorder()
    package(
        sounding,
        tmp_path,
        label=LABEL,
        provenance=Provenance(),
        identity=signer,
        progress=recorder,
    )

    stages = ["labelling", "transcoding", "signing"]
    assert [stage for stage, _ in recorder.stages] == stages
    assert list(dict.fromkeys(stage for stage, _, _ in recorder.steps)) == stages
    assert all(0 <= done <= total for _, done, total in recorder.steps)


def test_it_runs_alone_from_the_command_line(sounding: Path, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "publishing.packaging", str(sounding), "--out", str(tmp_path / "out")]
    told = subprocess.run(
        [*argv, "--keys", str(tmp_path / "keys")], capture_output=True, text=True, check=True
    )

    last = json.loads(told.stdout.splitlines()[-1])
    assert (last["stage"], last["frames"]) == ("done", 195)
    assert verify(tmp_path / "out/published.mp4").is_valid
