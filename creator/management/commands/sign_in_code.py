"""`manage.py sign_in_code --phone …`: a code on this terminal, for staff, whose codes are not written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import errors
from creator.accounts import sign_in
from creator.accounts.addresses import address


class Command(BaseCommand):
    help = "Show a code for somebody who has just asked for one in their app; it is written nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--phone", default="")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, phone: str, email: str, **options: Any) -> None:
        try:
            code = sign_in.code_for_terminal(address(phone=phone, email=email))
        except errors.DomainError as refusal:
            raise CommandError(str(refusal)) from None
        if code is None:
            raise CommandError("Nobody has asked for a code at this address just now. Ask in the app first.")
        self.stdout.write(code)
