"""The verbs of weekly patterns: add, change, write the next weeks. What somebody is booked into never vanishes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments import booking
from appointments.arithmetic.recurrence import Rhythm
from appointments.models import Agenda, Appointment, ConsultationSession, SessionPattern
from appointments.openings.occurrences import Occurrence
from appointments.planning.asking import BookedDecision, Settled, settle_booked
from appointments.planning.fitting import Shape, reshape
from appointments.planning.hours import check_hours
from appointments.planning.pattern_plan import PatternPlan, plan_pattern, shape_of
from appointments.planning.refusals import PlanningRefused, lock_agenda, planning_refusals, require_head

LONGEST = timedelta(days=366)
MOST_DATES = 100


@dataclass(frozen=True, kw_only=True)
class PatternValues:
    """What the head of unit says about a pattern, in local days and hours. `last` is None until further notice."""

    rhythm: Rhythm
    start: time
    end: time
    first: date
    shape: Shape
    last: date | None = None
    on_holidays: bool = False
    extra_dates: Sequence[date] = ()
    except_dates: Sequence[date] = ()


def plan_values(agenda: Agenda, values: PatternValues, *, pattern: SessionPattern | None = None) -> PatternPlan:
    """Return what these values would do, for a new pattern or for `pattern`. Reads only. Raises PlanningRefused."""
    _check(agenda, values, pattern)
    return plan_pattern(row_of(agenda, values, pattern))


def row_of(agenda: Agenda, values: PatternValues, pattern: SessionPattern | None) -> SessionPattern:
    """Return the unsaved row that these values make, in the place of `pattern` if there is one."""
    shape = values.shape
    return SessionPattern(
        pk=pattern.pk if pattern else None,
        establishment=agenda.establishment,
        agenda=agenda,
        rule=values.rhythm.rule,
        first=values.first,
        last=values.last,
        extra_dates=sorted(set(values.extra_dates)),
        except_dates=sorted(set(values.except_dates)),
        on_holidays=values.on_holidays,
        start=values.start,
        end=values.end,
        slot_minutes=shape.slot_minutes,
        mode=shape.mode,
        capacity=shape.capacity,
        overbooking=shape.overbooking,
        room=shape.room,
    )


def save_pattern(
    agenda: Agenda,
    *,
    by: User,
    values: PatternValues,
    digest: str,
    days: Collection[date] | None = None,
    pattern: SessionPattern | None = None,
    answer: BookedDecision | None = None,
) -> SessionPattern:
    """Add a pattern, or change `pattern`, and write its sessions as they were shown under `digest`.

    Of the sessions that would be opened, those on other days than `days` become exceptions. Raises PlanningRefused
    when the plan has changed, and Asked while appointments stand in the way and nobody has said what becomes of
    them; sessions whose people are kept stay as they are, like those that were changed by hand.
    """
    require_head(by, agenda.establishment, unit=agenda.unit_id)
    with planning_refusals(), transaction.atomic():
        _check(agenda, values, pattern)
        row = row_of(agenda, values, pattern)
        settled = _settle(row, agenda=agenda, by=by, answer=answer)
        lock_agenda(agenda)
        plan = plan_pattern(row)
        if plan.digest != digest:
            raise PlanningRefused(_("The planning has changed meanwhile: look at the dates again."))
        left = [one.day for one in plan.opened if days is not None and one.day not in days]
        if left:
            row = row_of(agenda, replace(values, except_dates=[*values.except_dates, *left]), pattern)
            plan = plan_pattern(row)
        if pattern is None and not plan.opened:
            raise PlanningRefused(_("No date is chosen: nothing would be opened."))
        row.save()
        _write(row, plan, keeping=bool(settled.kept))
        booking.record_cancelled(by=by, appointments=settled.cancelled)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=row, establishment=agenda.establishment_id)
    return row


def _settle(row: SessionPattern, *, agenda: Agenda, by: User, answer: BookedDecision | None) -> Settled:
    return settle_booked(
        lambda: plan_pattern(row).appointments,
        by=by,
        agendas=[agenda],
        answer=answer,
        sentence=who_is_booked,
        can_keep=True,
    )


def extend_pattern(pattern: SessionPattern) -> tuple[int, int]:
    """Write what is missing of a pattern up to the horizon; return how many sessions were opened and removed.

    May be run as often as one likes. Sessions in which somebody is booked, and those changed by hand, are left alone.
    """
    with transaction.atomic():
        agenda = lock_agenda(pattern.agenda)
        # It may have been deleted or changed while this one waited.
        row = SessionPattern.objects.filter(pk=pattern.pk).select_related("establishment", "agenda", "room").first()
        if row is None or not agenda.is_active:
            return 0, 0
        plan = plan_pattern(row)
        _write(row, plan, keeping=False)
    return len(plan.opened), len(plan.removed)


def extend_establishment(establishment: Establishment) -> tuple[int, int]:
    """Do the same for all patterns of an establishment that are not over."""
    today = establishment.today()
    rows = SessionPattern.objects.filter(establishment=establishment, agenda__is_active=True).exclude(last__lt=today)
    done = [extend_pattern(row) for row in rows.select_related("agenda").order_by("agenda_id", "pk")]
    return sum(opened for opened, _removed in done), sum(removed for _opened, removed in done)


def except_days(sessions: Sequence[ConsultationSession]) -> None:
    """Make the days of these sessions exceptions of their patterns, so that they are not written again."""
    days: dict[int, list[date]] = {}
    for session in sessions:
        if session.pattern_id is not None and session.pattern_day is not None:
            days.setdefault(session.pattern_id, []).append(session.pattern_day)
    for pattern in SessionPattern.objects.filter(pk__in=days).order_by("pk"):
        pattern.except_dates = sorted({*pattern.except_dates, *days[pattern.pk]})
        pattern.save(update_fields=["except_dates"])


def _write(row: SessionPattern, plan: PatternPlan, *, keeping: bool) -> None:
    gone = [session.pk for session in plan.removed]
    # Cancelled appointments are no obstacle: they keep their own times and forget the session.
    Appointment.objects.filter(session__in=gone).update(session=None)
    ConsultationSession.objects.filter(pk__in=gone).delete()
    for session, wanted in plan.changed:
        reshape(session, hours=wanted.hours, shape=shape_of(row))
    if keeping:
        kept = [held.session.pk for held in plan.held]
        ConsultationSession.objects.filter(pk__in=kept).update(by_hand=True)
    ConsultationSession.objects.bulk_create(_session(row, wanted) for wanted in plan.opened)


def _session(row: SessionPattern, wanted: Occurrence) -> ConsultationSession:
    return ConsultationSession(
        establishment_id=row.establishment_id,
        agenda_id=row.agenda_id,
        pattern=row,
        pattern_day=wanted.day,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        slot_minutes=row.slot_minutes,
        mode=row.mode,
        capacity=row.capacity,
        overbooking=row.overbooking,
        room=row.room,
    )


def _check(agenda: Agenda, values: PatternValues, pattern: SessionPattern | None) -> None:
    establishment, slot = agenda.establishment, values.shape.slot_minutes
    check_hours(establishment, start=values.start, end=values.end, slot_minutes=slot)
    _check_dates(values, pattern, today=establishment.today())


def _check_dates(values: PatternValues, pattern: SessionPattern | None, *, today: date) -> None:
    begun = pattern is not None and pattern.first == values.first
    if values.first < today and not begun:
        raise PlanningRefused(_("The first day is past. Begin today or later."), field="first")
    if values.first > today + LONGEST:
        raise PlanningRefused(_("A pattern begins within a year. Choose an earlier day."), field="first")
    if values.last is not None and values.last < values.first:
        raise PlanningRefused(_("The last day comes before the first. Check both dates."), field="last")
    for name in ("extra_dates", "except_dates"):
        if len(getattr(values, name)) > MOST_DATES:
            raise PlanningRefused(_("These are too many dates. Change the rhythm instead."), field=name)


def who_is_booked(number: int) -> str:
    return ngettext(
        "%(count)d appointment stands in sessions that would change or go.",
        "%(count)d appointments stand in sessions that would change or go.",
        number,
    ) % {"count": number}
