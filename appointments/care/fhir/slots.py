"""Free times, as Slots: what the pages offer now. A Slot is no row; its key says whose time it is, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.enums import InterfaceScope, Verb
from appointments.care.fhir.asking import Asking, interface, search
from appointments.care.fhir.bundles import bundle, cut
from appointments.care.fhir.outcomes import Problem, answer
from appointments.care.fhir.query import LAST, Query, Span, code_in, keys_in
from appointments.care.fhir.resources import KIND, instant, read_slot_key, slot, slot_key
from appointments.care.fhir.schedules import by_keys, done_in, kinds_of
from appointments.care.pages import YEARS
from appointments.models import Agenda, Kind
from appointments.neutrality.booking import Habits, waves_of
from appointments.openings.availability import FreeSlot, free_slots, sessions_between

TIMES = InterfaceScope.TIMES
# Where nobody says until when, and the longest that one question covers.
USUAL, LONGEST = timedelta(days=31), timedelta(days=93)


@search(TIMES)
def search_slots(asking: Asking) -> HttpResponse:
    query = Query.of(asking.request, "schedule", "start", "status", "service-type")
    if wanted := set(query.all("status")) - {"free"}:
        raise Problem(400, _("Only free times are searched for, not “%(status)s”.") % {"status": min(wanted)[:40]})
    agendas = by_keys(asking.rights.visible, keys_in(query.all("schedule"), "Schedule"))
    kind = None
    if codes := query.all("service-type"):
        kind = kind_with(kinds_of(asking), codes)
        agendas = [agenda for agenda in agendas if kind is not None and done_in(agenda, [kind])]
    found = free_between(asking, agendas, window(query.span("start", asking.establishment.zone)), kind=kind)
    shown, next_page = cut(found, query, lambda one: (instant(one.starts_at), f"{one.agenda.pk:020d}"))
    asking.noted(Verb.READ, Agenda)
    return answer(bundle(asking.request, map(slot, shown), query=query, next_page=next_page))


def window(asked: Span) -> Span:
    """Return what of the time asked for is searched: what is past is not free. Raises Problem."""
    since = max(asked.since, timezone.now())
    until = min(since + USUAL, LAST) if asked.until == LAST else asked.until
    if until - since > LONGEST:
        raise Problem(400, _("Ask for %(days)d days at most.") % {"days": LONGEST.days}, code="too-costly")
    return Span(since, until)


def kind_with(kinds: Sequence[Kind], codes: Sequence[str]) -> Kind | None:
    """Return the one kind of consultation that is named by its code; None where there is none such."""
    named = {code_in(each, KIND) for each in codes}
    return next((kind for kind in kinds if str(kind.pk) in named), None)


def free_between(asking: Asking, agendas: Sequence[Agenda], span: Span, *, kind: Kind | None = None) -> list[FreeSlot]:
    """Return the free times of a span, for a kind or in each session's own slots; none at which nobody is called."""
    if not agendas or span.until <= span.since:
        return []
    sessions = sessions_between(agendas, span.since, span.until)
    found = free_slots(sessions, after=span.since, length=kind.length if kind else None)
    callable_at = waves_of(Habits(asking.establishment), {one.starts_at for one in found})
    return [one for one in found if one.starts_at < span.until and one.starts_at in callable_at]


@interface(GET=TIMES)
def read_slot(asking: Asking, key: str) -> HttpResponse:
    """A time of an agenda in view, free or taken; 404 where the agenda is not open then."""
    known = read_slot_key(key)
    if known is None or known.starts_at.year not in YEARS or not known.length:
        raise Http404
    agenda = asking.rights.visible_or_404(known.agenda)
    open_then = [
        session
        for session in sessions_between([agenda], known.starts_at, known.ends_at)
        if session.starts_at <= known.starts_at and known.ends_at <= session.ends_at
    ]
    if not open_then:
        raise Http404
    free = free_slots(open_then, after=max(known.starts_at, timezone.now()), length=known.length)
    is_free = any(slot_key(agenda.pk, one.starts_at, one.ends_at - one.starts_at) == key for one in free)
    asking.noted(Verb.READ, agenda)
    at = FreeSlot(agenda, open_then[0], known.starts_at, known.ends_at)
    return answer(slot(at, status="free" if is_free else "busy"))
