"""What lists refuse to read."""

import errors


class InvalidCursor(errors.Invalid):
    code = "cursor-invalid"
    message = "This cursor is not one we gave. Leave it out to start from the newest."


class InvalidLimit(errors.Invalid):
    """`params`: most."""

    code = "limit-invalid"
    message = "A page holds 1 to {most} entries."
