"""manage.py purge_leftovers: forgets ended sessions and uploaded lists that nobody applied. For cron, once an hour."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from access.models import Session
from appointments.models import RegistryUpload
from appointments.registry.uploads import KEPT


class Command(BaseCommand):
    """Delete what the doors would delete only when somebody uses them."""

    help = "Forget ended sessions, and nominal lists that were uploaded and neither applied nor discarded."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        now = timezone.now()
        sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
        lists, _by_model = RegistryUpload.objects.filter(uploaded_at__lt=now - KEPT).delete()
        self.stdout.write(f"{sessions} ended sessions and {lists} uploaded lists forgotten.")
