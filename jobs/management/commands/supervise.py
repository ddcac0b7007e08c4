"""`python manage.py supervise --port 8000`: everything, on one machine, until SIGTERM or Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.process.supervisor import AlreadyRunning, Supervisor


class Command(BaseCommand):
    help = "Run web, a worker per pool and beat, and restart whichever dies. Migrate first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            Supervisor(host, port).run()
        except AlreadyRunning as running:
            raise CommandError(str(running)) from None
