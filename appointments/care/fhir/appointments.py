"""Appointments of the agendas in view: read, searched, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from access.enums import InterfaceScope, Verb
from appointments import booking
from appointments.care.fhir.asking import Asking, interface, search
from appointments.care.fhir.bundles import bundle, not_a_page, place_of, word_of
from appointments.care.fhir.content import PATCH_KINDS, json_in, objects, part, resource_in, text, token_of
from appointments.care.fhir.outcomes import Problem, Resource, answer
from appointments.care.fhir.query import FIRST, LAST, Query, code_in, keys_in, references_in
from appointments.care.fhir.resources import CANCEL_REASON, KIND, STATUS, appointment, instant
from appointments.models import Appointment, AppointmentChange
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import CancelReason, Status
from appointments.rights import appointments_visible_to, get_visible_or_404

READ, BOOK = InterfaceScope.APPOINTMENTS, InterfaceScope.BOOK


@search(READ)
def search_appointments(asking: Asking) -> HttpResponse:
    query = Query.of(asking.request, "_id", "actor", "date", "patient", "practitioner", "service-type", "status")
    rows = narrowed(rows_of(asking), query, asking).order_by("starts_at", "pk")
    if query.page:
        rows = after_place(rows, query.page)
    read = list(rows[: query.count + 1])
    shown = read[: query.count]
    last = (shown[-1].starts_at.isoformat(), str(shown[-1].pk)) if len(read) > len(shown) else ()
    asking.noted(Verb.READ, Appointment)
    return answer(bundle(asking.request, map(told, shown), query=query, next_page=word_of(last) if last else ""))


def rows_of(asking: Asking) -> AppointmentQuerySet:
    changes = AppointmentChange.objects.filter(appointment=OuterRef("pk")).order_by("-revision")
    rows = appointments_visible_to(asking.rights).with_names()
    return rows.annotate(changed_at=Subquery(changes.values("at")[:1]))


def told(row: Appointment) -> Resource:
    changed_at: datetime | None = getattr(row, "changed_at", None)
    return appointment(row, changed_at=changed_at)


def narrowed(rows: AppointmentQuerySet, query: Query, asking: Asking) -> AppointmentQuerySet:
    since, until = query.span("date", asking.establishment.zone)
    if (since, until) != (FIRST, LAST):
        rows = rows.filter(starts_at__gte=since, starts_at__lt=until)
    if keys := query.all("_id"):
        rows = rows.filter(pk__in=uuids(keys))
    if said := query.all("actor"):
        rows = rows.filter(with_actor(said))
    if said := query.all("patient"):
        rows = rows.filter(detainee__in=uuids(keys_in(said, "Patient")))
    if said := query.all("practitioner"):
        rows = rows.filter(agenda__in=numbers(keys_in(said, "Practitioner")))
    if said := query.all("service-type"):
        rows = rows.filter(kind__in=numbers(code for each in said if (code := code_in(each, KIND))))
    if said := query.all("status"):
        wanted = {each.rpartition("|")[2] for each in said}
        rows = rows.filter(status__in=[status for status, word in STATUS.items() if word in wanted])
    return rows


def with_actor(said: list[str]) -> Q:
    found = references_in(said, "Practitioner", "Patient", "Schedule")
    people = [key for kind, key in found if kind == "Patient"]
    agendas = [key for kind, key in found if kind != "Patient"]
    return Q(detainee__in=uuids(people)) | Q(agenda__in=numbers(agendas))


def uuids(keys: list[str]) -> list[UUID]:
    """Return the keys that are keys of ours; what is none is nobody's."""
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


def numbers(keys: Any) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]


def after_place(rows: AppointmentQuerySet, word: str) -> AppointmentQuerySet:
    at, key = place_of(word, parts=2)
    try:
        starts_at, last = datetime.fromisoformat(at), UUID(key)
    except ValueError as error:
        raise not_a_page() from error
    if starts_at.utcoffset() is None or not FIRST <= starts_at <= LAST:
        raise not_a_page()
    return rows.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=last))


