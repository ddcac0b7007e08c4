"""What media cannot be taken or worked on, in words a person can act on."""

from typing import Any, ClassVar

import errors
from library.media import kinds


class FFmpegFailed(errors.Unprocessable):
    code = "media-unprocessable"
    message = (
        "This video or sound could not be processed. Try another file, or export it again as MP4 (H.264)."
    )


class FFmpegTooSlow(errors.Unprocessable):
    code = "media-too-slow"
    message = (
        "Processing this took longer than {seconds} seconds and was stopped. Try a shorter or smaller one."
    )


class FFmpegOutOfMemory(errors.Unprocessable):
    code = "media-too-much-memory"
    message = (
        "Processing this took more than {mebibytes} MiB of memory and was stopped. Try a smaller size, or "
        "fewer pictures at once."
    )


class Unreadable(errors.Unprocessable):
    """`params` are what is taken, by medium: see `kinds.accepted`."""

    code = "media-unreadable"
    message = (
        "This file is damaged or empty: send the original again, or export it once more. Accepted: videos "
        "as {videos}; pictures as {pictures}; sounds as {sounds}."
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(**kinds.accepted() | params)


class UnknownKind(errors.UnsupportedMedia):
    """`params`: what was `found`, by its name, if it has one; and what is taken, by medium."""

    code = "media-kind"
    message = (
        "This kind of file is not taken ({found}). Accepted: videos as {videos}; pictures as {pictures}; "
        "sounds as {sounds}. From an iPhone, share it as a photo or video rather than as a file, or choose "
        "Settings → Camera → Formats → Most Compatible; on Android, turn RAW off in the camera's settings. "
        "From other apps, export it as MP4, JPEG or M4A."
    )
    UNNAMED: ClassVar[dict[str, Any]] = {"message": "what it is, its first bytes do not say", "params": {}}

    def __init__(self, *, found: Any = None, **params: Any) -> None:
        super().__init__(found=found or self.UNNAMED, **kinds.accepted() | params)


class UnknownCodec(errors.UnsupportedMedia):
    """`params`: the codec, by its name, if it has one; and those that are `accepted`."""

    code = "media-codec"
    message = (
        "Its {codec} codec is not taken. Accepted: {accepted}. On an iPhone choose Settings → Camera → "
        "Formats → Most Compatible; on Android, turn high efficiency and special effects off in the camera's "
        "video settings. What is recorded already can be exported as MP4 (H.264 and AAC) by any editing app."
    )
    UNNAMED: ClassVar[dict[str, Any]] = {"message": "unknown", "params": {}}

    def __init__(self, *, codec: Any, **params: Any) -> None:
        super().__init__(codec=codec or self.UNNAMED, **params)


class UnknownVariant(errors.UnsupportedMedia):
    code = "media-codec-variant"
    message = (
        "Its sound is a variant of {codec} that is not taken. Export it with sound in stereo, as AAC, or "
        "without sound."
    )


class StillOnly(errors.UnsupportedMedia):
    code = "media-still-only"
    message = "A {kind} picture must be uploaded first; as it is, these are accepted here: {accepted}."


class NoPicture(errors.Unprocessable):
    code = "media-no-picture"
    message = (
        "There is no moving picture in this file, nor anything else that can be shown or heard. Accepted: "
        "{videos}, with at least one stream of pictures."
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"videos": kinds.names("video")} | params)


class NoSound(errors.Unprocessable):
    code = "media-no-sound"
    message = (
        "There is no sound in this file, and a sound is needed here. Accepted: {sounds}, or a file of video "
        "with at least one stream of sound."
    )

    def __init__(self, **params: Any) -> None:
        super().__init__(**{"sounds": kinds.names("sound")} | params)


class TooLong(errors.Unprocessable):
    code = "media-too-long"
    message = "This lasts {seconds} seconds; at most {most} seconds are taken."


class TooShort(errors.Unprocessable):
    code = "media-too-short"
    message = "This lasts {seconds} seconds; at least {least} seconds are needed."


class TooManyPixels(errors.Unprocessable):
    code = "media-too-many-pixels"
    message = "This picture is too large; at most {most} million pixels are taken."


class MovingTooLarge(errors.Unprocessable):
    code = "media-moving-too-large"
    message = (
        "All frames of this moving picture, {width}×{height} each, have more than {most} million pixels "
        "together, and that is the most. Export it as MP4, or smaller, or shorter."
    )


class TooSmall(errors.Unprocessable):
    code = "media-too-small"
    message = "This picture measures {width}×{height}; each side needs at least {least} pixels."


class TooFast(errors.Unprocessable):
    code = "media-too-many-frames"
    message = "This video has {fps} frames a second; at most {most} are taken."


class TooManyStreams(errors.Unprocessable):
    code = "media-too-many-streams"
    message = (
        "This file has {streams} streams or more; at most {most} are taken. Export it with one picture and "
        "one sound."
    )


class OutputFolderNotFound(errors.Invalid):
    code = "output-folder-not-found"
    message = "{file} cannot be written, for there is no folder {folder}. Make it, or name another place."


class OutputIsFolder(errors.Invalid):
    code = "output-is-folder"
    message = "{file} is a folder. Name the file that is to be written in it."


class OutputRefused(errors.Invalid):
    """`params`: file, reason (what the system says, in its language)."""

    code = "output-refused"
    message = "{file} cannot be written ({reason}). Name another place."
