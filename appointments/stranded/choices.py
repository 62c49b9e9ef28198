"""What can become of an appointment whose practitioner is away or has left."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.models import Agenda, Kind


class How(models.TextChoices):
    COLLEAGUE = "colleague", _("To one colleague, in the same half-day where there is a place")
    ANYBODY = "anybody", _("To whoever of the discipline has a place, in the same half-day where possible")
    SAME = "same", _("To the next free times of the same practitioner")
    QUEUE = "queue", _("Back to the queue, with the date of the first request")
    NURSE = "nurse", _("The nurse receives them at the same arrival time; their request is to be sorted")
    KEEP = "keep", _("They stay as they are: somebody else sees them there")


# By these the appointment itself goes to another time or practitioner.
MOVES = frozenset({How.COLLEAGUE, How.ANYBODY, How.SAME})


@dataclass(frozen=True)
class Choice:
    """What somebody wants for the people whom they ticked."""

    how: How
    # Who receives them, when it is one colleague; for what, when it is a nurse.
    receiver: Agenda | None = None
    kind: Kind | None = None
    # What becomes of whoever finds no place; None leaves them undecided.
    otherwise: How | None = None
