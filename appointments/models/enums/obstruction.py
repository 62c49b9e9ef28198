"""The closed lists of obstructed care: what happened, by which cause, at which half of a day, who noticed it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ObstructionKind(models.TextChoices):
    """What happened. The first ones CareHub counts by itself; the others somebody saw."""

    NOT_BROUGHT = "not_brought", _("People not brought")
    NO_REASON = "no_reason", _("People not brought, no reason given")
    FROZEN = "frozen", _("Movements frozen")
    LATE = "late", _("Late arrivals")
    LOST_HALF_DAY = "lost_half_day", _("Half-day lost")
    NOT_FETCHED = "not_fetched", _("List not fetched by the prison side")
    REPEATED = "repeated", _("One person not brought again and again")
    VISITS = "visits", _("Visits in the wings prevented")
    PRESENCE = "presence", _("Somebody present during care")
    REVEALED = "revealed", _("Kind of consultation revealed")
    RECORD_READ = "record_read", _("Medical record read")
    SEARCH = "search", _("Search of the unit")
    PRESSURE = "pressure", _("Pressure on a carer")
    CARE_REFUSED = "care_refused", _("Care refused by the administration")
    OTHER = "other", pgettext_lazy("obstruction", "Other fact")


COUNTED = (
    ObstructionKind.NOT_BROUGHT,
    ObstructionKind.NO_REASON,
    ObstructionKind.FROZEN,
    ObstructionKind.LATE,
    ObstructionKind.LOST_HALF_DAY,
    ObstructionKind.NOT_FETCHED,
    ObstructionKind.REPEATED,
    ObstructionKind.VISITS,
)
# What is proposed as serious; whoever notes or reads it decides.
GRAVE = (
    ObstructionKind.LOST_HALF_DAY,
    ObstructionKind.REPEATED,
    ObstructionKind.PRESENCE,
    ObstructionKind.REVEALED,
    ObstructionKind.RECORD_READ,
    ObstructionKind.SEARCH,
    ObstructionKind.PRESSURE,
    ObstructionKind.CARE_REFUSED,
)
BY_HAND = tuple(ObstructionKind(value) for value in ObstructionKind.values if value not in COUNTED)


class ObstructionCause(models.TextChoices):
    """Why. The first ones are groups of the reasons of appointments (appointments.obstruction.causes)."""

    NO_REASON = "no_reason", _("No reason given")
    NOT_CALLED = "not_called", _("Not called")
    STAFF = "staff", _("Staff shortage")
    FROZEN = "frozen", _("Movements frozen")
    STRIKE = "strike", _("Industrial action")
    WING = "wing", _("Punishment or isolation wing, not escorted")
    VISIT = "visit", _("Visit, lawyer, other summons")
    ACTIVITY = "activity", _("Work, sport, school, yard")
    LIST = "list", _("List not received, wrong cell")
    REFUSAL = "refusal", _("Refusal because of the conditions")
    LATE = "late", _("Brought too late")
    SECURITY = "security", _("Security invoked")
    ORDER = "order", _("Instruction of the administration")
    PRACTICE = "practice", _("Usual practice of the place")
    LINK = "link", _("The prison’s side could not be reached")
    OTHER = "other", pgettext_lazy("obstruction", "Other cause")


CAUSES_BY_HAND = (
    ObstructionCause.NO_REASON,
    ObstructionCause.SECURITY,
    ObstructionCause.ORDER,
    ObstructionCause.PRACTICE,
    ObstructionCause.STAFF,
    ObstructionCause.FROZEN,
    ObstructionCause.STRIKE,
    ObstructionCause.OTHER,
)


class HalfDay(models.TextChoices):
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    WHOLE = "whole", _("whole day")


class ObstructionSource(models.TextChoices):
    COUNTED = "counted", _("counted by itself")
    BY_HAND = "by_hand", _("noted by hand")
