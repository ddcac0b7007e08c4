"""What the creator room remembers: people, how they sign in, who is let in, what they can spend."""

from creator.models.accounts import User
from creator.models.audit import StaffAction
from creator.models.credits import Account, Entry, Hold, Transfer, WelcomedAddress
from creator.models.owned import OwnedQuerySet
from creator.models.sign_in import Allowance, KnownDevice, SignInCode, Ticket, Token

__all__ = [
    "Account",
    "Allowance",
    "Entry",
    "Hold",
    "KnownDevice",
    "OwnedQuerySet",
    "SignInCode",
    "StaffAction",
    "Ticket",
    "Token",
    "Transfer",
    "User",
    "WelcomedAddress",
]
