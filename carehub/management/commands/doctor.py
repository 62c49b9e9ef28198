"""manage.py doctor: says whether this installation keeps its promises, and what to do where it does not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import OperationalError

from carehub.doctor.deployment import verdicts
from carehub.doctor.verdict import Level
from carehub.keeping import standing


class Command(BaseCommand):
    help = "Check a deployment: versions, logins, grants, row-level security, secrets, second factors, files."
    requires_system_checks: list[str] = []

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        counted: Counter[Level] = Counter()
        try:
            for verdict in (*verdicts(), *standing.verdicts(is_asked=True)):
                counted[verdict.level] += 1
                self.stdout.write(f"{verdict.level:<8} {verdict.sentence}")
                if verdict.remedy:
                    self.stdout.write(f"{'':9}→ {verdict.remedy}")
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if counted[Level.PROBLEM]:
            raise CommandError(f"{counted[Level.PROBLEM]} problems, {counted[Level.WARNING]} warnings.")
        self.stdout.write(f"{counted[Level.OK]} ok, {counted[Level.WARNING]} warnings.")
