"""Booking: the panel over the agenda, the search of the person while typing, and what to do after a refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest, once
from appointments import booking
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.care.booking.answering import after_booking, asked_request, book_as_asked, initial_for, values_of
from appointments.care.booking.beside import Beside, beside
from appointments.care.booking.forms import BookingForm
from appointments.care.booking.refusals import CROWDED, PlaceRefused, place_refused, refuse, sentences
from appointments.care.fields import SlotForm
from appointments.care.pages import PAGE, YEARS, layout_for
from appointments.escorts.reading import escorts_that_day
from appointments.models import Agenda, Detainee, Escort, Kind, Request
from appointments.neutrality.booking import (
    Exposure,
    Habits,
    exposures_of,
    exposures_of_slots,
    preferring_mixed,
    waves_of,
)
from appointments.openings.availability import kinds_by_use, start_given, usual_agenda, usual_kind
from appointments.openings.brought import read_brought
from appointments.openings.next_free import next_free
from appointments.rights import (
    appointments_visible_to,
    detainees_visible_to,
    get_visible_or_404,
    kinds_offered_to,
    rights_of,
)

PROPOSED = 5
ANY_COLLEAGUE = "any"
CANDIDATES = 40
WAYS = 3
# How many kinds have a key of their own.
USUAL = 3
# Buttons and changes that ask something of the form without booking: slots, people, the arrival time.
ASKS = {"find", "search", "check"}


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: DoorRequest) -> HttpResponse:
    if request.method == "POST":
        return submit(request)
    try:
        initial = initial_values(request)
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("This is not a slot. Go back to the agenda and click a free one.")) from error
    form = BookingForm(rights=rights_of(request), initial=initial)
    asked = asked_request(request)
    if asked is None:
        return show(request, form, status=200)
    if request.GET.get("at"):
        # A time that was freed is offered to whoever comes first for it.
        form.initial = {**form.initial, **initial_for(asked, by=request.user)}
        return show(request, form, status=200, asked=asked)
    return show_first_slot(request, asked, form)


def show_first_slot(request: DoorRequest, asked: Request, form: BookingForm) -> HttpResponse:
    """Show the form with the person and the kind of the request and the first free slot: Enter books it."""
    form.initial = {**form.initial, **initial_for(asked, by=request.user)}
    kind = next((each for each in form.kinds if each.pk == form.initial.get("kind")), None)
    slots: list[dict[str, Any]] = []
    if kind is not None:
        agendas, length = form.bookable_of(kind.discipline), kind.length
        slots = free_with_exposure(
            request, agendas, kind=kind, length=length, person=asked.detainee, preferred=asked.preferred
        )
    form.initial = {**form.initial, **values_of(slots, request.establishment.zone)}
    return show(request, form, status=200, asked=asked, found=slots)


def submit(request: DoorRequest) -> HttpResponse:
    data = request.POST.copy()
    if slot := data.get("slot"):
        agenda, _separator, at = slot.partition("|")
        data["agenda"], data["day"], data["time"] = agenda, at[:10], at[11:16]
    if shorter := data.get("shorten"):
        data["minutes"] = shorter
    form = BookingForm(data, rights=rights_of(request))
    if data.keys() & ASKS:
        form.is_valid()
        form.errors.clear()
        return show(request, form, status=200)
    if not form.is_valid():
        return show(request, form, status=422)
    if think_twice(request, form):
        return show(request, form, status=422)
    try:
        made = book_as_asked(request, form)
    except Refused as refusal:
        refuse(form, refusal)
        return show(request, form, status=422)
    return after_booking(request, form, made)


def think_twice(request: DoorRequest, form: BookingForm) -> bool:
    """Whether the person is called already that half-day and nobody has said yet that this is known."""
    found = beside_of(request, form, form.cleaned_data["detainee"])
    # A request that was settled meanwhile is the news then: often that other visit is its answer.
    if not found.token or form.cleaned_data["knowing"] == found.token or is_settled_meanwhile(request, form):
        return False
    form.add_error(
        "knowing", _("This person is already expected that half-day. Choose another time, or tick “Book all the same”.")
    )
    return True


def is_settled_meanwhile(request: DoorRequest, form: BookingForm) -> bool:
    """Whether the request that the form answers is no longer as the page showed it."""
    asked = asked_request(request, form)
    return asked is not None and asked.revision != (form.cleaned_data.get("request_revision") or 0)


def beside_of(request: DoorRequest, form: BookingForm, person: Detainee | None) -> Beside:
    """Return what is said of the person beside the time chosen, read once for the whole page."""
    day, time = chosen(form, "day"), chosen(form, "time")
    return once(
        request,
        Beside,
        lambda: beside(
            request,
            person,
            agenda=chosen(form, "agenda"),
            kind=chosen(form, "kind"),
            starts_at=moment(day, time, request.establishment.zone) if day and time else None,
            day=day,
            asked=form["request"].value() or request.GET.get("request"),
        ),
    )


def moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    try:
        return at_local(day, at, zone)
    except OutsideCalendar:
        return None


def initial_values(request: DoorRequest) -> dict[str, Any]:
    """Return what the form begins with: the slot that was clicked, the person whose page one comes from.

    Raises ValueError for a slot that cannot be understood, Http404 for one that is not the user's.
    """
    values: dict[str, Any] = {}
    agenda = None
    if key := request.GET.get("again"):
        values |= values_to_summon_again(request, key)
    if key := request.GET.get("agenda"):
        agenda = rights_of(request).bookable_or_404(key)
        values["agenda"] = agenda.pk
    if start := start_asked(request):
        local = start.astimezone(request.establishment.zone)
        values |= {"day": local.date(), "time": local.time()}
    if "agenda" not in values and (usual := usual_agenda(rights_of(request).bookable, by=request.user)):
        agenda, values["agenda"] = usual, usual.pk
    if agenda is not None and not request.GET.get("kind"):
        done = kinds_done(request, agenda)
        values.setdefault("kind", usual_kind(agenda, by=request.user, at=start, done=done))
    if key := request.GET.get("kind"):
        values["kind"] = get_visible_or_404(kinds_offered_to(rights_of(request)), key).pk
    if minutes := request.GET.get("minutes"):
        values["minutes"] = int(minutes)
    values["overbook"] = request.GET.get("overbook") == "1"
    if key := request.GET.get("person"):
        people = detainees_visible_to(rights_of(request)).present()
        values["person"] = get_visible_or_404(people, key).pk
    return values


def start_asked(request: DoorRequest) -> datetime | None:
    """Return the instant that was clicked, None when none was. Raises ValueError for what cannot be understood."""
    if not (at := request.GET.get("at")):
        return None
    start = datetime.fromisoformat(at.replace(" ", "+"))
    if start.tzinfo is None:
        start = start.replace(tzinfo=request.establishment.zone)
    if start.astimezone(request.establishment.zone).year not in YEARS:
        raise ValueError(at)
    return start


def values_to_summon_again(request: DoorRequest, key: str) -> dict[str, Any]:
    """Return what the form begins with for somebody who was missed: the same again, at the first free time."""
    rows = appointments_visible_to(rights_of(request)).select_related("detainee", "kind", "agenda")
    missed = get_visible_or_404(rows, key)
    length = booking.own_length(missed)
    values: dict[str, Any] = {
        "follows": missed.pk,
        "person": missed.detainee_id if missed.detainee.is_present else None,
        "kind": missed.kind_id,
        "minutes": None if length == missed.kind.length else int(length.total_seconds()) // 60,
    }
    bookable = {agenda.pk: agenda for agenda in rights_of(request).bookable}
    if agenda := bookable.get(missed.agenda_id):
        values["agenda"] = agenda.pk
        if free := free_with_exposure(request, [agenda], kind=missed.kind, length=length, person=missed.detainee):
            local = min(one["slot"].starts_at for one in free).astimezone(request.establishment.zone)
            values |= {"day": local.date(), "time": local.time()}
    return values


def show(
    request: DoorRequest,
    form: BookingForm,
    *,
    status: int,
    asked: Request | None = None,
    found: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    person = form.person_with(form["person"].value())
    words = str(form["q"].value() or "")
    refused, layout = refusal_of(request, form), layout_for(request)
    wants_slots = found is not None or "find" in request.POST or refused is not None or form.has_error("q", "person")
    slots = found if found is not None else (proposals(request, form, person) if wants_slots else [])
    context = {
        "layout": layout,
        "form": form,
        "person": person,
        "words": words,
        "people": [] if person else form.likeliest(words),
        "asked": asked or asked_request(request, form),
        "next_key": form["next"].value() or request.GET.get("next", ""),
        "shown_part": request.POST.get("show") or request.GET.get("show", ""),
        "proposals": slots,
        # Beside a refusal the nearest ways out; the others are one key away.
        "shown_proposals": slots[:WAYS] if refused is not None else slots,
        "first_slot": found[0]["slot"] if found else None,
        "wants_slots": wants_slots,
        **when_and_whom(request, form),
        "follows": chosen(form, "follows"),
        "overbooking": overbooking_of(form),
        "wave": (wave := wave_of(request, form, person)),
        "brought": brought_at(request, wave, person),
        "beside": beside_of(request, form, person),
        "escorts": escorts_of(request, form, person),
        **what_was_refused(form, refused, layout),
        "zone": request.establishment.zone,
        "series_url": link_to_series(form, person),
    }
    return render(request, "care/booking/book.html", context, status=status)


def what_was_refused(form: BookingForm, refused: PlaceRefused | None, layout: str) -> dict[str, Any]:
    """Return what is said beside the fields; on top only what none stands for, and on a whole page the list of all."""
    crowded = next(iter(sentences(form, {CROWDED})), "")
    return {
        "refused": refused,
        "crowded": is_crowded(form),
        "crowd_refused": crowded,
        "shows_summary": refused is None and not crowded and (bool(form.non_field_errors()) or layout == PAGE),
    }


def when_and_whom(request: DoorRequest, form: BookingForm) -> dict[str, Any]:
    """Return what the title says of the appointment, and whether the fields that say so are to be seen."""
    agenda, begins, kind = chosen(form, "agenda"), begins_of(request, form), chosen(form, "kind")
    begins_there = begins and begins.astimezone(request.establishment.zone)
    wrong = any(form[name].errors for name in ("agenda", "day", "time", "minutes"))
    return {
        "agenda": agenda,
        "begins": begins,
        "ends": begins and kind and begins + booking_length(form, kind),
        "chosen_slot": f"{agenda.pk}|{begins_there:%Y-%m-%dT%H:%M}" if agenda and begins_there else "",
        "usual_kinds": kinds_done(request, agenda)[:USUAL] if agenda else [],
        "place_is_open": wrong or not (agenda and begins) or layout_for(request) == PAGE,
    }


class KindsDone(dict[int, list[Kind]]):
    """What is done in an agenda, the most usual first, by the agenda's key; read once for the whole page."""


