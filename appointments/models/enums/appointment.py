"""The closed lists of appointments: where one stands, why it is cancelled, why somebody did not come."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import Impediment


class Status(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    IN_CONSULTATION = "in_consultation", _("In consultation")
    SEEN = "seen", _("Seen")
    NOT_COME = "not_come", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


# These hold the practitioner's and the person's time; a slot left by somebody who did not come may be used again.
HOLDING = (Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION, Status.SEEN)


class ChangeKind(models.TextChoices):
    """What somebody did to an appointment: one line of its history each."""

    BOOKED = "booked", _("booked")
    MOVED = "moved", _("moved")
    CANCELLED = "cancelled", _("cancelled")
    ARRIVED = "arrived", _("marked as arrived")
    STARTED = "started", _("consultation begun")
    SEEN = "seen", _("marked as seen")
    NOT_COME = "not_come", _("marked as not come")
    REASON = "reason", _("reason completed")
    CAUSE = "cause", _("cause of the refusal recorded")
    UNDONE = "undone", _("taken back")
    UNPLANNED = "unplanned", _("seen without an appointment")

    @property
    def undo_words(self) -> Promise:
        """What a button that takes it back says: it names what it undoes."""
        return {
            ChangeKind.BOOKED: _("Undo the booking"),
            ChangeKind.MOVED: _("Undo the move"),
            ChangeKind.CANCELLED: _("Undo the cancellation"),
            ChangeKind.ARRIVED: _("Undo “Arrived”"),
            ChangeKind.STARTED: _("Undo “In consultation”"),
            ChangeKind.SEEN: _("Undo “Seen”"),
            ChangeKind.NOT_COME: _("Undo “Did not come”"),
            ChangeKind.REASON: _("Undo the reason"),
            ChangeKind.CAUSE: _("Undo the cause of the refusal"),
            ChangeKind.UNDONE: _("Do it again"),
            ChangeKind.UNPLANNED: _("Undo “Seen without an appointment”"),
        }[self]


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


class RefusalCause(models.TextChoices):
    """Why somebody refused, as care heard it from them (docs/closed-lists.md, 1a). "" where nobody has asked yet."""

    OFFICER_PRESENT = "AGENT", _("An officer in the consultation room")
    RESTRAINTS = "ENTRAVES", _("Handcuffs or shackles")
    OTHER_SEX = "SEXE", _("Escort of the other sex")
    TOLD_LATE = "PREVENU", _("Told too late")
    WAITED = "ATTENTE", _("Waited too long")
    IDENTIFIED = "CRAINTE", _("Fear of being identified")
    FEELS_BETTER = "MIEUX", _("Feels better")
    OTHER = "AUTRE", _("Another cause")


# The conditions of the care, not the person's own wish: these refusals count as obstruction.
OBSTRUCTING = (
    RefusalCause.OFFICER_PRESENT,
    RefusalCause.RESTRAINTS,
    RefusalCause.OTHER_SEX,
    RefusalCause.TOLD_LATE,
    RefusalCause.WAITED,
    RefusalCause.IDENTIFIED,
)


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
