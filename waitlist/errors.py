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
