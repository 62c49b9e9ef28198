"""manage.py verify_integrity: says whether appointments, movements, logs and both sides agree, and what does not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connection, transaction

from carehub.doctor.integrity import Rule, findings, findings_elsewhere

SHOWN = 20


class Command(BaseCommand):
    help = "Check that appointments, movements, logs and both sides agree. Names rows by their keys, never people."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        with transaction.atomic(), connection.cursor() as cursor:
            # One picture of all tables: what is booked meanwhile is either in it everywhere or nowhere.
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            broken = sum(self.tell(*found) for found in findings())
        # No picture holds two databases: what differs between them is looked at until it has stayed.
        broken += sum(self.tell(*found) for found in findings_elsewhere())
        if broken:
            raise CommandError(f"{broken} of these rules are broken.")

    def tell(self, rule: Rule, keys: list[str]) -> bool:
        """Write how a rule stands; return whether it is broken."""
        level = "ok" if not keys else "warning" if rule.only_warns else "broken"
        self.stdout.write(f"{level:<8} {rule.sentence}")
        for key in keys[:SHOWN]:
            self.stdout.write(f"{'':9}{key}")
        if len(keys) > SHOWN:
            self.stdout.write(f"{'':9}and {len(keys) - SHOWN} more")
        return level == "broken"
