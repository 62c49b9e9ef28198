"""manage.py verify_integrity: says whether appointments, movements and the access log agree, and what does not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connection, transaction

from carehub.doctor.integrity import findings

SHOWN = 20


class Command(BaseCommand):
    help = "Check that appointments, movements and the access log agree. Names rows by their keys, never people."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        broken = 0
        with transaction.atomic(), connection.cursor() as cursor:
            # One picture of all tables: what is booked meanwhile is either in it everywhere or nowhere.
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for rule, keys in findings():
                level = "ok" if not keys else "warning" if rule.only_warns else "broken"
                broken += level == "broken"
                self.stdout.write(f"{level:<8} {rule.sentence}")
                for key in keys[:SHOWN]:
                    self.stdout.write(f"{'':9}{key}")
                if len(keys) > SHOWN:
                    self.stdout.write(f"{'':9}and {len(keys) - SHOWN} more")
        if broken:
            raise CommandError(f"{broken} of these rules are broken.")
