"""manage.py set_back_codes: lets authenticators in again that were used while the clock ran ahead."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from access import audit
from access.enums import Verb
from access.factors import set_back_codes

# More than a time server leaves between two machines.
APART_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Once the clock is right again: let authenticators be used from now on whose last use lies ahead of it."
        " Codes shown before stay worthless. Writes a line of the access log in each database."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        aliases = (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)
        for alias in aliases:
            require_agreement(alias)
        for alias in aliases:
            with transaction.atomic(using=alias):
                found = set_back_codes(alias)
                if found:
                    audit.record(by=None, verb=Verb.SET_BACK_CODES, target=TOTPDevice, database=alias)
            self.stdout.write(f"{alias}: {found} authenticators can be used again.")


def require_agreement(alias: str) -> None:
    """Raise CommandError where this machine and the database server disagree what time it is: one is still wrong."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        [(there,)] = cursor.fetchall()
    apart = abs(timezone.now().timestamp() - float(there))
    if apart > APART_SECONDS:
        msg = (
            f"This machine's clock and that of the database server of {alias} are {apart:.0f} seconds apart."
            " Set both by a time server first."
        )
        raise CommandError(msg)
