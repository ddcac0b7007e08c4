"""What the library refuses."""

import errors


class NotReady(errors.Conflict):
    code = "clip-not-ready"
    message = "This is not ready; it can be used once it is."


class SourceFailed(errors.Conflict):
    code = "source-failed"
    message = "This clip failed, so nothing can be made from it. Choose one that is ready or still pending."


class SourceCancelled(errors.Conflict):
    code = "source-cancelled"
    message = (
        "This clip was cancelled, so nothing can be made from it. Choose one that is ready or still pending."
    )


class SourceGone(errors.Gone):
    code = "source-gone"
    message = "What this was to be made from has been deleted."


class LinkExpired(errors.Gone):
    code = "link-expired"
    message = "This link has expired. Ask for the clip or post again to get a fresh one."


class LinkEnded(errors.Gone):
    code = "link-ended"
    message = "This link ended with the sign-in or key that asked for it. Sign in and ask for another."


class FileNotFound(errors.NotFound):
    code = "file-not-found"
    message = "There is no file under this link."


class FileTooLarge(errors.TooLarge):
    code = "file-too-large"
    message = "This file is too large; at most {most} MiB are taken."


class NoFile(errors.Invalid):
    code = "no-file"
    message = "Send one file, as the field {wanted} of a multipart form."


class UploadsBusy(errors.TooManyRequests):
    """`params`: seconds until it is worth another try."""

    code = "uploads-busy"
    message = "Another file is still being looked at. Send this one again in {seconds} seconds."


class UploadGone(errors.Gone):
    code = "upload-gone"
    message = "The uploaded file is no longer there. Upload it again."


class StorageFull(errors.Conflict):
    """`params`: limit (its name), held and most (MB). Waiting does not help, deleting does: hence no 429."""

    code = "storage-full"
    message = (
        "With this you would keep {held} MB, what is being made included, and {most} MB is the most. "
        "Delete clips, pictures, sounds or posts first."
    )
