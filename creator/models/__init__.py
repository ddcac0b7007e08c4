"""What the creator room remembers: people, how they sign in, who is let in, what they can spend."""

from creator.models.accounts import User
from creator.models.admission import Invite, InviteUse, WaitlistEntry
from creator.models.credits import Account, Entry, Hold, Transfer
from creator.models.owned import OwnedQuerySet
from creator.models.sign_in import Allowance, SignInCode, Ticket, Token

__all__ = [
    "Account",
    "Allowance",
    "Entry",
    "Hold",
    "Invite",
    "InviteUse",
    "OwnedQuerySet",
    "SignInCode",
    "Ticket",
    "Token",
    "Transfer",
    "User",
    "WaitlistEntry",
]
