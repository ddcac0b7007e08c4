"""What is refused before any view is asked."""

import errors

LONGEST_HOST = 100  # characters of it that are said back


class BodyTooLarge(errors.TooLarge):
    """`params`: most (KiB)."""

    code = "body-too-large"
    message = "This request is too large; at most {most} KiB are taken here."


class TooManyBodies(errors.TooManyRequests):
    """`params`: seconds until it is worth another try."""

    code = "too-many-bodies"
    message = "Too much is being sent at once. Let some of it end, and send this again in {seconds} seconds."


class LengthNeeded(errors.LengthRequired):
    code = "length-required"
    message = "This server reads no body in chunks. Send its Content-Length."


class LengthAndChunks(errors.Invalid):
    code = "length-and-chunks"
    message = "A request has either a Content-Length or comes in chunks, not both."


class EncodedBody(errors.UnsupportedMedia):
    """`params`: encoding, as the request names it."""

    code = "content-encoding-unsupported"
    message = "A body is taken as it is, not encoded as {encoding}: leave that out."


class HostUnknown(errors.Invalid):
    """`params`: host, as the request names it."""

    code = "host-invalid"
    message = (
        "This server does not go by the name {host}. Whoever runs it adds that to the setting ALLOWED_HOSTS; "
        "make up HOST=… does so for the addresses of its machine."
    )
