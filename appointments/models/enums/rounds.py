"""The closed lists of rounds: how often, by whom, how a visit ended, what prevented it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.enums import Role
from appointments.models.enums.obstruction import ObstructionCause

# R.115-21 of the prison code: the disciplinary and the isolation wing are visited at least twice a week.
LEGAL_MINIMUM = 2


class RoundRhythm(models.TextChoices):
    WEEKLY = "weekly", _("so many times a week")
    DAILY = "daily", _("every day")
    WEEKDAYS = "weekdays", _("on chosen weekdays")


class RoundTeam(models.TextChoices):
    """Who makes the visits; a head of unit may make any."""

    ANYONE = "any", _("doctors and nurses")
    CLINICIAN = "clinician", _("a doctor")
    NURSE = "nurse", _("a nurse")


ROLES_OF_TEAM: dict[RoundTeam, tuple[Role, ...]] = {
    RoundTeam.ANYONE: (Role.CLINICIAN, Role.NURSE, Role.HEAD),
    RoundTeam.CLINICIAN: (Role.CLINICIAN, Role.HEAD),
    RoundTeam.NURSE: (Role.NURSE, Role.HEAD),
}


class VisitOutcome(models.TextChoices):
    SEEN = "seen", pgettext_lazy("visit", "Seen")
    # Heard from the person: a refusal that an officer reports is none.
    REFUSED = "refused", _("Refusal heard")
    PREVENTED = "prevented", pgettext_lazy("visit", "Prevented")
    VOID = "void", pgettext_lazy("visit", "Taken back")


# The carer was with the person.
MADE = (VisitOutcome.SEEN, VisitOutcome.REFUSED)


class VisitReason(models.TextChoices):
    """Why a carer could not come to the person."""

    NO_REASON = "no_reason", _("No reason given")
    STAFF = "staff", _("No officer to open")
    FROZEN = "frozen", _("Movements frozen")
    STRIKE = "strike", _("Industrial action")
    SECURITY = "security", _("Security invoked")
    ELSEWHERE = "elsewhere", _("At a visit, in the yard, elsewhere")
    OUT = "out", _("Out of the prison")
    UNIT = "unit", _("Reason of the unit itself")


# Those that are obstruction, and as which cause; the others hinder nobody's care by the prison's doing.
OBSTRUCTING_VISITS: dict[VisitReason, ObstructionCause] = {
    VisitReason.NO_REASON: ObstructionCause.NO_REASON,
    VisitReason.STAFF: ObstructionCause.STAFF,
    VisitReason.FROZEN: ObstructionCause.FROZEN,
    VisitReason.STRIKE: ObstructionCause.STRIKE,
    VisitReason.SECURITY: ObstructionCause.SECURITY,
    VisitReason.ELSEWHERE: ObstructionCause.VISIT,
}
