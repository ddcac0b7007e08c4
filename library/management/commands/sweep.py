"""`python manage.py sweep`: remove files that nothing names. Safe while everything runs."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from library import garbage_collection


class Command(BaseCommand):
    help = "Remove stored files that no clip, still, track or upload names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=float, default=24.0, help="leave files younger than this alone")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, hours: float, dry_run: bool, **options: Any) -> None:
        age = timedelta(hours=hours)
        keys = list(garbage_collection.orphans(age)) if dry_run else garbage_collection.sweep(age)
        for key in keys:
            self.stdout.write(key)
        self.stdout.write(f"{len(keys)} {'would be ' if dry_run else ''}removed")
