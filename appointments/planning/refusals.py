"""What a change of the planning is refused for, in sentences; and who may change it at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments.models import Agenda, Appointment, CareUnit
from appointments.rights import Rights

# (constraint, field of the form that it is about, sentence)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "agenda_name_once": (
        "name",
        gettext_lazy("There is already an agenda of this name. Choose another name, or bring that one back into use."),
    ),
    "kind_name_once": (
        "name",
        gettext_lazy(
            "This kind of consultation is there already. Choose another name, or bring that one back into use."
        ),
    ),
    "kind_lasts_5_to_240_minutes": (
        "default_minutes",
        gettext_lazy("A consultation lasts 5 to 240 minutes."),
    ),
    "arrival_time_once": ("at", gettext_lazy("This is already an arrival time.")),
    "publication_time_once": ("at", gettext_lazy("This is already a publication time.")),
    "session_overlap": (
        "",
        gettext_lazy("This agenda already has a session at that time. Change that one, or choose other hours."),
    ),
    "session_slot_5_to_240_minutes": ("slot_minutes", gettext_lazy("A slot lasts 5 to 240 minutes.")),
    "session_capacity_fits_mode": ("capacity", gettext_lazy("A shared session has 1 to 60 places.")),
    "pattern_capacity_fits_mode": ("capacity", gettext_lazy("A shared session has 1 to 60 places.")),
    "session_keeps_places": (
        "capacity",
        gettext_lazy("More people are booked than the session would have places. Move or cancel some first."),
    ),
    "session_once_per_pattern_day": ("", gettext_lazy("The planning has changed meanwhile: look at the dates again.")),
    "room_name_once": (
        "name",
        gettext_lazy("There is already a room of this name. Choose another name, or bring that one back into use."),
    ),
    "agenda_hours_of_a_week": ("half_days", gettext_lazy("Choose at least one half-day of the week.")),
    "agenda_hours_every_1_to_4_weeks": ("every", gettext_lazy("Choose every week to every 4 weeks.")),
    "arrival_time_brings_1_to_200": ("", gettext_lazy("Officers bring 1 to 200 people to one arrival time.")),
    "room_overlap": ("room", gettext_lazy("This room is taken at that time. Choose another room or other hours.")),
    "absence_overlap": (
        "first",
        gettext_lazy("An absence is noted at that time already. Remove that one, or choose other days."),
    ),
    "closure_overlap": (
        "first",
        gettext_lazy("A closure is noted at that time already. Remove that one, or choose other days."),
    ),
    "agenda_expects_nobody": (
        "",
        gettext_lazy("Appointments are to come in this agenda. Decide about them first."),
    ),
    "session_ends_after_start": ("end", gettext_lazy("The session ends before it begins. Check both times.")),
}


# A sentence names so many appointments; more would hide it.
SHOWN = 20


class PlanningRefused(Refused):
    """A rule of the planning says no: `sentence` tells why and what to do, `field` which input it is about.

    `appointments` are the first of those that stand in the way, `more` how many others there are.
    """

    # Whether it is a question about these appointments (planning.asking), rather than a plain no.
    asks = False

    def __init__(self, sentence: str, *, field: str = "", appointments: Sequence[Appointment] = ()) -> None:
        super().__init__("asked" if self.asks else "planning", sentence)
        self.field = field
        self.appointments = list(appointments[:SHOWN])
        self.more = len(appointments) - len(self.appointments)

    def show_only(self, agendas: Iterable[Agenda]) -> None:
        """Count those of agendas out of view instead of showing them: they are another unit's."""
        keys = {agenda.pk for agenda in agendas}
        shown = [one for one in self.appointments if one.agenda_id in keys]
        self.more += len(self.appointments) - len(shown)
        self.appointments = shown


def require_head(by: User, establishment: Establishment | int, *, unit: int | None = None) -> None:
    """Raise PermissionDenied unless `by` heads that care unit of `establishment`; any of them, where none is named."""
    if not isinstance(establishment, Establishment):
        establishment = Establishment.objects.get(pk=establishment)
    rights = Rights(by, establishment)
    if not (rights.leads_unit if unit is None else rights.leads(unit)):
        raise PermissionDenied(_("Only the head of the unit changes its planning."))


def headed_unit(by: User, establishment: Establishment, unit: CareUnit | None) -> CareUnit:
    """Return the unit in which `by` adds something: the one named, else the only one that they head.

    Raises PermissionDenied.
    """
    rights = Rights(by, establishment)
    if unit is None and len(rights.headed) == 1:
        return rights.headed[0]
    if unit is None or not rights.leads(unit):
        raise PermissionDenied(_("Only the head of the unit changes its planning."))
    return unit


def lock_agenda(agenda: Agenda) -> Agenda:
    """Lock the agenda against bookings, which lock it too, and return it as it is now."""
    return Agenda.objects.select_for_update(of=("self",), no_key=True).select_related("establishment").get(pk=agenda.pk)


def planning_refusals() -> AbstractContextManager[None]:
    """Turn the database's refusal into a sentence beside the field that it is about."""
    return sentences_for_constraints(CONSTRAINTS, lambda field, sentence: PlanningRefused(sentence, field=field))
