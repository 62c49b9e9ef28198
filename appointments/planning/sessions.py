"""The verbs of single sessions: other hours, deletion. What somebody is booked into stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.enums import Status
from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.planning.openings import check_hours
from appointments.planning.refusals import PlanningRefused, lock_agenda, require_head, sentences_for_constraints
from appointments.timegrid import at_local


def change_session(
    session: ConsultationSession, *, by: User, start: time, end: time, slot_minutes: int
) -> ConsultationSession:
    """Give a session that is not over other hours on the same local day, and another slot length.

    Raises PlanningRefused with the appointments that would be outside.
    """
    establishment = session.establishment
    require_head(by, establishment)
    check_hours(establishment, start=start, end=end, slot_minutes=slot_minutes)
    day, zone = session.starts_at.astimezone(establishment.zone).date(), establishment.zone
    try:
        with sentences_for_constraints(), transaction.atomic():
            lock_agenda(session.agenda)
            changed = ConsultationSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
            require_not_over(changed)
            changed.starts_at, changed.ends_at = at_local(day, start, zone), at_local(day, end, zone)
            changed.slot_minutes = slot_minutes
            changed.save()
            record(by=by, verb=Verb.CHANGE_PLANNING, target=changed, establishment=establishment)
    except IntegrityError as error:
        raise_for_kept(error, session, outside=(at_local(day, start, zone), at_local(day, end, zone)))
    except ConsultationSession.DoesNotExist as error:
        raise PlanningRefused(_("This session has been deleted meanwhile.")) from error
    return changed


def delete_sessions(agenda: Agenda, *, by: User, keys: Collection[int]) -> int:
    """Delete sessions of `agenda` that have not begun; return how many. All or none.

    Raises PlanningRefused with the appointments that stand in them. Cancelled ones are no obstacle: they keep their
    own times and forget the session.
    """
    require_head(by, agenda.establishment)
    with transaction.atomic():
        locked = lock_agenda(agenda)
        sessions = list(
            ConsultationSession.objects.select_for_update(of=("self",))
            .filter(agenda=locked, pk__in=keys)
            .order_by("pk")
        )
        if not sessions:
            raise PlanningRefused(_("Choose the sessions to delete first."))
        if any(session.starts_at <= timezone.now() for session in sessions):
            raise PlanningRefused(_("A session that has begun is not deleted. Change its hours instead."))
        there = Appointment.objects.filter(session__in=sessions)
        if found := list(there.exclude(status=Status.CANCELLED).with_names().order_by("starts_at", "id")):
            sentence = ngettext(
                "%(count)d appointment stands in these sessions. Move or cancel it first.",
                "%(count)d appointments stand in these sessions. Move or cancel them first.",
                len(found),
            )
            raise PlanningRefused(sentence % {"count": len(found)}, appointments=found)
        there.update(session=None)
        ConsultationSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=locked, establishment=locked.establishment)
    return len(sessions)


def require_not_over(session: ConsultationSession) -> None:
    """Refuse to rewrite the past."""
    if session.ends_at <= timezone.now():
        raise PlanningRefused(_("This session is over: its hours stay as they were."))


def raise_for_kept(error: IntegrityError, session: ConsultationSession, *, outside: tuple[object, object]) -> None:
    """Raise PlanningRefused with the appointments outside the hours that the database refused."""
    if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != "session_keeps_appointments":
        raise error
    start, end = outside
    held = Appointment.objects.holding().filter(Q(starts_at__lt=start) | Q(ends_at__gt=end), session=session)
    raise PlanningRefused(
        _("Appointments would be outside the new hours. Move or cancel them first."),
        appointments=list(held.with_names().order_by("starts_at", "id")),
    ) from error
