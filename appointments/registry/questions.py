"""What the nominal list asks about appointments to come, and what care decides. Nothing is cancelled by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import booking, projection
from appointments.booking import BookingRefused
from appointments.booking.guards import lock_appointment, lock_person, require_bookable, require_status
from appointments.models import Appointment, Question, RegistryImport
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.request import Cause, QuestionDecision
from appointments.requests.sending_back import wait_again
from appointments.requests.undoing import undo_step


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
    with transaction.atomic(), booking.in_one_step() as at:
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
        asked.decision, asked.decided_by, asked.decided_at = decision, by, at
        asked.save()
        record(by=by, verb=Verb.DECIDE, target=appointment, establishment=asked.establishment_id)
    return asked


def take_back(*, by: User, question: Question, at: datetime) -> None:
    """Open the question again that `by` decided in the step of that instant: the appointment stands as it did.

    Raises booking.BookingRefused, booking.ChangedMeanwhile.
    """
    appointment = question.appointment
    with transaction.atomic():
        projection.hold_arrival_times(appointment.agenda.establishment)
        lock_person(appointment.detainee_id)
        decided = Question.objects.filter(pk=question.pk, decided_by=by, decided_at=at).exclude(decision="").first()
        if decided is None:
            raise BookingRefused("decided", _("There is nothing left to take back."))
        if Question.objects.filter(appointment=appointment, decision="").exists():
            raise BookingRefused("decided", _("A later list asks about this appointment again."))
        require_bookable(by, appointment.agenda)
        undo_step(by=by, establishment=appointment.agenda.establishment, at=at, only=appointment.pk)
        decided.decision, decided.decided_by, decided.decided_at = "", None, None
        decided.save()
        record(by=by, verb=Verb.DECIDE, target=appointment, establishment=decided.establishment_id)


def keep(*, by: User, appointment: Appointment, revision: int) -> None:
    """Make sure that the appointment which is kept is the one that was seen."""
    require_bookable(by, appointment.agenda)
    require_status(lock_appointment(appointment, revision=revision), Status.BOOKED)
