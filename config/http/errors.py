"""What is refused before any view is asked."""

import errors


class BodyTooLarge(errors.TooLarge):
    """`params`: most (KiB)."""

    code = "body-too-large"
    message = "This request is too large; at most {most} KiB are taken here."


class TooManyBodies(errors.TooManyRequests):
    """`params`: seconds until it is worth another try."""

    code = "too-many-bodies"
    message = "Too much is being sent at once. Let some of it end, and send this again in {seconds} seconds."
