"""What the waiting line refuses, and what it would accept instead."""

import errors


class NotInLine(errors.NotFound):
    code = "not-in-line"
    message = "You have not applied yet. Apply with POST /api/v1/waitlist."


class InviteNotFound(errors.NotFound):
    code = "invite-not-found"
    message = "There is no such invite code. Check its letters and digits, or join the waiting list."


class InviteUsedUp(errors.Gone):
    code = "invite-spent"
    message = "This invite has let in everyone it could. Ask for another, or join the waiting list."


class InvalidInvite(errors.Invalid):
    code = "invite-invalid"
    message = "An invite code has 4 to 32 letters (A to Z) and digits."


class InviteExists(errors.Conflict):
    code = "invite-exists"
    message = "There already is an invite with this code. Choose another, or leave it out to get one made."


class InviteEndsTooEarly(errors.Invalid):
    code = "invite-times-invalid"
    message = "An invite ends in the future, and after it begins. Send a later end, or none."


class InviteNotBegun(errors.Conflict):
    """`params`: begins_at, with its zone."""

    code = "invite-not-begun"
    message = "This invite begins at {begins_at}. Try again then."


class InviteExpired(errors.Gone):
    """`params`: ends_at, with its zone."""

    code = "invite-expired"
    message = "This invite ended at {ends_at}. Ask for another, or join the waiting list."


class InviteRevoked(errors.Gone):
    code = "invite-revoked"
    message = "This invite was taken back. Ask for another, or join the waiting list."


class InviteForAnother(errors.Forbidden):
    code = "invite-for-another"
    message = "This invite is for another address. Sign in with the address that it was sent to."


class SegmentNotFound(errors.NotFound):
    code = "segment-not-found"
    message = "There is no such segment. GET /api/v1/waitlist/segments lists them."


class SegmentExists(errors.Conflict):
    code = "segment-exists"
    message = "There already is a segment with this name. Choose another."


class InvalidReferral(errors.Invalid):
    code = "referral-invalid"
    message = "Nobody else has this referral code. Check its letters and digits, or leave it out."
