"""`python manage.py supervise --port 8000`: everything, on one machine, until SIGTERM or Ctrl-C."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.process import addresses
from jobs.process.supervisor import AlreadyRunning, Supervisor


class Command(BaseCommand):
    help = "Run web, a worker per pool and beat, and restart whichever dies. Migrate first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default=addresses.LOOPBACK, help="0.0.0.0: other machines may ask as well."
        )
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        # the web server is a process of its own: it reads the setting anew
        if "ALLOWED_HOSTS" not in os.environ:
            os.environ["ALLOWED_HOSTS"] = ",".join([*settings.ALLOWED_HOSTS, *addresses.names(host)])
        try:
            Supervisor(host, port).run()
        except (AlreadyRunning, addresses.CannotListen) as refused:
            raise CommandError(str(refused)) from None
