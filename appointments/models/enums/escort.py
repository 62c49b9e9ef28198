"""The closed lists of hospital escorts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EscortStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("escort", "Planned")
    CONFIRMED = "confirmed", pgettext_lazy("escort", "Confirmed")
    DEPARTED = "departed", pgettext_lazy("escort", "Departure announced")
    DONE = "done", pgettext_lazy("escort", "Done")
    CANCELLED = "cancelled", pgettext_lazy("escort", "Cancelled")


# Still to be carried out.
ESCORT_TO_COME = (EscortStatus.PLANNED, EscortStatus.CONFIRMED)


class EscortCancelReason(models.TextChoices):
    """Who or what prevented a hospital escort (docs/closed-lists.md, 3): prison, health unit, the person, hospital."""

    ESCORT = "ESCORTE", _("Prison: no escort or no vehicle")
    PRISON = "DETENTION", _("Prison: order, incident, other priority")
    UNIT = "UNITE", _("Health unit: postponed or no longer needed")
    REFUSED = "REFUS", _("Refusal confirmed with the patient")
    HOSPITAL = "HOPITAL", _("Hospital: date withdrawn or refused")
    MOVED_AWAY = "TRANSFERT", _("Moved or released")
    MISTAKE = "ERREUR", _("Planned by mistake")


class EscortParty(models.TextChoices):
    """By whom an escort was refused or cancelled. It follows from the reason; nothing is stored."""

    PRISON = "prison", pgettext_lazy("escort", "Prison")
    HOSPITAL = "hospital", pgettext_lazy("escort", "Hospital")
    UNIT = "unit", pgettext_lazy("escort", "Health unit")
    PATIENT = "patient", pgettext_lazy("escort", "The patient")


# A person who has moved and an escort planned by mistake were refused by nobody.
PARTIES = {
    EscortCancelReason.ESCORT: EscortParty.PRISON,
    EscortCancelReason.PRISON: EscortParty.PRISON,
    EscortCancelReason.UNIT: EscortParty.UNIT,
    EscortCancelReason.REFUSED: EscortParty.PATIENT,
    EscortCancelReason.HOSPITAL: EscortParty.HOSPITAL,
}


class TransportNote(models.TextChoices):
    """What the journey needs; a closed list, for care and with the person's agreement."""

    SEATED = "assis", _("Seated")
    LYING = "couche", _("Lying down (ambulance)")
    WHEELCHAIR = "fauteuil", _("Wheelchair")
    CARER = "soignant", _("A carer comes along")
    FASTING = "jeun", _("Fasting")
    INTERPRETER = "interprete", _("Interpreter")
    MASK = "masque", _("Mask")
