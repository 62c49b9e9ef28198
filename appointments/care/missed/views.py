"""The page of those who did not come: verify a refusal, complete a reason, summon again."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.missed.reading import DAYS_TO_RECORD, DAYS_TO_VERIFY, read_missed
from appointments.care.pages import seen_by_key
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import CARE_MAY_SAY, NotComeReason, RefusalCause
from appointments.rights import rights_of


@audience(*CARE_ROLES)
@require_safe
def missed(request: DoorRequest) -> HttpResponse:
    listed = read_missed(rights_of(request))
    record(by=request.user, verb=Verb.READ, target=Agenda, establishment=request.establishment)
    context = {
        "listed": listed,
        "reasons": choices(CARE_MAY_SAY),
        "denials": choices(reason for reason in CARE_MAY_SAY if reason != NotComeReason.REFUSAL_CONFIRMED),
        "causes": choices(RefusalCause),
        "days_to_verify": DAYS_TO_VERIFY,
        "days_to_record": DAYS_TO_RECORD,
        "changed": just_changed(request),
        "zone": request.establishment.zone,
    }
    return render(request, "care/missed/missed.html", context)


def choices(values: Iterable[NotComeReason | RefusalCause]) -> tuple[tuple[str, str], ...]:
    """Return each value with its word, as the same thing each time: what is drawn of them is kept."""
    return tuple((each.value, str(each.label)) for each in values)


def just_changed(request: DoorRequest) -> Appointment | None:
    """Return the appointment that was changed a moment ago from this page, so that it can be taken back."""
    return seen_by_key(request, "changed")
