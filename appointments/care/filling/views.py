"""Fill a half-day: one page proposes who of the queue comes when, one click books all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.middleware import is_fragment
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import booking
from appointments.care.filling.forms import LONGEST_KEY, SentLine, read_lines, sent_lines
from appointments.care.filling.layout import laid_out
from appointments.care.pages import day_from
from appointments.care.taking_back.links import say_done
from appointments.models import Appointment, ConsultationSession, Kind, Request
from appointments.requests import filling
from appointments.requests.filling import FillRefused, propose
from appointments.requests.filling.candidates import is_open
from appointments.requests.filling.freed import freed_times
from appointments.rights import get_visible_or_404, requests_visible_to, rights_of, sessions_visible_to


def bookable(request: DoorRequest, key: int) -> ConsultationSession:
    """Return the session if the user books in its agenda; Http404 otherwise."""
    rows = sessions_visible_to(rights_of(request)).select_related("agenda__establishment", "room")
    shown: ConsultationSession = get_visible_or_404(rows, key)
    if shown.agenda_id not in rights_of(request).bookable_keys:
        raise Http404
    return shown


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: DoorRequest, key: int) -> HttpResponse:
    session = bookable(request, key)
    if request.method != "POST":
        record(by=request.user, verb=Verb.READ, target=Request, establishment=request.establishment)
        return show(request, session)
    sent = sent_lines(request.POST)
    asked = requests_of(request, sent)
    lines = read_lines(sent, session, asked, kinds_of(session, sent))
    if any(one.refusal for one in sent):
        return show(request, session, sent=sent, asked=asked, refusal=_("Nobody was booked: see the lines below."))
    try:
        with booking.in_one_step() as at:
            made = filling.fill(by=request.user, session=session, lines=lines)
    except FillRefused as refusal:
        for one in sent:
            one.refusal = refusal.lines.get(one.key, "")
        return show(request, session, sent=sent, asked=asked, refusal=refusal.sentence, status=409)
    except Refused as refusal:
        return show(request, session, sent=sent, asked=asked, refusal=refusal.sentence)
    say_done(request, said_of(made, session), at=at)
    day = request.establishment.day_of(session.starts_at)
    return redirect(f"{reverse('day', args=[day.isoformat()])}?{urlencode({'agenda': session.agenda_id})}")


def requests_of(request: DoorRequest, sent: Sequence[SentLine]) -> dict[UUID, Request]:
    rows = requests_visible_to(rights_of(request)).with_names().filter(pk__in=[one.key for one in sent])
    return {one.pk: one for one in rows}


def kinds_of(session: ConsultationSession, sent: Sequence[SentLine]) -> list[Kind]:
    """Return the kinds that were chosen, as far as the practitioner does them."""
    keys = {int(one.kind) for one in sent if one.kind.isdecimal() and len(one.kind) < LONGEST_KEY}
    done = Kind.objects.filter(unit=session.agenda.unit_id, discipline=session.agenda.discipline)
    return list(done.filter(is_active=True, pk__in=keys))


def said_of(made: Sequence[Appointment], session: ConsultationSession) -> str:
    """Say how many were booked and how many are called when."""
    zone = session.agenda.establishment.zone
    calls: dict[datetime, int] = {}
    for one in sorted(made, key=lambda one: one.called_at):
        calls[one.called_at] = calls.get(one.called_at, 0) + 1
    waves = ", ".join(f"{at.astimezone(zone):%H:%M} ({number})" for at, number in calls.items())
    sentence = ngettext(
        "%(count)d person is booked. Called at %(waves)s.",
        "%(count)d people are booked. Called at %(waves)s.",
        len(made),
    )
    return sentence % {"count": len(made), "waves": waves}


def show(
    request: DoorRequest,
    session: ConsultationSession,
    *,
    sent: Sequence[SentLine] = (),
    asked: Mapping[UUID, Request] | None = None,
    refusal: str = "",
    status: int = 422,
) -> HttpResponse:
    """Return the page: the proposal as it is now, and over it what was ticked and changed."""
    proposal = propose(rights_of(request), session)
    context = {
        "session": session,
        "proposal": proposal,
        "is_over": not is_open(session),
        **laid_out(proposal, sent, asked or {}),
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    return render(request, "care/filling/fill.html", context, status=status if refusal else 200)


@audience(*CARE_ROLES)
@require_safe
def freed(request: DoorRequest, day: str) -> HttpResponse:
    """What cancellations have freed on a day, each with whoever of the queue comes first for it."""
    shown = day_from(day)
    record(by=request.user, verb=Verb.READ, target=Request, establishment=request.establishment)
    is_page = not is_fragment(request)
    context = {
        "freed": freed_times(rights_of(request), shown),
        "shown": shown,
        "is_page": is_page,
        "zone": request.establishment.zone,
    }
    return render(request, "care/filling/freed.html" if is_page else "care/filling/_freed.html", context)
