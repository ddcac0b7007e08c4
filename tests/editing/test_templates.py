"""Templates: slots filled from a creator's clips, cut on the beats of their music."""

import wave
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from creator.models import User
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render.render import render
from editing.engine.source import Source
from editing.engine.templates.fill import Footage, Soundtrack, fill_template, templates
from editing.engine.timing.beats import beats
from library import storage
from library.media.guard import ffmpeg
from library.models import Track
from library.upload import turns
from tests.conftest import Api
from tests.editing.conftest import MakeClip

FLASH = templates()["flash"]


def drums(path: Path, *, bpm: float, seconds: float, first: float = 0.3) -> Path:
    """A beat on every count over a chord and some noise; 44.1 kHz, one channel."""
    dice, rate = np.random.default_rng(0), 44_100
    time = np.arange(int(seconds * rate)) / rate
    sound = 0.08 * np.sin(2 * np.pi * 220 * time) + dice.normal(0, 0.02, len(time))
    stroke = np.exp(-np.arange(3000) / 700) * np.sin(2 * np.pi * 90 * np.arange(3000) / rate)
    for at in np.arange(first, seconds - 0.1, 60 / bpm):
        sound[int(at * rate) : int(at * rate) + 3000] += 0.7 * stroke
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((sound.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("bpm", [70, 96, 120, 145, 174])
def test_beats_are_found_where_the_drum_is_struck(tmp_path: Path, bpm: float) -> None:
    found = np.array(beats(drums(tmp_path / "drums.wav", bpm=bpm, seconds=20)))

    step = 60 / bpm
    off = np.abs((found - 0.3 + step / 2) % step - step / 2)
    assert abs(np.median(np.diff(found)) - step) < 0.02 * step
    assert np.median(off) < 0.02
    assert len(found) > 0.9 * 19 / step


def test_silence_has_no_beats(tmp_path: Path) -> None:
    ffmpeg.run(["-f", "lavfi", "-i", "anullsrc=d=5", "silence.wav"], cwd=tmp_path)

    assert beats(tmp_path / "silence.wav") == ()


@pytest.mark.parametrize("template", templates().values(), ids=list(templates()))
def test_every_template_takes_one_clip_or_many_and_lasts_what_it_says(template: Any) -> None:
    for count in (1, 3, 12):
        footage = [Footage(f"clip {number}", 9.0) for number in range(count)]
        edit = fill_template(template, footage)

        assert len(edit.clips) == len(template.slots)
        assert float(edit.seconds) == pytest.approx(template.seconds, abs=0.02)
        assert len({cut.clip for cut in edit.clips}) == min(count, len(template.slots))
    assert {"en", "zh-Hans"} <= template.title.keys()


@pytest.mark.parametrize("template", templates().values(), ids=list(templates()))
def test_every_cut_falls_on_a_beat(template: Any) -> None:
    struck = tuple(0.4 + 0.47 * number + 0.01 * (number % 3) for number in range(60))

    edit = fill_template(template, [Footage("a", 30.0)], soundtrack=Soundtrack("song", 90.0, struck))
    ends = accumulate(slot.beats for slot in template.slots)
    now = 0.0
    for cut, beat in zip(edit.clips, ends, strict=True):
        now += float(cut.seconds) - (cut.transition.seconds if cut.transition else 0)
        assert now == pytest.approx(struck[beat] - struck[0], abs=0.005)
    assert edit.music[0].start == pytest.approx(struck[0], abs=0.001)
    assert all(cut.mute for cut in edit.clips)


def test_a_clip_that_is_repeated_shows_a_later_part() -> None:
    edit = fill_template(FLASH, [Footage("a", 30.0)])

    starts = [cut.start for cut in edit.clips]
    assert starts == sorted(set(starts))
    assert max(cut.end for cut in edit.clips) <= 30.0


def test_a_short_clip_is_slowed_down_and_one_too_short_is_refused() -> None:
    assert fill_template(FLASH, [Footage("a", 1.0)]).clips[0].speed == pytest.approx(0.5)

    with pytest.raises(DocumentInvalid) as refused:
        fill_template(FLASH, [Footage("long", 5.0), Footage("short", 0.2)])
    assert {problem.field for problem in refused.value.problems} == {"clips[1]"}
    assert "0.5 s" in str(refused.value.problems[0])


@pytest.mark.slow
def test_a_filled_template_renders_to_its_exact_frames(clips: dict[str, Source], tmp_path: Path) -> None:
    edit = fill_template(templates()["festival"], [Footage("a", 3.0), Footage("loud", 2.0)], title="端午")

    found = render(edit, clips, tmp_path / "out.mp4", workdir=tmp_path)
    assert (found.frames, found.width, found.height) == (edit.frames, 720, 1280)
    assert edit.captions[0].text == "端午"


@pytest.fixture
def song(creator: User, tmp_path: Path) -> Track:
    drums(tmp_path / "song.wav", bpm=100, seconds=25)
    ffmpeg.run(["-i", "song.wav", "-c:a", "aac", "song.m4a"], cwd=tmp_path)
    key = storage.put(tmp_path / "song.m4a", "tracks/song.m4a")
    return Track.objects.create(owner=creator, state="ready", seconds=25.0, key=key)


def fill(api: Api, user: User, name: str = "flash", *, language: str = "en", **body: Any) -> Any:
    return api(user, language).post(f"/api/v1/templates/{name}/fill", body)


@pytest.mark.django_db(transaction=True)
def test_clips_that_are_still_being_made_become_a_draft_cut_to_the_music(
    api: Api, creator: User, make_clip: MakeClip, song: Track
) -> None:
    clips = [str(make_clip(frames=150).pk) for _ in range(3)]

    answer = fill(api, creator, clips=clips, track=str(song.pk), title="龙舟")

    assert answer.status_code == 201
    draft = answer.json()
    assert draft["title"] == "龙舟"
    edit = parse(draft["document"])
    assert [cut.clip for cut in edit.clips][:4] == [*clips, clips[0]]
    assert edit.music[0].track == str(song.pk)
    assert float(edit.clips[0].seconds) == pytest.approx(4 * 0.6, abs=0.05)
    promised = api(creator).post(f"/api/v1/drafts/{draft['id']}/render").json()
    assert promised["state"] == "pending"


@pytest.mark.django_db(transaction=True)
def test_what_cannot_fill_a_slot_is_refused_with_its_index(
    api: Api, creator: User, other: User, make_clip: MakeClip
) -> None:
    mine, theirs = make_clip(), make_clip(other)

    def errors(**body: Any) -> Any:
        answer = fill(api, creator, **body)
        assert answer.status_code == 400
        return [(error["field"], error["code"]) for error in answer.json()["errors"]]

    assert errors(clips=[str(mine.pk), str(theirs.pk)]) == [("clips[1]", "edit-clip-not-found")]
    assert errors(clips=[str(make_clip(frames=3).pk)]) == [("clips[0]", "too-short-to-fill")]
    assert errors(clips=[])[0][0] == "clips"
    assert errors(clips=[str(mine.pk)], track=str(mine.pk)) == [("track", "edit-track-not-found")]
    assert fill(api, creator, "no-such", clips=[str(mine.pk)]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_beats_of_a_track_are_looked_for_once_and_in_a_turn_of_its_owners(
    api: Api, creator: User, make_clip: MakeClip, song: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look takes seconds of a core of the web process: sixteen at once made neighbours wait for 2 s."""
    body: dict[str, Any] = {"clips": [str(make_clip().pk)], "track": str(song.pk)}
    monkeypatch.setattr(turns, "PATIENCE", 0.0)

    with turns.turn(creator.pk):
        meanwhile = fill(api, creator, **body)
    after = fill(api, creator, **body)
    with turns.turn(creator.pk):
        again = fill(api, creator, **body)

    assert (meanwhile.status_code, meanwhile.data["code"]) == (429, "uploads-busy")
    assert (after.status_code, again.status_code) == (201, 201)
    assert again.data["document"] == after.data["document"]


@pytest.mark.django_db(transaction=True)
def test_a_track_that_is_not_ready_is_refused(api: Api, creator: User, make_clip: MakeClip) -> None:
    track = Track.objects.create(owner=creator, seconds=9.0)

    answer = fill(api, creator, clips=[str(make_clip().pk)], track=str(track.pk))

    assert (answer.status_code, answer.json()["code"]) == (409, "clip-not-ready")


@pytest.mark.django_db
def test_templates_are_listed_in_the_readers_language(api: Api, creator: User) -> None:
    titles = {
        language: {
            one["name"]: one["title"] for one in api(creator, language).get("/api/v1/templates").json()
        }
        for language in ("en", "zh-Hans")
    }

    assert titles["en"]["flash"] == "Cuts on the beat"
    assert titles["zh-Hans"]["flash"] == "卡点快剪"
