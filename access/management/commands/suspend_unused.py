"""manage.py suspend_unused: warns of accounts that nobody uses, suspends them later, and lets one in again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from access import accounts, unused
from access.models import Establishment, Membership, User


class Command(BaseCommand):
    """One of the nightly worker's (carehub.nightly)."""

    help = (
        "In every database: warn of accounts without sign-in for long, and suspend those warned of a fortnight"
        " ago (CAREHUB_UNUSED_DAYS, CAREHUB_UNUSED_WARNING_DAYS). Never an establishment's only account administrator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lift", metavar="USER", help="let this suspended account in again; suspend nobody")

    @no_translations
    def handle(self, *args: Any, lift: str | None = None, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        if lift:
            self.stdout.write(f"The suspension of {lifted(lift)} is lifted.")
            return
        for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
            night = unused.go(alias, now=timezone.now())
            self.stdout.write(
                f"{alias}: {night.warned} accounts warned, {night.suspended} suspended, {night.spared} spared."
            )


def lifted(username: str) -> User:
    """Lift a suspension where no administrator is there to press the button."""
    for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
        user: User | None = (
            User.objects.using(alias).filter(username__iexact=username, suspended_at__isnull=False).first()
        )
        role = Membership.objects.using(alias).filter(user_id=user.pk).order_by("pk").first() if user else None
        if user is not None and role is not None:
            accounts.reactivate(user, by=None, establishment=Establishment.objects.get(pk=role.establishment_id))
            return user
    raise CommandError(f"No suspended account has the name {username}.")
