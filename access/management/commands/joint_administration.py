"""manage.py joint_administration: records, or ends, the agreement on one account administration for both sides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import IntegrityError, transaction

from access import audit
from access.enums import Verb
from access.management.commands.create_admin import establishment_of
from access.models import Establishment, JointAdministration, Membership


class Command(BaseCommand):
    help = "Record that one administrator may manage both sides' accounts at an establishment, or end that."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the establishment")
        parser.add_argument(
            "--decided-by", default="", help="who decided, names and functions, as the agreement has it"
        )
        parser.add_argument("--decided-on", default="", metavar="YYYY-MM-DD", help="the day of the agreement")
        parser.add_argument("--end", action="store_true", help="the agreement has ended")

    @no_translations
    def handle(self, *args: Any, code: str, decided_by: str, decided_on: str, end: bool, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        establishment = establishment_of(code)
        if end:
            end_agreement(establishment)
            self.stdout.write(f"{establishment}: each side has an administration of its own from now on.")
            return
        if not decided_by.strip() or not decided_on:
            raise CommandError("Say who decided and when: --decided-by NAMES --decided-on YYYY-MM-DD.")
        record_agreement(establishment, decided_by.strip()[:200], day_of(decided_on, establishment))
        self.stdout.write(f"{establishment}: one administrator may manage both sides; decided by {decided_by}.")


def day_of(text: str, establishment: Establishment) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not a day. Write it like 2026-11-29.") from error
    if day > establishment.today():
        raise CommandError("An agreement is recorded once it was signed: that day is still to come.")
    return day


def record_agreement(establishment: Establishment, decided_by: str, decided_on: date) -> None:
    with transaction.atomic():
        JointAdministration.objects.update_or_create(
            establishment=establishment, defaults={"decided_by": decided_by, "decided_on": decided_on}
        )
        audit.record(by=None, verb=Verb.AGREE_SIDES, target=establishment, establishment=establishment)


def end_agreement(establishment: Establishment) -> None:
    """Forget the agreement; refuse while somebody manages both sides by it, and say who."""
    try:
        with transaction.atomic():
            JointAdministration.objects.filter(establishment=establishment).delete()
            audit.record(by=None, verb=Verb.AGREE_SIDES, target=establishment, establishment=establishment)
    except IntegrityError as error:
        both = Membership.objects.unended().filter(establishment=establishment, administers="both")
        names = ", ".join(sorted(role.user.username for role in both.select_related("user")))
        raise CommandError(f"Still managing both sides: {names}. Give each one side first.") from error
