"""`manage.py staff --phone …`: make somebody staff, signing them up if nobody has that address yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import errors
from creator.accounts import sign_in
from creator.accounts.addresses import Address, address
from creator.admission import actions


class Command(BaseCommand):
    help = "Make a person staff, by phone or e-mail address; they then sign in as everybody does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--phone", default="")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, phone: str, email: str, **options: Any) -> None:
        user = sign_in.find_or_create_user(_address(phone, email))
        actions.admit(user)
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        self.stdout.write(f"{user} is staff")


def _address(phone: str, email: str) -> Address:
    try:
        return address(phone=phone, email=email)
    except errors.DomainError as refusal:
        raise CommandError(str(refusal)) from None
