"""What the movement lists tell is measured each night: whether the last measure is of a night that is long past."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from access.models import Establishment
from appointments.models import Appointment, NeutralityMeasure
from appointments.models.enums.appointment import Status
from carehub.doctor.verdict import Level, Verdict, judge

OLD = timedelta(days=2)


def measured() -> Verdict:
    """A measure that is old calms a head of unit wrongly, so that it is said; the list itself is as neutral as ever."""
    today = timezone.localdate()
    fresh = NeutralityMeasure.objects.filter(establishment=OuterRef("pk"), measured_on__gte=today - OLD)
    called = Appointment.objects.filter(establishment=OuterRef("pk"), starts_at__lt=timezone.now() - OLD)
    due = Establishment.objects.filter(Exists(called.exclude(status=Status.CANCELLED)), ~Exists(fresh))
    codes = ", ".join(due.order_by("code").values_list("code", flat=True))
    return judge(
        not codes,
        "What every list tells was measured in the last nights",
        f"What the list tells was not measured for two nights: {codes}",
        "See that manage.py nightly runs; manage.py measure_neutrality measures now.",
        bad=Level.WARNING,
    )
