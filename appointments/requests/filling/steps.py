"""Books what care has ticked of a proposal: all of it or nothing, each refusal with the line about which it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from access.models import User
from access.refusal import Refused
from appointments import booking, projection
from appointments.booking import BookingRefused, WantedPlace
from appointments.models import Appointment, ConsultationSession, Kind, Request
from appointments.requests.filling.candidates import read_waiting
from appointments.requests.settling import rest_on
from appointments.rights import Rights, requests_visible_to


@dataclass(frozen=True)
class FillLine:
    """Somebody to be booked, in the state of their request that the user saw."""

    request: Request
    revision: int
    kind: Kind
    starts_at: datetime


class FillRefused(Refused):
    """Some lines cannot be booked, so none was; `lines` says why, by the key of the request."""

    def __init__(self, lines: Mapping[UUID, str]) -> None:
        super().__init__("fill", _("Nobody was booked: see the lines that could not be, and book again."))
        self.lines = lines


def fill(*, by: User, session: ConsultationSession, lines: Sequence[FillLine]) -> list[Appointment]:
    """Book every one of `lines` into `session` and let it answer the request, or book nobody.

    Raises FillRefused when somebody was quicker, when a person cannot come any longer, when officers can bring nobody
    more; Refused.
    """
    if not lines:
        raise Refused("empty", _("Tick at least one person."))
    establishment = session.agenda.establishment
    with transaction.atomic():
        projection.hold_arrival_times(establishment)
        booking.lock_people(line.request.detainee_id for line in lines)
        refused = no_longer_true(Rights(by, establishment), session, lines)
        wanted = [line for line in lines if line.request.pk not in refused]
        places = [WantedPlace(line.request.detainee, line.kind, line.starts_at) for line in wanted]
        answers = booking.book_each(by=by, agenda=session.agenda, places=places)
        made = []
        for line, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, BookingRefused):
                refused[line.request.pk] = answer.sentence
            else:
                made.append((line, answer))
        if refused:
            raise FillRefused(refused)
        for line, appointment in made:
            rest_on(line.request, appointment, by=by)
    return [appointment for _line, appointment in made]


def no_longer_true(rights: Rights, session: ConsultationSession, lines: Sequence[FillLine]) -> dict[UUID, str]:
    """Say of which lines the request is not what the user saw, or the person cannot come. People are locked."""
    keys = [line.request.pk for line in lines]
    waiting = read_waiting(rights, session, only=keys)
    impeded = {one.request.pk: one.why for one in waiting.left_out}
    open_now = {one.request.pk: one.request for one in waiting.candidates}
    refused = {}
    for line in lines:
        now = open_now.get(line.request.pk)
        if line.request.pk in impeded:
            refused[line.request.pk] = impeded[line.request.pk]
        elif now is None or now.revision != line.revision:
            refused[line.request.pk] = changed_sentence(rights, line)
        elif not session.starts_at <= line.starts_at < session.ends_at:
            refused[line.request.pk] = _("Choose a time of this half-day.")
    return refused


def changed_sentence(rights: Rights, line: FillLine) -> str:
    """Say what became of a request meanwhile."""
    rows = requests_visible_to(rights).select_related("appointment__agenda__establishment")
    now = rows.filter(pk=line.request.pk).first()
    if now is not None and now.appointment is not None:
        at = now.appointment.starts_at.astimezone(now.appointment.agenda.establishment.zone)
        return _("A colleague has planned this request meanwhile: %(when)s.") % {"when": f"{at:%d/%m/%Y %H:%M}"}
    return _("Somebody else changed this request meanwhile. Look at it again before you change it.")
