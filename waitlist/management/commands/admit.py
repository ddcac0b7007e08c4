"""`manage.py admit N`: let in the next N people of the waiting line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from waitlist.admission import actions


class Command(BaseCommand):
    help = "Admit the next people of the waiting line, oldest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int)

    def handle(self, *args: Any, count: int, **options: Any) -> None:
        if count < 1:
            raise CommandError("Admit one person or more.")
        self.stdout.write(f"admitted {actions.admit_next(count)}")
