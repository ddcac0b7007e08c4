"""A refusal says what came, all that is accepted, from the tables the code goes by, and how to get there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.translation import gettext, override

from errors import render_message
from library.media import codecs, errors, ingest
from library.media.guard import ffmpeg
from library.media.kinds import KINDS
from library.media.sniff import NOT_TAKEN, sniff
from tests.library import footage
from tests.library.conftest import Upload, refusal

ROOT = Path(__file__).resolve().parents[2]


def refused(path: Path) -> errors.UnknownKind:
    with pytest.raises(errors.UnknownKind) as caught:
        sniff(path)
    return caught.value


@pytest.mark.parametrize("start", NOT_TAKEN, ids=lambda start: NOT_TAKEN[start])
def test_a_kind_that_is_not_taken_is_called_by_its_name(start: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(start + bytes(64))

    assert f"({NOT_TAKEN[start]})" in str(refused(tmp_path / "file"))


@pytest.mark.parametrize("refusal", [errors.UnknownKind(), errors.Unreadable()], ids=lambda one: one.code)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_that_is_taken_is_named_in_both_languages(refusal: Any, language: str) -> None:
    with override(language):
        sentence = render_message(refusal.as_dict(), gettext)

    assert [kind.name for kind in KINDS if not re.search(rf"\b{re.escape(kind.name)}\b", sentence)] == []


def test_a_phone_is_told_how_to_export_in_both_languages() -> None:
    refusals = [errors.UnknownKind(), errors.UnknownCodec(codec="", accepted=codecs.video_names())]
    for one in refusals:
        with override("zh-hans"):
            chinese = render_message(one.as_dict(), gettext)
        assert "Settings → Camera → Formats → Most Compatible" in str(one)
        assert "设置 → 相机 → 格式 → 兼容性最佳" in chinese
        assert "安卓" in chinese
        assert not re.search(r"unknown|first bytes", chinese)


def test_every_codec_that_is_taken_is_named(tmp_path: Path) -> None:
    path = footage.video(tmp_path, "in.mov", size="64x64", seconds=0.2, more=("-c:v", "qtrle"), sound=False)

    with pytest.raises(errors.UnknownCodec) as caught:
        ingest.inspect(path, ingest.UploadLimits())

    sentence = str(caught.value)
    assert "qtrle" in sentence
    assert [codec for codec in codecs.VIDEO_CODECS if codec not in sentence.lower()] == []


def test_every_codec_that_is_taken_has_a_decoder() -> None:
    import av

    assert [codec for codec in codecs.VIDEO_CODECS if not _decodes(av, codec)] == []
    assert [codec for codec in codecs.SOUND_CODECS if not _decodes(av, codec)] == []


def test_a_picture_where_a_video_is_wanted_is_told_what_is(tmp_path: Path) -> None:
    from library.media.guard.container import open_container

    footage.picture(tmp_path, "in.webp")

    with pytest.raises(errors.StillOnly, match=r"WebP picture must be uploaded first.*JPEG, PNG"):
        open_container(tmp_path / "in.webp")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_answer_names_what_came_in_the_readers_language(upload: Upload, tmp_path: Path) -> None:
    (tmp_path / "film.wmv").write_bytes(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(64))

    answer = upload(tmp_path / "film.wmv", language="zh-Hans")

    assert refusal(answer) == (415, "media-kind")
    assert "Windows Media" in answer.json()["detail"]
    assert "兼容性最佳" in answer.json()["detail"]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_error_of_a_failed_job_says_all_that_a_refusal_does(
    upload: Upload, api: Any, creator: Any, work_all: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = upload(footage.video(tmp_path, size="160x90", seconds=0.5)).json()["clip"]

    def found_out(*_: Any, **__: Any) -> None:
        raise errors.UnknownCodec(codec="", accepted=codecs.video_names())

    monkeypatch.setattr(ingest, "inspect", found_out)
    work_all()
    shown = api(creator, "zh-Hans").get(f"/api/v1/clips/{clip['id']}").json()

    assert (shown["state"], shown["error"]["code"]) == ("failed", "media-codec")
    assert "不支持编码 未知" in shown["error"]["detail"]
    assert "H.264" in shown["error"]["detail"]


def test_the_schema_of_uploads_names_every_kind() -> None:
    schema = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())["components"]["schemas"]
    described = next(one for name, one in schema.items() if name.startswith("Upload") and _has_file(one))
    words = described["properties"]["file"]["description"]

    assert [kind.name for kind in KINDS if kind.name not in words] == []


def test_no_demuxer_reads_more_than_one_plain_file() -> None:
    others = {"hls", "dash", "concat", "image2", "image2pipe", "sdp", "rtsp", "lavfi", "tty", "svg_pipe"}

    assert not others & set(ffmpeg.DEMUXERS)


def _decodes(av: Any, codec: str) -> bool:
    try:
        return bool(av.Codec({"amr_nb": "amrnb", "amr_wb": "amrwb"}.get(codec, codec), "r"))
    except av.codec.codec.UnknownCodecError:
        return False


def _has_file(schema: dict[str, Any]) -> bool:
    return "file" in schema.get("properties", {})
