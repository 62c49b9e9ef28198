"""The closed lists of the agenda. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    IN_CONSULTATION = "in_consultation", _("In consultation")
    SEEN = "seen", _("Seen")
    NOT_COME = "not_come", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


# These hold the practitioner's and the person's time; a slot left by somebody who did not come may be used again.
HOLDING = (Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION, Status.SEEN)


class Change(models.TextChoices):
    """What somebody did to an appointment: one line of its history each."""

    BOOKED = "booked", _("booked")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    ARRIVED = "arrived", _("marked as arrived")
    STARTED = "started", _("consultation begun")
    SEEN = "seen", _("marked as seen")
    NOT_COME = "not_come", _("marked as not come")
    REASON = "reason", _("reason completed")
    UNDONE = "undone", _("taken back")


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
    """Why care cancels (docs/closed-lists.md, 2). The prison side is told nothing but that the line is gone."""

    UNIT_ABSENT = "US_ABS", _("Practitioner absent")
    UNIT_POSTPONED = "US_REPORT", _("Postponed by care")
    UNIT_HOSPITAL = "US_HOSPI", _("In hospital")
    REFUSED = "REF_CONF", _("Refusal confirmed with the patient")
    MOVED_AWAY = "TRANSFERT", _("Moved or released")
    MISTAKE = "ERREUR", _("Booked by mistake")


class NotComeReason(models.TextChoices):
    """Why a person did not come (docs/closed-lists.md, 1): what detention declares, what care verifies."""

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
    UNIT_POSTPONED = "US_REPORT", _("Postponed by care")
    UNIT_HOSPITAL = "US_HOSPI", _("In hospital")


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


class FreezeReason(models.TextChoices):
    """Why no movement takes place."""

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


class SessionMode(models.TextChoices):
    """How the people of a session are seen."""

    FIXED = "fixed", _("Each at a time of their own")
    FLEXIBLE = "flexible", _("Half-day: called over the session, seen in flexible order")
    GROUP = "group", _("Group: all together")


class AbsenceReason(models.TextChoices):
    """Why a practitioner is not there. Nothing about health: a closed list without illness."""

    LEAVE = "leave", _("Leave")
    TRAINING = "training", _("Training or congress")
    ELSEWHERE = "elsewhere", _("At work elsewhere")
    UNPLANNED = "unplanned", _("Unplanned absence")


class ClosureReason(models.TextChoices):
    """Why the whole unit holds no consultation."""

    STAFF = "staff", _("Too few staff")
    TEAM = "team", _("Team day")
    WORKS = "works", _("Building work or breakdown")
    PRISON = "prison", _("Movements stopped by the prison")
    OTHER = "other", _("Other reason")


class Territory(models.TextChoices):
    """Where a unit stands, as far as public holidays differ. Values: subdivisions of the `holidays` library."""

    METROPOLE = "FR", _("Metropolitan France")
    ALSACE = "6AE", _("Alsace")
    MOSELLE = "57", _("Moselle")
    GUADELOUPE = "971", _("Guadeloupe")
    MARTINIQUE = "972", _("Martinique")
    GUYANE = "973", _("French Guiana")
    REUNION = "974", _("Réunion")
    MAYOTTE = "976", _("Mayotte")
    SAINT_BARTHELEMY = "BL", _("Saint-Barthélemy")
    SAINT_MARTIN = "MF", _("Saint-Martin")
    MIQUELON = "PM", _("Saint-Pierre-et-Miquelon")
    CALEDONIA = "NC", _("New Caledonia")
    POLYNESIA = "PF", _("French Polynesia")
    WALLIS = "WF", _("Wallis and Futuna")


# Who may say what. The prison declares, care verifies: two columns, and no code of one side in the other's. A list that
# was not received, a wrong cell, and that nothing is known may be said by either.
PRISON_MAY_SAY = tuple(NotComeReason(value) for value in Impediment.values)
CARE_MAY_SAY = (
    NotComeReason.NO_REASON,
    NotComeReason.REFUSAL_CONFIRMED,
    NotComeReason.NOT_CALLED,
    NotComeReason.LATE,
    NotComeReason.LEFT,
    NotComeReason.UNIT_ABSENT,
    NotComeReason.UNIT_POSTPONED,
    NotComeReason.UNIT_HOSPITAL,
    NotComeReason.LIST_NOT_RECEIVED,
    NotComeReason.WRONG_CELL,
)


class ExtractionStatus(models.TextChoices):
    """Where a hospital escort stands."""

    PLANNED = "planned", pgettext_lazy("escort", "Planned")
    CONFIRMED = "confirmed", pgettext_lazy("escort", "Confirmed")
    DEPARTED = "departed", pgettext_lazy("escort", "Departure announced")
    DONE = "done", pgettext_lazy("escort", "Done")
    CANCELLED = "cancelled", pgettext_lazy("escort", "Cancelled")


# Still to be carried out.
EXTRACTION_TO_COME = (ExtractionStatus.PLANNED, ExtractionStatus.CONFIRMED)


class ExtractionCancelReason(models.TextChoices):
    """Who or what prevented a hospital escort (docs/closed-lists.md, 3): prison, health unit, the person, hospital."""

    ESCORT = "ESCORTE", _("Prison: no escort or no vehicle")
    PRISON = "DETENTION", _("Prison: order, incident, other priority")
    UNIT = "UNITE", _("Health unit: postponed or no longer needed")
    REFUSED = "REFUS", _("Refusal confirmed with the patient")
    HOSPITAL = "HOPITAL", _("Hospital: date withdrawn or refused")
    MOVED_AWAY = "TRANSFERT", _("Moved or released")
    MISTAKE = "ERREUR", _("Planned by mistake")


class TransportNote(models.TextChoices):
    """What the journey needs; a closed list, for care and with the person's agreement."""

    SEATED = "assis", _("Seated")
    LYING = "couche", _("Lying down (ambulance)")
    WHEELCHAIR = "fauteuil", _("Wheelchair")
    CARER = "soignant", _("A carer comes along")
    FASTING = "jeun", _("Fasting")
    INTERPRETER = "interprete", _("Interpreter")
    MASK = "masque", _("Mask")


class SlipLabel(models.TextChoices):
    """What this prison calls the paper that a person carries on the way to the health unit."""

    CONVOCATION = "convocation", pgettext_lazy("slip", "Convocation")
    PASS = "billet", pgettext_lazy("slip", "Circulation pass")
    MOVEMENT_SLIP = "bon", pgettext_lazy("slip", "Movement slip")
