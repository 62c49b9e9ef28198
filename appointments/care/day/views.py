"""The day of all agendas: the page on which a carer's morning begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.models import Establishment, User
from access.requests import DoorRequest
from access.stencils import many_parts
from appointments.booking.history import is_of_today, last_standing
from appointments.care.cards import Cards
from appointments.care.day.beside import read_beside
from appointments.care.day.choice import in_view, keep_choice, kinds_in_view
from appointments.care.day.drawing import drawn_choices, drawn_column, drawn_heads
from appointments.care.day.forms import JumpForm, ShownForm
from appointments.care.day.late import read_late
from appointments.care.day.layout import Day, next_open_day, read_agendas_of_day
from appointments.care.day.queue import queue_of
from appointments.care.day.since import count_since
from appointments.care.lists.views import waiting_on, what_officers_see
from appointments.care.living import OpenPage, Parts
from appointments.care.missed.reading import count_missed
from appointments.care.pages import YEARS, chosen_agenda, day_from, seen_by_key
from appointments.care.reported.day_part import reported_content
from appointments.care.waiting import waiting_of
from appointments.care.waiting_room.views import room_context
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import Status
from appointments.planning.set_up import is_untouched
from appointments.requests.queue import QueueCounts
from appointments.rights import rights_of
from appointments.rounds import count_due

# In the session: that its head was led to the set-up once.
LED = "led_to_set_up"
ROW_MINUTES = {"5": 5, "15": 15}


@audience(*CARE_ROLES)
@require_safe
def today(request: DoorRequest) -> HttpResponse:
    if leads_to_set_up(request):
        return redirect("set_up")
    return show_day(request, request.establishment.today())


def leads_to_set_up(request: DoorRequest) -> bool:
    """Whether a head has just signed in to a unit with which nobody has begun; once in a session."""
    rights = rights_of(request)
    begun = {agenda.unit_id for agenda in rights.visible} if rights.headed else set()
    empty = [unit for unit in rights.headed if unit.pk not in begun]
    if not empty or LED in request.session or not any(is_untouched(unit) for unit in empty):
        return False
    request.session[LED] = True
    return True


@audience(*CARE_ROLES)
@require_safe
def day(request: DoorRequest, day: str) -> HttpResponse:
    return show_day(request, day_from(day))


@audience(*CARE_ROLES)
@require_safe
def jump(request: DoorRequest) -> HttpResponse:
    form = JumpForm(request.GET)
    if not form.is_valid() or form.day.year not in YEARS:
        raise BadRequest(_("Choose the day in the calendar, or write it like 2026-11-24."))
    only = request.GET.get("agenda", "")
    query = f"?{urlencode({'agenda': only})}" if only else ""
    return redirect(f"{reverse('day', args=[form.day.isoformat()])}{query}")


@audience(*CARE_ROLES)
@require_POST
def shown(request: DoorRequest) -> HttpResponse:
    """Keep which practitioners and kinds the person looks at, and go back to the day."""
    rights = rights_of(request)
    form = ShownForm(request.POST, agendas=rights.visible, kinds=kinds_in_view(rights))
    if not form.is_valid():
        raise BadRequest(_("Tick practitioners and kinds of the list."))
    keep_choice(request.user, request.establishment, agendas=form.without_agendas, kinds=form.without_kinds)
    return redirect("day", form.cleaned_data["day"].isoformat())


def show_day(request: DoorRequest, shown: date) -> HttpResponse:
    user, establishment, rights = request.user, request.establishment, rights_of(request)
    minutes, only = ROW_MINUTES.get(request.GET.get("rows", ""), 15), chosen_agenda(request)
    beside = read_beside(rights, shown)
    listed = read_agendas_of_day(rights, shown, beside, only=only)
    record(by=user, verb=Verb.READ, target=Agenda, establishment=establishment)
    main = main_column(listed.agendas, user)
    changed = just_changed(request)
    draw(listed, establishment, main=main, changed=changed["appointment"] if changed else None)
    context = {
        "listed": listed,
        "counts": listed.counts,
        "only": only,
        "minutes": minutes,
        # What the links to other days keep, and the link that changes the scale.
        "kept": kept_query(only, minutes),
        "other_rows": kept_query(only, 15 if minutes == ROW_MINUTES["5"] else 5),
        "main_agenda": listed.agendas[main] if listed.agendas else None,
        "heads": drawn_heads(listed, establishment.zone, main=main),
        "choices": drawn_choices(listed, in_view(rights, beside.kinds)) if listed.choices else None,
        "previous_day": shown - timedelta(days=1),
        "next_day": shown + timedelta(days=1),
        "next_open": None if listed.has_more else next_open_day(rights, shown, only=only),
        "zone": establishment.zone,
        "just_changed": changed,
        "has_freed": beside.has_freed,
        **attention(request, shown, listed, beside.to_do),
    }
    if context["is_today"]:
        context |= room_context(request, "home", only=str(only.pk) if only else "", listed=listed.appointments)
    if context["is_current"]:
        asked = {"day": shown.isoformat(), "on": "home" if context["is_today"] else "day"}
        parts = Parts(context["reported"], context.get("room"))
        context["open_page"] = OpenPage.with_parts(request, parts, agenda=str(only.pk) if only else "", **asked)
    return render(request, "care/day/day.html", context)


def draw(listed: Day, here: Establishment, *, main: int, changed: Appointment | None) -> None:
    """Write down what stands in the columns of a day, as HTML."""
    cards = Cards(here.zone, bookable=listed.bookable, faded_kinds=listed.chosen.kinds, changed=changed)
    with many_parts():
        for part in listed.parts:
            for number, column in enumerate(part.columns):
                column.drawn = drawn_column(cards, column, is_main=number == main)


def attention(request: DoorRequest, shown: date, listed: Day, to_do: QueueCounts) -> dict[str, Any]:
    """Return what somebody should see first on the page of a day, in the order in which the page says it."""
    establishment, rights = request.establishment, rights_of(request)
    local_today = establishment.today()
    # The menu's question first: it asks along how the officers' side was reached.
    waiting = waiting_of(request)
    # Nothing is reported any more about a day that is over.
    reported = reported_content(request, shown, listed=listed.every) if shown >= local_today else ""
    found = {
        "is_today": shown == local_today,
        "is_current": shown >= local_today,
        "reported": reported,
        "to_do": to_do,
        "visits_due": count_due(establishment),
        "waiting": waiting_on(request, shown) if shown >= local_today else None,
    }
    if found["is_today"]:
        found |= {
            "missed": count_missed(rights),
            "late": read_late(rights, listed.appointments),
            "changed": count_since(rights),
        }
    return found | {"queue": queue_of(establishment, waiting, found)}


def kept_query(only: Agenda | None, minutes: int) -> str:
    """Return the query that shows the same agenda in the same rows, empty for all of them in quarters."""
    query = {"agenda": only.pk} if only else {}
    if minutes != ROW_MINUTES["15"]:
        query["rows"] = minutes
    return f"?{urlencode(query)}" if query else ""


def main_column(agendas: Sequence[Agenda], user: User) -> int:
    """Return which column a telephone shows first: one's own agenda, else the first."""
    return next((index for index, agenda in enumerate(agendas) if agenda.owner_id == user.pk), 0)


def just_changed(request: DoorRequest) -> dict[str, Any] | None:
    """Return the appointment that was booked or changed a moment ago, to be highlighted and undone."""
    appointment = seen_by_key(request, "changed")
    if appointment is None:
        return None
    done_as = request.GET.get("as")
    bookable = appointment.agenda_id in rights_of(request).bookable_keys
    can_undo = bookable and appointment.status == Status.BOOKED
    last = last_standing(appointment.changes.order_by("revision")) if bookable else None
    return {
        "appointment": appointment,
        "may_undo": last is not None and is_of_today(last, appointment),
        "officers": what_officers_see(request, appointment),
        "exchanged": seen_by_key(request, "with") if can_undo and done_as == "exchanged" else None,
    }
