"""The closed lists of requests, and of the questions that the nominal list asks. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """How a request reached the unit (docs/closed-lists.md, 4.1)."""

    LETTER = "letter", _("Letter")
    MEDICATION_ROUND = "round", _("Medication round")
    FAMILY = "family", _("Family or lawyer")
    OFFICER = "officer", _("Officer’s alert")
    ARRIVAL = "arrival", _("Arrival")
    CARER = "carer", _("Another carer")
    SENT_BACK = "sent_back", _("Appointment sent back")
    OTHER_UNIT = "other_unit", _("Taken over from another unit")
    OTHER = "other", _("Other")


# Those that a person chooses; the others are written by the nominal list, by decisions about appointments, and by
# hand-overs.
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
    OPEN = "open", _("In the queue")
    PLANNED = "planned", _("Planned")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


# Asked and not settled yet: nobody is asked twice about the same.
UNSETTLED = (RequestStatus.OPEN, RequestStatus.PLANNED)


class RequestAnswer(models.TextChoices):
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
    HANDED_OVER = "handed_over", _("Handed over to another unit")
    DUPLICATE = "duplicate", _("Asked twice")
    MISTAKE = "mistake", _("Entered by mistake")


class Cause(models.TextChoices):
    """What the nominal list says of somebody with appointments to come, so that care must decide about each."""

    LEFT = "left", _("Has left")
    MISSING = "missing", _("Not on the list")
    WING = "wing", _("Now in a closed wing")


class QuestionDecision(models.TextChoices):
    """What care decides about an appointment that the nominal list puts in question."""

    KEEP = "keep", _("Kept")
    CANCEL = "cancel", _("Cancelled")
    QUEUE = "queue", _("Sent back to the queue")
    # The list named them as before: there was nothing left to decide.
    BACK = "back", _("Settled by a later list")
