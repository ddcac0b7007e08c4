"""Errors of editing, beside those of a document alone."""

import errors
from editing.engine.errors import FieldError


class ClipFailed(FieldError):
    code = "edit-clip-failed"
    message = "This clip failed, so it cannot be edited. Accepted: a clip that is ready or still pending."


class ClipCancelled(FieldError):
    code = "edit-clip-cancelled"
    message = (
        "This clip was cancelled, so it cannot be edited. Accepted: a clip that is ready or still pending."
    )


class TrackFailed(FieldError):
    code = "edit-track-failed"
    message = "This track failed, so it cannot be heard. Accepted: a track that is ready or still pending."


class TrackCancelled(FieldError):
    code = "edit-track-cancelled"
    message = (
        "This track was cancelled, so it cannot be heard. Accepted: a track that is ready or still pending."
    )


class AlreadyThatLarge(FieldError):
    code = "already-that-large"
    message = "The clip already has {short} pixels on its short side. Accepted: more, up to {most}."


class DraftChanged(errors.PreconditionFailed):
    """`params`: revision, the current one."""

    code = "draft-changed"
    members = ("revision",)
    message = (
        "This draft was changed meanwhile and is at revision {revision} now. "
        "Read it again and send its ETag as If-Match."
    )


class NothingToUndo(errors.Conflict):
    code = "nothing-to-undo"
    message = "This is the first revision of the draft; there is nothing before it to go back to."


class NothingToRedo(errors.Conflict):
    code = "nothing-to-redo"
    message = "This is the newest revision of the draft; there is nothing undone to do again."


class TextOrFile(errors.Invalid):
    code = "text-or-file"
    message = "Send either the text of a subtitle file or the file, and not both."


class NotBase64(errors.Invalid):
    code = "base64-invalid"
    message = (
        "This is not base64. Accepted: the bytes of a file in the alphabet of RFC 4648, with its padding."
    )
