"""manage.py purge_leftovers: forgets, in every database, what is over and would be deleted only when somebody comes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from access import interface_tokens
from access.calendar_addresses import forget_ended
from access.events import KEPT as EVENTS_KEPT
from access.models import AccountEvent, FailedAttempts, Session
from access.models.attempt import FORGOTTEN_AFTER
from appointments.courier.reports import forget_reports
from appointments.exports.reading import forget_uses
from appointments.models import RegistryUpload
from appointments.registry.apply import forget_changes
from appointments.registry.uploads import KEPT
from appointments.team import forget_team


class Command(BaseCommand):
    """One of the nightly worker's (carehub.nightly), every hour."""

    help = (
        "Forget ended sessions, calendar addresses and interface tokens of ended roles,"
        " wrong passwords of yesterday, what people were told of their sign-in half a year ago,"
        " nominal lists that were uploaded and neither applied nor discarded, what lists changed of whom once they"
        " cannot be taken back, what officers took out of the screen more than a year ago,"
        " drafts of half a day, notes and done tasks of a month, and at"
        " the prison side freezes and alerts that were over a week ago."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        now = timezone.now()
        lists, _by_model = RegistryUpload.objects.filter(uploaded_at__lt=now - KEPT).delete()
        forget_changes(now=now)
        sessions = 0
        for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
            ended, _by_model = Session.objects.using(alias).filter(expire_date__lt=now).delete()
            sessions += ended
            failures = FailedAttempts.objects.using(alias)
            failures.filter(throttling_failure_timestamp__lt=now - FORGOTTEN_AFTER).delete()
            forget_ended(alias, now=now)
            interface_tokens.forget_ended(alias, now=now)
            AccountEvent.objects.using(alias).filter(at__lt=now - EVENTS_KEPT).delete()
        for prison in settings.CAREHUB_PRISONS:
            forget_reports(prison, now=now)
        forget_uses()
        forget_team(now=now)
        self.stdout.write(f"{sessions} ended sessions and {lists} uploaded lists forgotten.")