def kinds_done(request: DoorRequest, agenda: Agenda) -> list[Kind]:
    read = once(request, KindsDone, KindsDone)
    if agenda.pk not in read:
        read[agenda.pk] = kinds_by_use(agenda.unit_id, agenda.discipline, by=request.user, agenda=agenda)
    return read[agenda.pk]


def begins_of(request: DoorRequest, form: BookingForm) -> datetime | None:
    day, time = chosen(form, "day"), chosen(form, "time")
    return moment(day, time, request.establishment.zone) if day and time else None


def refusal_of(request: DoorRequest, form: BookingForm) -> PlaceRefused | None:
    kind = chosen(form, "kind")
    return place_refused(
        form,
        agenda=chosen(form, "agenda"),
        starts_at=begins_of(request, form),
        length=booking_length(form, kind) if kind else None,
    )


def link_to_series(form: BookingForm, person: Detainee | None) -> str:
    agenda, day, time = chosen(form, "agenda"), chosen(form, "day"), chosen(form, "time")
    known = {"agenda": agenda and agenda.pk, "person": person and person.pk}
    if day and time:
        known["at"] = f"{day}T{time:%H:%M}"
    return f"{reverse('series_new')}?{urlencode({name: value for name, value in known.items() if value})}"


def chosen(form: SlotForm, name: str) -> Any:
    field, value = form.fields[name], form[name].value()
    try:
        return field.clean(value) if value else None
    except ValidationError:
        return None


