"""What media cannot be taken or worked on, in words a person can act on."""

import errors


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
    code = "media-unreadable"
    message = (
        "This file is damaged or empty. Accepted: MP4, MOV and WebM video, PNG and JPEG pictures, "
        "WAV and MP3 sound."
    )


class UnknownKind(errors.UnsupportedMedia):
    code = "media-kind"
    message = (
        "This kind of file is not taken. Accepted: MP4, MOV and WebM video, PNG and JPEG pictures, "
        "WAV and MP3 sound."
    )


class UnknownCodec(errors.UnsupportedMedia):
    code = "media-codec"
    message = "The codec {codec} is not taken. Accepted: {accepted}."


class NoPicture(errors.Unprocessable):
    code = "media-no-picture"
    message = "There is no video in this file. A video needs at least one picture stream."


class NoSound(errors.Unprocessable):
    code = "media-no-sound"
    message = "There is no sound in this file. A track needs a sound stream."


class TooLong(errors.Unprocessable):
    code = "media-too-long"
    message = "This lasts {seconds} seconds; at most {most} seconds are taken."


class TooShort(errors.Unprocessable):
    code = "media-too-short"
    message = "This lasts {seconds} seconds; at least {least} seconds are needed."


class TooManyPixels(errors.Unprocessable):
    code = "media-too-many-pixels"
    message = "This picture is too large; at most {most} million pixels are taken."


class TooSmall(errors.Unprocessable):
    code = "media-too-small"
    message = "This picture measures {width}×{height}; each side needs at least {least} pixels."


class TooFast(errors.Unprocessable):
    code = "media-too-many-frames"
    message = "This video has {fps} frames a second; at most {most} are taken."


class TooManyStreams(errors.Unprocessable):
    code = "media-too-many-streams"
    message = "This file has {streams} streams; at most {most} are taken."


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
