"""What a request with an `Idempotency-Key` may be refused for, beside its own reasons."""

import errors


class KeyTooLong(errors.Invalid):
    code = "idempotency-key-too-long"
    message = "An Idempotency-Key has 1 to {most} characters."


class KeyReused(errors.Unprocessable):
    code = "idempotency-key-reused"
    message = "This Idempotency-Key was used for a different request; send a new key with a new request."


class ShownOnce(errors.Conflict):
    code = "shown-once"
    message = "This was done already, and its answer is shown only once."


class InProgress(errors.Conflict):
    """`params`: seconds, after which the same request may be sent again."""

    code = "in-progress"
    passes = True
    message = "This request is being done already. Send it again in {seconds} seconds for its answer."


class AnswerLost(errors.Conflict):
    code = "answer-lost"
    message = (
        "This was done, but its answer was lost when the server stopped. "
        "Look for the result in your lists before you ask again with a new key."
    )
