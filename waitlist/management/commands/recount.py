"""`manage.py recount`: count the waiting line anew, after rows were changed by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from waitlist.line import counts


class Command(BaseCommand):
    help = "Count the waiting line anew, after its rows were changed by hand."

    def handle(self, *args: Any, **options: Any) -> None:
        counts.rebuild()
        self.stdout.write(f"{counts.length()} wait")
