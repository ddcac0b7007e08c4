"""Names that clients send stay names: none of them becomes a path."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import opentimelineio as otio
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from creator.models import User
from editing.engine.__main__ import main
from editing.engine.interchange import read_timeline_and_losses
from editing.exchange import import_export
from tests.conftest import Api
from tests.contracts.objects import document, ready_clip
from tests.contracts.security.opened import paths_touched
from tests.editing.material import numbered

MARK = "lingying-mark"
PIECES = (
    "..",
    ".",
    "/",
    "\\",
    "%2e%2e",
    "%2f",
    "%5c",
    "//",
    "\0",
    "\n",
    "\u202e",
    "~",
    "C:",
    "file:",
    "|",
    "é",
)
NAMES = st.lists(st.sampled_from(PIECES), max_size=8).map(lambda pieces: "".join([*pieces, MARK]))
drawn = examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    "ending", ["x" * 300, "m3u8", "%03d.png", "\u202egpj", "a b", "\x7f", "🎬" * 80], ids=ascii
)
def test_an_upload_lies_under_a_name_of_our_own(api: Api, creator: User, ending: str) -> None:
    file = SimpleUploadedFile(f"holiday.{ending}", b"no video at all")

    with paths_touched() as paths:
        answer = api(creator).post("/api/v1/uploads", {"file": file}, format="multipart")

    assert (answer.status_code, answer.json()["code"]) == (415, "media-kind"), answer.json()
    uploads = [path for path in paths if path.startswith(settings.FILE_UPLOAD_TEMP_DIR)]
    assert uploads
    assert all(path.endswith((".upload", settings.FILE_UPLOAD_TEMP_DIR)) for path in uploads)


@drawn
@given(name=NAMES)
def test_a_template_is_one_of_those_there_are_whatever_its_name(api: Api, creator: User, name: str) -> None:
    with paths_touched() as paths:
        answer = api(creator).post(f"/api/v1/templates/{quote(name)}/fill", {"clips": [str(UUID(int=1))]})

    assert answer.status_code == 404
    assert not marked(paths)


@drawn
@given(name=NAMES, field=st.sampled_from(["clip", "still", "track", "effect", "transition", "style", "mode"]))
def test_what_a_document_names_is_looked_up_and_never_opened(
    api: Api, creator: User, name: str, field: str
) -> None:
    value = document(ready_clip(creator))
    [cut] = value["clips"]
    cut |= {"clip": name} if field == "clip" else {}
    cut |= {"effects": [{"name": name}]} if field == "effect" else {}
    cut |= {"reframe": {"mode": name}} if field == "mode" else {}
    value |= {"music": [{"track": name}]} if field == "track" else {}
    value |= {"stickers": [{"still": name, "start": 0, "end": 1}]} if field == "still" else {}
    value |= {"captions": [{"text": "x", "start": 0, "end": 1, "style": name}]} if field == "style" else {}
    value["clips"] += [cut | {"transition": {"name": name, "seconds": 0.1}}] if field == "transition" else []

    with paths_touched() as paths:
        answer = api(creator).post("/api/v1/drafts", {"document": value})

    assert answer.status_code == 400, answer.json()
    assert not marked(paths)


@pytest.mark.parametrize("spelling", ["{{{pk}}}", "urn:uuid:{pk}", "{pk}\n", " {pk}", "{pk}-", "{dashed}"])
def test_an_id_in_a_document_is_spelt_as_an_id(api: Api, creator: User, spelling: str) -> None:
    clip = ready_clip(creator)
    value = document(clip)
    value["clips"][0]["clip"] = spelling.format(pk=clip.pk, dashed="-".join(clip.pk.hex))

    answer = api(creator).post("/api/v1/drafts", {"document": value})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "edit-clip-not-found")


@drawn
@given(name=NAMES)
def test_a_timelines_media_are_read_for_their_ids_and_never_opened(
    api: Api, creator: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read here and not in its child (`test_timelines`), whose opening of files nobody would hear of."""
    monkeypatch.setattr(import_export, "read_timeline_apart", read_timeline_and_losses)
    clip = ready_clip(creator)
    for link, clip_name in ((f"{name}/{clip.pk}.mp4", name), (name, f"{name} {clip.pk}"), (name, name)):
        with paths_touched() as paths:
            answer = api(creator).post("/api/v1/drafts/otio", {"timeline": timeline(link, clip_name)})

        refused = str(clip.pk) not in link + clip_name or "\0" in name  # OpenTimelineIO reads up to a NUL
        assert answer.status_code == (400 if refused else 201), answer.json()
        assert not marked(paths)


@drawn
@given(name=NAMES)
def test_a_model_is_one_of_the_settings_whatever_its_name(api: Api, creator: User, name: str) -> None:
    with paths_touched() as paths:
        answer = api(creator).post("/api/v1/generations/quote", {"prompt": "一只狗", "model": name})

    assert answer.status_code in (400, 404), answer.json()
    assert not marked(paths)


@pytest.mark.parametrize("name", ["../secret.mp4", "sub/../../secret.mp4", "{absolute}", "linked.mp4"])
def test_a_document_on_the_command_line_names_files_beside_it_only(
    tmp_path: Path, capsys: Any, name: str
) -> None:
    secret, folder = numbered(tmp_path / "secret.mp4", frames=6), tmp_path / "edit"
    folder.mkdir()
    (folder / "linked.mp4").symlink_to(secret)
    named = name.format(absolute=secret)
    value = {"version": 1, "canvas": {"aspect": "16:9"}, "clips": [{"clip": named, "start": 0, "end": 0.1}]}
    (folder / "edit.json").write_text(json.dumps(value))

    assert main([str(folder / "edit.json"), "--out", str(tmp_path / "out.mp4")]) == 2
    assert "beside the document" in capsys.readouterr().err


def marked(paths: list[str]) -> list[str]:
    return [path for path in paths if MARK in path]


def timeline(link: str, name: str) -> dict[str, Any]:
    """One second of one clip, as another editor would write it."""
    time = otio.opentime.RationalTime
    span = otio.opentime.TimeRange(time(0, 30), time(30, 30))
    clip = otio.schema.Clip(name, otio.schema.ExternalReference(link), span)
    made = otio.schema.Timeline("theirs")
    made.tracks.append(otio.schema.Track("V1", [clip]))
    return dict(json.loads(made.to_json_string()))
