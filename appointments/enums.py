"""The closed lists of the agenda. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", _("Booked")
    SEEN = "seen", _("Seen")
    NOT_COME = "not_come", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


# These hold the practitioner's and the person's time; a slot left by somebody who did not come may be used again.
HOLDING = (Status.BOOKED, Status.SEEN)


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


class Source(models.TextChoices):
    """How a request reached the unit (domain.md 1.4)."""

    LETTER = "letter", _("Letter")
    MEDICATION_ROUND = "round", _("Medication round")
    FAMILY = "family", _("Family or lawyer")
    OFFICER = "officer", _("Officer’s alert")
    ARRIVAL = "arrival", _("Arrival")
    CARER = "carer", _("Another carer")
    SENT_BACK = "sent_back", _("Appointment sent back")
    OTHER = "other", _("Other")


# Those that a person chooses; the others are written by the nominal list and by decisions about appointments.
TYPED_SOURCES = (
    Source.LETTER,
    Source.MEDICATION_ROUND,
    Source.FAMILY,
    Source.OFFICER,
    Source.CARER,
    Source.OTHER,
)


class Priority(models.IntegerChoices):
    """How a request is ranked in the queue, before its date."""

    URGENT = 1, _("Urgent")
    SOON = 2, _("Soon")
    ROUTINE = 3, _("Routine")


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", _("In the queue")
    PLANNED = "planned", _("Planned")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


# Asked and not settled yet: nobody is asked twice about the same.
UNSETTLED = (RequestStatus.OPEN, RequestStatus.PLANNED)


class Answer(models.TextChoices):
    """How a request was answered without an appointment."""

    SEEN = "seen", _("Seen at once, without an appointment")
    WRITTEN = "written", _("Answered in writing")
    VISITED = "visited", _("Seen in the cell or in the wing")
    PASSED_ON = "passed_on", _("Passed on to another service")


class Closing(models.TextChoices):
    """Why a request is closed without an answer."""

    WITHDRAWN = "withdrawn", _("Withdrawn by the patient")
    REFUSED = "refused", _("Refusal confirmed with the patient")
    LEFT = "left", _("Has left the establishment")
    DUPLICATE = "duplicate", _("Asked twice")
    MISTAKE = "mistake", _("Entered by mistake")


class Cause(models.TextChoices):
    """What the nominal list says of somebody with appointments to come, so that care must decide about each."""

    LEFT = "left", _("Has left")
    MISSING = "missing", _("Not on the list")
    WING = "wing", _("Now in a closed wing")


class Decision(models.TextChoices):
    """What care decides about an appointment that the nominal list puts in question."""

    KEEP = "keep", _("Kept")
    CANCEL = "cancel", _("Cancelled")
    QUEUE = "queue", _("Sent back to the queue")
    # The list named him as before: there was nothing left to decide.
    BACK = "back", _("Settled by a later list")
