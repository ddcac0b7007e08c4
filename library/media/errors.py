"""What media cannot be taken or worked on, in words a person can act on."""

import refusals


class FFmpegFailed(refusals.Unprocessable):
    code = "media-unprocessable"
    message = (
        "This video or sound could not be processed. Try another file, or export it again as MP4 (H.264)."
    )


class FFmpegTooSlow(refusals.Unprocessable):
    code = "media-too-slow"
    message = (
        "Processing this took longer than {seconds} seconds and was stopped. Try a shorter or smaller one."
    )


class Unreadable(refusals.Unprocessable):
    code = "media-unreadable"
    message = (
        "This file is damaged or empty. Accepted: MP4, MOV and WebM video, PNG and JPEG pictures, "
        "WAV and MP3 sound."
    )


class UnknownKind(refusals.UnsupportedMedia):
    code = "media-kind"
    message = (
        "This kind of file is not taken. Accepted: MP4, MOV and WebM video, PNG and JPEG pictures, "
        "WAV and MP3 sound."
    )


class UnknownCodec(refusals.UnsupportedMedia):
    code = "media-codec"
    message = "The codec {codec} is not taken. Accepted: {accepted}."


class NoPicture(refusals.Unprocessable):
    code = "media-no-picture"
    message = "There is no video in this file. A video needs at least one picture stream."


class NoSound(refusals.Unprocessable):
    code = "media-no-sound"
    message = "There is no sound in this file. A track needs a sound stream."


class TooLong(refusals.Unprocessable):
    code = "media-too-long"
    message = "This lasts {seconds} seconds; at most {most} seconds are taken."


class TooShort(refusals.Unprocessable):
    code = "media-too-short"
    message = "This lasts {seconds} seconds; at least {least} seconds are needed."


class TooManyPixels(refusals.Unprocessable):
    code = "media-too-many-pixels"
    message = "This picture is too large; at most {most} million pixels are taken."


class TooSmall(refusals.Unprocessable):
    code = "media-too-small"
    message = "This picture measures {width}×{height}; each side needs at least {least} pixels."


class TooFast(refusals.Unprocessable):
    code = "media-too-many-frames"
    message = "This video has {fps} frames a second; at most {most} are taken."


class TooManyStreams(refusals.Unprocessable):
    code = "media-too-many-streams"
    message = "This file has {streams} streams; at most {most} are taken."
