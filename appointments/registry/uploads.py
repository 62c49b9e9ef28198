"""Keeps an uploaded list from its preview to its application, so that nobody must send it twice."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from access.models import Establishment, User
from appointments.models import RegistryUpload
from appointments.registry.nominal_list import keep_used_columns, read_nominal_list
from appointments.registry.plan import ImportPlan, plan_import

KEPT = timedelta(hours=1)


def keep_upload(content: bytes, *, by: User, establishment: Establishment, complete: bool) -> RegistryUpload:
    """Keep a readable list for its preview, without the columns that are not ours; forget older ones.

    Raises nominal_list.UnreadableList.
    """
    kept = keep_used_columns(content)
    read_nominal_list(kept, today=establishment.today())
    RegistryUpload.objects.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
    return RegistryUpload.objects.create(
        establishment=establishment,
        uploaded_by=by,
        content=kept,
        file_digest=hashlib.sha256(content).hexdigest(),
        complete=complete,
    )


def uploads_of(user: User, establishment: Establishment) -> QuerySet[RegistryUpload]:
    """Return the lists that `user` is looking at: nobody applies a preview that they have not seen."""
    fresh = timezone.now() - KEPT
    return RegistryUpload.objects.filter(establishment=establishment, uploaded_by=user, uploaded_at__gte=fresh)


def plan_of(upload: RegistryUpload) -> ImportPlan:
    today = upload.establishment.today()
    read = read_nominal_list(bytes(upload.content), today=today)
    return plan_import(upload.establishment, read, today=today, complete=upload.complete)