@interface(GET=READ, PUT=BOOK, PATCH=BOOK)
def one_appointment(asking: Asking, key: str) -> HttpResponse:
    """Read one; or cancel it, by a PUT or a JSON Patch that says so and why. Nothing else is changed here."""
    row = get_visible_or_404(rows_of(asking), key)
    if asking.request.method in {"GET", "HEAD"}:
        asking.noted(Verb.READ, row)
        return shown_as(asking.request, row)
    said = patched(asking.request) if asking.request.method == "PATCH" else put(asking.request, row)
    return cancel(asking, row, reason_in(said))


def shown_as(request: HttpRequest, row: Appointment, *, status: int = 200) -> HttpResponse:
    """Return an appointment with its version; 304 to whoever has this one."""
    resource, tag = told(row), f'W/"{row.revision}"'
    if request.method in {"GET", "HEAD"} and tag_in(request, "If-None-Match") == str(row.revision):
        return HttpResponse(status=304, headers={"ETag": tag})
    changed: datetime = getattr(row, "changed_at", None) or row.booked_at
    headers = {"ETag": tag, "Last-Modified": http_date(changed.timestamp())}
    return answer(resource, status=status, headers=headers)


def tag_in(request: HttpRequest, header: str) -> str:
    return request.headers.get(header, "").strip().removeprefix("W/").strip('"')


def patched(request: HttpRequest) -> Resource:
    """Return what a JSON Patch (RFC 6902) makes of status and reason. Raises Problem for any other change."""
    read = json_in(request, kinds=PATCH_KINDS)
    steps = read if isinstance(read, list) else []
    said: Resource = {}
    for step in steps:
        path = text(step, "path")
        if text(step, "op") not in {"add", "replace"} or path not in {"/status", "/cancelationReason"}:
            raise only_cancelled()
        said[path[1:]] = step.get("value")
    return said


def put(request: HttpRequest, row: Appointment) -> Resource:
    """Return the resource that was put. Raises Problem where it is another one, or moves this one."""
    said = resource_in(request, "Appointment")
    if text(said, "id") != str(row.pk):
        raise Problem(400, _("The resource has another id than its address."))
    for name, at in (("start", row.starts_at), ("end", row.ends_at)):
        if text(said, name) not in {"", instant(at)}:
            raise only_cancelled()
    return said


def only_cancelled() -> Problem:
    said = _("An appointment is cancelled here, with a reason; it is moved at the care door. Nothing was changed.")
    return Problem(422, said, code="business-rule")


def reason_in(said: Resource) -> CancelReason:
    """Return why it is cancelled. Raises Problem where nothing is cancelled, or for no reason of the closed list."""
    if part(said, "status", str) != STATUS[Status.CANCELLED]:
        raise only_cancelled()
    codings = objects(part(said, "cancelationReason", dict), "coding")
    codes = {code_in(token_of(each, "code"), CANCEL_REASON) for each in codings}
    found = next((reason for reason in CancelReason if reason.value in codes), None)
    if found is None:
        known = ", ".join(CancelReason.values)
        said_so = _("Say why, as “cancelationReason”: one of %(known)s (%(system)s).")
        raise Problem(422, said_so % {"known": known, "system": CANCEL_REASON}, code="required")
    return found


def cancel(asking: Asking, row: Appointment, reason: CancelReason) -> HttpResponse:
    tag = tag_in(asking.request, "If-Match")
    if not tag:
        raise Problem(428, _("Send If-Match with the ETag of what you read."), code="required")
    if row.agenda_id not in asking.rights.bookable_keys:
        raise Problem(403, _("You may not book in the agenda “%(agenda)s”.") % {"agenda": row.agenda.name})
    if (row.status, row.cancel_reason) == (Status.CANCELLED, reason):
        return shown_as(asking.request, row)
    if tag != str(row.revision):
        raise changed_meanwhile()
    try:
        booking.cancel(by=asking.user, appointment=row, revision=row.revision, reason=reason)
    except booking.ChangedMeanwhile as changed:
        raise changed_meanwhile() from changed
    except booking.BookingRefused as refusal:
        raise Problem(403 if refusal.code == "right" else 409, refusal.sentence, code="business-rule") from refusal
    return shown_as(asking.request, get_visible_or_404(rows_of(asking), row.pk))


def changed_meanwhile() -> Problem:
    said = _("Somebody else changed this appointment meanwhile. Nothing of yours was applied yet.")
    return Problem(412, said, code="conflict")