def proposals(request: DoorRequest, form: BookingForm, person: Detainee | None) -> list[dict[str, Any]]:
    agenda, kind = chosen(form, "agenda"), chosen(form, "kind")
    if kind is None or agenda is None:
        return []
    agendas = [agenda]
    if request.POST.get("find") == ANY_COLLEAGUE:
        agendas = form.bookable_of(kind.discipline) or agendas
    around = (getattr(form, "cleaned_data", None) or {}).get("starts_at")
    asked = asked_request(request, form)
    return free_with_exposure(
        request,
        agendas,
        kind=kind,
        length=booking_length(form, kind),
        after=around,
        person=person,
        preferred=asked.preferred if asked is not None and asked.detainee == person else (),
    )


def free_with_exposure(
    request: DoorRequest,
    agendas: Iterable[Agenda],
    *,
    kind: Kind,
    length: timedelta,
    person: Detainee | None,
    after: datetime | None = None,
    preferred: Collection[HalfDay] = (),
) -> list[dict[str, Any]]:
    """Return the next free slots of `agendas`, the earliest first, well-mixed arrival times preferred.

    Where the person prefers half-days, slots of these, and last the earliest of all: care decides what weighs more.
    """
    key, searched = person.pk if person else None, list(agendas)
    found = next_free(searched, length=length, after=after, detainee_id=key, count=CANDIDATES, half_days=preferred)
    any_day = next_free(searched, length=length, after=after, detainee_id=key, count=1) if preferred else []
    earlier = [slot for slot in any_day if not found or slot.starts_at < found[0].starts_at]
    exposures = exposures_of_slots(habits_of(request), [*found, *earlier], kind=kind, leaving_out=key)
    # A slot before the day's first arrival time calls nobody.
    callable_slots = [slot for slot in found if slot.starts_at in exposures]
    proposed = preferring_mixed(callable_slots, exposures, count=PROPOSED - len(earlier))
    return [
        {
            "slot": slot,
            "value": f"{slot.agenda.pk}|{slot.starts_at.astimezone(request.establishment.zone):%Y-%m-%dT%H:%M}",
            "exposure": exposures[slot.starts_at],
        }
        for slot in [*proposed, *(slot for slot in earlier if slot.starts_at in exposures)]
    ]


