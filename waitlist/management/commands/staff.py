"""`manage.py staff --phone …`: make somebody staff, signing them up if nobody has that address yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import errors
from creator.accounts import sign_in
from creator.accounts.addresses import Address, address
from creator.models import User
from creator.roles import GIVEN, Role
from waitlist.admission.admit import admit


class Command(BaseCommand):
    help = "Make a person staff, by phone or e-mail address; they then sign in as everybody does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--phone", default="")
        parser.add_argument("--email", default="")
        to = parser.add_mutually_exclusive_group()
        to.add_argument("--superuser", action="store_true", help="who may suspend other staff, too")
        to.add_argument("--remove", action="store_true", help="staff no longer, nor superuser")
        parser.add_argument(
            "--role",
            action="append",
            choices=[Role.VIEWER.value, *GIVEN],
            help="what they may do: one or more; both support and admission where none is said",
        )

    def handle(
        self,
        *args: Any,
        phone: str,
        email: str,
        superuser: bool = False,
        remove: bool = False,
        role: list[str] | None = None,
        **options: Any,
    ) -> None:
        user = _person(_address(phone, email), must_exist=remove)
        user.is_staff, user.is_superuser = not remove, superuser or (user.is_superuser and not remove)
        user.given_roles = [] if remove else [one for one in GIVEN if one in (role or GIVEN)]
        user.save(update_fields=["is_staff", "is_superuser", "given_roles"])
        what = "no longer staff" if remove else f"staff: {', '.join(user.roles)}"
        self.stdout.write(f"{user} is {what}")


def _person(at: Address, *, must_exist: bool) -> User:
    """Who has this address, signed up and admitted unless they `must_exist`."""
    if must_exist:
        if user := sign_in.user_at(at):
            return user
        raise CommandError("Nobody has this address.")
    user = sign_in.find_or_create_user(at)
    admit(user)
    return user


def _address(phone: str, email: str) -> Address:
    try:
        return address(phone=phone, email=email)
    except errors.DomainError as refusal:
        raise CommandError(str(refusal)) from None
