"""What the creator room refuses, and what it would accept instead."""

from typing import Any

from django.utils.translation import gettext_noop

import errors

# seconds, and how that many of them are said
DURATIONS = (
    (3600, gettext_noop("{count} hours")),
    (60, gettext_noop("{count} minutes")),
    (1, gettext_noop("{count} seconds")),
)


class InvalidAddress(errors.Invalid):
    code = "address-invalid"
    message = "Send either a phone number (+8613800138000) or an e-mail address, not both."


class InvalidPhone(errors.Invalid):
    code = "phone-invalid"
    message = "This is not a phone number we can reach. Send it with its country code, like +8613800138000."


class InvalidEmail(errors.Invalid):
    code = "email-invalid"
    message = "This is not an e-mail address. Send one like name@example.com."


class WrongCode(errors.Invalid):
    """A wrong code, an old one, a used one or one that never was: nobody learns who has an account."""

    code = "wrong-code"
    message = (
        "This code is not valid. Send the newest {digits} digits you received "
        "within {minutes} minutes, or ask for a new code."
    )


class CodeUnsendable(errors.Unprocessable):
    code = "code-unsendable"
    message = "This server cannot send codes to such an address. Try the other kind: phone or e-mail."


class CodeNotSent(errors.Unavailable):
    code = "code-not-sent"
    message = "The code could not be sent just now. Wait a minute, then ask for a new one."


class AccountClosed(errors.Forbidden):
    code = "account-closed"
    message = "This account was closed by the staff of this server. Ask them why."


class RateLimited(errors.TooManyRequests):
    """`params`: limit (its name), most (times), window and seconds left of it, which `wait` says in words."""

    code = "too-often"
    message = "That was asked too often. Try again in {wait}."

    def __init__(self, *, seconds: int, **params: Any) -> None:
        super().__init__(seconds=seconds, wait=_duration(seconds), **params)


def _duration(seconds: int) -> dict[str, Any]:
    """The record of a duration, in words, rounded up: nobody counts 85,490 seconds."""
    size, message = next((pair for pair in DURATIONS if seconds >= 2 * pair[0]), DURATIONS[-1])
    return {"message": message, "params": {"count": -(-seconds // size)}}


class LimitReached(errors.Conflict):
    """`params`: limit (its name), most, held. No 429: how long to wait is not known, if it helps at all."""

    code = "limit-reached"
    message = "You have {held} of at most {most}, by the limit “{limit}”. Delete, cancel or close one first."


class TooMuchWork(errors.Unprocessable):
    """`params`: most, in seconds of CPU."""

    code = "too-much-work"
    message = "This takes more work than one request may. Send less text, or divide it into several requests."


class ClientLeft(errors.Conflict):
    """Nobody reads this answer: it ends what nobody waits for."""

    code = "client-left"
    message = "The connection was closed before this was done, so it was not done."


class NotAdmitted(errors.Forbidden):
    code = "not-admitted"
    message = (
        "Making things is open to admitted creators. Apply with POST /api/v1/waitlist, "
        "or redeem an invite with POST /api/v1/invites/redeem."
    )


class StaffOnly(errors.Forbidden):
    code = "staff-only"
    message = "Only staff may do this."


class RoleMissing(errors.Forbidden):
    """`params`: role, the one that is needed."""

    code = "role-missing"
    message = "This needs the role “{role}”, which you were not given. Ask an owner."


class SuperuserOnly(errors.Forbidden):
    code = "superuser-only"
    message = "Only a superuser may do this to somebody of the staff."


class OwnAccount(errors.Conflict):
    code = "own-account"
    message = "Nobody decides about their own account. Ask a colleague."


class UserNotFound(errors.NotFound):
    code = "user-not-found"
    message = "Nobody goes by this handle."


class AlreadyAdmitted(errors.Conflict):
    code = "already-admitted"
    message = "You are already in: no invite or place in line is needed."


class SessionNeeded(errors.Forbidden):
    code = "session-needed"
    message = "An API key may not do this. Sign in with POST /api/v1/auth/login and use that token."


class TokenReplaced(errors.Conflict):
    code = "token-replaced"
    message = "This token was replaced or ended just now. Use the new one, or sign in again."


class ScopeMissing(errors.Forbidden):
    """`params`: scope, the one that is needed."""

    code = "scope-missing"
    message = "This API key was made without the scope “{scope}”. Make a key that has it, or sign in."


class ScopeBeyondOwner(errors.Forbidden):
    """`params`: scope."""

    code = "scope-beyond-owner"
    message = "A key cannot do more than its owner: only staff may give a key the scope “{scope}”."


class HandleTaken(errors.Conflict):
    code = "handle-taken"
    message = "Somebody else goes by this handle. Choose another."


class NameReserved(errors.Conflict):
    code = "name-reserved"
    message = "This name is read as one of the people who run this place. Choose another."


class NotEnoughCredits(errors.PaymentRequired):
    """`params`: needed by the whole request, available (credits)."""

    code = "not-enough-credits"
    members = ("needed", "available")
    message = "This costs {needed} credits and you have {available}."


class HoldClosed(errors.Conflict):
    code = "hold-closed"
    message = "These credits are already {state}; what is closed cannot be closed another way or held again."
    enum_params = ("state",)


class HoldNotFound(errors.NotFound):
    code = "hold-not-found"
    message = "No credits are held for {reference}."