def habits_of(request: DoorRequest) -> Habits:
    """Return what makes a time tell, read once for all the times that a page proposes."""
    return once(request, Habits, lambda: Habits(request.establishment))


def is_crowded(form: SlotForm) -> bool:
    """Whether the form was refused because officers can bring nobody more then, or says already that care knows."""
    return bool(form["crowd"].value()) or form.has_error(NON_FIELD_ERRORS, CROWDED)


def overbooking_of(form: SlotForm) -> int:
    """Return how many more may be overbooked at the time chosen; 0 while nobody asks for it and nothing was refused."""
    agenda, day, time = (chosen(form, name) for name in ("agenda", "day", "time"))
    if None in (agenda, day, time) or not (form["overbook"].value() or form.non_field_errors()):
        return 0
    return booking.overbooking_left(agenda, datetime.combine(day, time, tzinfo=form.establishment.zone))


def booking_length(form: BookingForm, kind: Kind) -> timedelta:
    minutes = chosen(form, "minutes")
    return kind.length if not minutes else timedelta(minutes=minutes)


def wave_of(request: DoorRequest, form: BookingForm, person: Detainee | None) -> Exposure | None:
    agenda, kind = chosen(form, "agenda"), chosen(form, "kind")
    day, time = chosen(form, "day"), chosen(form, "time")
    if agenda is None or kind is None or day is None or time is None:
        return None
    typed = datetime.combine(day, time, tzinfo=request.establishment.zone)
    start = start_given(agenda, typed, detainee_id=person.pk if person else None)
    wave = waves_of(habits_of(request), [start]).get(start)
    if wave is None:
        return None
    left_out = person.pk if person else None
    return exposures_of(habits_of(request), kind=kind, called_at=[wave], leaving_out=left_out).get(wave)


def brought_at(request: DoorRequest, wave: Exposure | None, person: Detainee | None) -> int | None:
    """Return how many people officers can bring at an arrival time at which so many are called; None at any other."""
    if wave is None:
        return None
    at, left_out = wave.called_at, person.pk if person else None
    brought = read_brought(request.establishment, at, at, leaving_out=left_out)
    return brought.most_at(at) if brought.left_at(at) == 0 else None


def escorts_of(request: DoorRequest, form: BookingForm, person: Detainee | None) -> list[Escort]:
    """Return the person's hospital escorts on the day chosen; nothing for whoever may not know of them."""
    day = chosen(form, "day")
    return escorts_that_day(rights_of(request), person, day) if person and day else []


@audience(*CARE_ROLES)
@require_POST
def people_choices(request: DoorRequest) -> HttpResponse:
    form = BookingForm(rights=rights_of(request))
    words = request.POST.get("q", "")[:100]
    people = form.likeliest(words)
    record(by=request.user, verb=Verb.SEARCH, target=Detainee, establishment=request.establishment)
    return render(request, "care/booking/_people_choices.html", {"people": people, "words": words, "person": None})
