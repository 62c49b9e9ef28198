"""What the nominal list asks about appointments to come, and what care decides. Nothing is cancelled by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import booking
from appointments.booking import BookingRefused
from appointments.booking.guards import lock_appointment, lock_person, require_bookable, require_status
from appointments.models import Appointment, Question, RegistryImport, Request
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Cause, Priority, QuestionDecision, RequestStatus, Source
from appointments.requests.entering import usual_priority


def ask(causes: Mapping[UUID, Cause], *, establishment: Establishment, found_by: RegistryImport | None) -> int:
    """Put every appointment to come of the people in `causes` in question; return how many new questions that makes.

    An appointment already in question keeps its question. The caller holds the people.
    """
    to_come = Appointment.objects.booked().filter(
        establishment=establishment, detainee__in=list(causes), starts_at__gt=timezone.now()
    )
    asked = set(Question.objects.filter(decision="", appointment__in=to_come).values_list("appointment", flat=True))
    new = [
        Question(
            establishment=establishment,
            detainee_id=one.detainee_id,
            appointment=one,
            cause=causes[one.detainee_id],
            found_by=found_by,
        )
        for one in to_come.order_by("pk")
        if one.pk not in asked
    ]
    Question.objects.bulk_create(new)
    return len(new)


def settle_for(people: Iterable[UUID], *, by: User | None, establishment: Establishment) -> list[UUID]:
    """Withdraw the questions about people whom a later list shows where they were; return which."""
    asked = Question.objects.filter(establishment=establishment, detainee__in=list(people), decision="")
    keys = list(asked.order_by("pk").values_list("pk", flat=True))
    Question.objects.filter(pk__in=keys).update(
        decision=QuestionDecision.BACK, decided_by=by, decided_at=timezone.now()
    )
    return keys


def decide(
    *,
    by: User,
    question: Question,
    revision: int,
    decision: QuestionDecision,
    reason: CancelReason = CancelReason.MOVED_AWAY,
) -> Question:
    """Decide about the appointment in question: keep it, cancel it for `reason`, or send it back to the queue.

    `revision` is the appointment's as it was seen. Raises booking.BookingRefused, booking.ChangedMeanwhile.
    """
    appointment = question.appointment
    with transaction.atomic():
        lock_person(appointment.detainee_id)
        asked = Question.objects.filter(pk=question.pk, decision="").first()
        if asked is None:
            raise BookingRefused("decided", _("A colleague has decided about this appointment meanwhile."))
        if decision == QuestionDecision.KEEP:
            keep(by=by, appointment=appointment, revision=revision)
        else:
            send_back = decision == QuestionDecision.QUEUE
            if send_back:
                wait_again(appointment, by=by)
            booking.cancel(by=by, appointment=appointment, revision=revision, reason=reason)
        asked.decision, asked.decided_by, asked.decided_at = decision, by, timezone.now()
        asked.save()
        record(by=by, verb=Verb.DECIDE, target=appointment, establishment=asked.establishment_id)
    return asked


def keep(*, by: User, appointment: Appointment, revision: int) -> None:
    """Make sure that the appointment which is kept is the one that was seen."""
    require_bookable(by, appointment.agenda)
    require_status(lock_appointment(appointment, revision=revision), Status.BOOKED)


def wait_again(appointment: Appointment, *, by: User) -> None:
    """Make sure that a request waits once `appointment` is cancelled: its own, or a new one for the same kind.

    The request rests on the appointment for a moment: the cancellation sends it back as it does any other.
    """
    if Request.objects.filter(appointment=appointment).exists():
        return
    establishment = appointment.agenda.establishment
    today = establishment.today()
    due = max(today, establishment.day_of(appointment.starts_at))
    Request.objects.create(
        establishment_id=appointment.establishment_id,
        unit_id=appointment.agenda.unit_id,
        detainee_id=appointment.detainee_id,
        kind_id=appointment.kind_id,
        source=Source.SENT_BACK,
        priority=max(Priority.SOON, usual_priority((due - today).days)),
        received_on=today,
        last_asked_on=today,
        due_on=due,
        status=RequestStatus.PLANNED,
        appointment=appointment,
        entered_by=by,
        triaged_by=by,
        triaged_at=timezone.now(),
    )
