"""The closed lists of the agenda. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", _("Booked")
    SEEN = "seen", _("Seen")
    NOT_COME = "not_come", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


# These hold the practitioner's and the person's time; a slot left by somebody who did not come may be used again.
HOLDING = (Status.BOOKED, Status.SEEN)


class Mark(models.TextChoices):
    """What a line of the movement list tells of its history: never when it changed, nor why."""

    NONE = "", ""
    ADDED = "added", pgettext_lazy("line of the list", "added")
    WITHDRAWN = "withdrawn", pgettext_lazy("line of the list", "withdrawn")


class Discipline(models.TextChoices):
    """The care discipline of an agenda and of a kind of consultation. Never leaves the care side."""

    GENERAL = "general", _("General medicine")
    NURSING = "nursing", _("Nursing")
    PSYCHIATRY = "psychiatry", _("Psychiatry")
    PSYCHOLOGY = "psychology", _("Psychology")
    ADDICTION = "addiction", _("Addiction medicine")
    DENTISTRY = "dentistry", _("Dentistry")
    PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")
    INFECTIOUS = "infectious", _("Infectious diseases and hepatology")
    GYNAECOLOGY = "gynaecology", _("Gynaecology and midwifery")
    SPECIALIST = "specialist", _("Other specialist")


class CancelReason(models.TextChoices):
    """Why care cancels (domain.md 2.3). The prison side is told nothing but that the line is gone."""

    UNIT_ABSENT = "US_ABS", _("Practitioner absent")
    UNIT_POSTPONED = "US_REPORT", _("Postponed by care")
    UNIT_HOSPITAL = "US_HOSPI", _("In hospital")
    REFUSED = "REF_CONF", _("Refusal confirmed with the patient")
    MOVED_AWAY = "TRANSFERT", _("Moved or released")
    MISTAKE = "ERREUR", _("Booked by mistake")


class NotComeReason(models.TextChoices):
    """Why a person did not come (domain.md 2.3): what detention declares, what care verifies."""

    REFUSAL_REPORTED = "REF_DECL", _("Refusal reported by the prison")
    REFUSAL_CONFIRMED = "REF_CONF", _("Refusal confirmed with the patient")
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
    NOT_CALLED = "NON_APPELE", _("Not called, says the patient")
    NO_REASON = "SANS_MOTIF", _("No reason given")
    LATE = "RETARD", _("Came too late to be seen")
    LEFT = "REPARTI", _("Left before being seen")
    UNIT_ABSENT = "US_ABS", _("Practitioner absent")
