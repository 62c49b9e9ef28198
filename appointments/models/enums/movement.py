"""The closed lists of the movement list, of freezes and alerts: all that officers may say or read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mark(models.TextChoices):
    """What a line of the movement list tells of its history: never when it changed, nor why."""

    NONE = "", ""
    ADDED = "added", pgettext_lazy("line of the list", "added")
    WITHDRAWN = "withdrawn", pgettext_lazy("line of the list", "withdrawn")


class Marked:
    """A line that carries a mark, as lists and sheets show it."""

    mark: str

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person is no longer to be called."""
        return self.mark == Mark.WITHDRAWN

    @property
    def mark_word(self) -> str:
        """The mark in words; empty when there is none."""
        return str(Mark(self.mark).label)


class MovementState(models.TextChoices):
    """Where a person on the movement list is, as officers record it. Nothing here is about care."""

    EXPECTED = "expected", pgettext_lazy("movement", "Expected")
    CALLED = "called", pgettext_lazy("movement", "Called")
    LEFT = "left", pgettext_lazy("movement", "Left")
    ARRIVED = "arrived", pgettext_lazy("movement", "Arrived")
    BACK = "back", pgettext_lazy("movement", "Back")
    IMPEDED = "impeded", pgettext_lazy("movement", "Not brought")


class Impediment(models.TextChoices):
    """Why a person cannot be brought (docs/closed-lists.md, 1): what the prison may say, not what care alone knows."""

    VISIT = "PARLOIR", _("Visit, lawyer")
    YARD = "PROMENADE", _("Exercise yard")
    ACTIVITY = "ACTIVITE", _("Sport, school, worship, activity")
    WORK = "TRAVAIL", _("Work, training")
    OTHER_SUMMONS = "AUTRE_CONV", _("Other summons")
    ESCORT_OUT = "EXTRACTION", _("Out on escort (no detail)")
    MOVED = "TRANSFERT", _("Moved or released")
    WING = "QDQI", _("Punishment or isolation wing, not escorted")
    STAFF = "EFFECTIF", _("Staff shortage")
    FROZEN = "BLOCAGE", _("Movements frozen")
    STRIKE = "MVT_SOCIAL", _("Industrial action")
    LIST_NOT_RECEIVED = "LISTE_NR", _("List not received")
    WRONG_CELL = "CELLULE", _("Wrong cell on the list")
    REFUSAL_REPORTED = "REF_DECL", _("Refusal reported by the prison")
    NO_REASON = "SANS_MOTIF", _("No reason given")


def impeded_with_reason(state: str = "state", impediment: str = "impediment") -> Q:
    """Return the condition that an impediment stands where somebody was not brought, and nowhere else."""
    is_impeded = {state: MovementState.IMPEDED}
    return Q(**{f"{impediment}__in": Impediment.values}, **is_impeded) | (~Q(**is_impeded) & Q(**{impediment: ""}))


class FreezeReason(models.TextChoices):
    INCIDENT = "incident", pgettext_lazy("freeze", "Incident")
    ALARM = "alarm", pgettext_lazy("freeze", "Alarm")
    SEARCH = "search", pgettext_lazy("freeze", "Search")
    ROLL_CALL = "roll_call", pgettext_lazy("freeze", "Roll call")
    STRIKE = "strike", pgettext_lazy("freeze", "Industrial action")
    STAFF = "staff", pgettext_lazy("freeze", "Staff shortage")
    OTHER = "other", pgettext_lazy("freeze", "Other reason")


class Urgency(models.TextChoices):
    """How soon an officer asks that somebody be seen."""

    TODAY = "today", pgettext_lazy("alert", "Today")
    NOW = "now", pgettext_lazy("alert", "At once")
