"""What is refused before any view is asked."""

import errors


class BodyTooLarge(errors.TooLarge):
    """`params`: most (KiB)."""

    code = "body-too-large"
    message = "This request is too large; at most {most} KiB are taken here."
