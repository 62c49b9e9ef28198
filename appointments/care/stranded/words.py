"""Says what was decided about people whose practitioner is away or has left, and why it could not be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.booking import BookingRefused
from appointments.models import Appointment
from appointments.stranded import How, ReviewedLine


def done(lines: Iterable[ReviewedLine], *, left: int) -> str:
    hows = [line.how for line in lines]
    queued, received, kept = hows.count(How.QUEUE), hows.count(How.NURSE), hows.count(How.KEEP)
    moved = len(hows) - queued - received - kept
    said = [
        (moved, ngettext("%(count)d appointment is moved.", "%(count)d appointments are moved.", moved)),
        (
            received,
            ngettext(
                "%(count)d person is received by a nurse; what they came for is to be sorted.",
                "%(count)d people are received by a nurse; what they came for is to be sorted.",
                received,
            ),
        ),
        (queued, ngettext("%(count)d person waits in the queue.", "%(count)d people wait in the queue.", queued)),
        (kept, ngettext("%(count)d appointment stays as it is.", "%(count)d appointments stay as they are.", kept)),
        (
            left,
            ngettext("%(count)d is still to be decided about.", "%(count)d are still to be decided about.", left),
        ),
    ]
    return " ".join(sentence % {"count": number} for number, sentence in said if number)


def untrue(gone: Sequence[Appointment]) -> str:
    """Say that what was looked at is no longer so, and of whom."""
    said = _("Nothing was done: some of it has changed since you looked. Look at it again, then decide.")
    if not gone:
        return said
    names = ", ".join(one.detainee.display_name for one in gone)
    return " ".join([said, _("Changed or decided meanwhile: %(names)s.") % {"names": names}])


def refused(refusal: BookingRefused) -> str:
    said = _("Nothing was done: %(sentence)s") % {"sentence": refusal.sentence}
    if refusal.person is None:
        return said
    about = {"name": refusal.person.display_name, "sentence": refusal.sentence}
    return _("Nothing was done. %(name)s: %(sentence)s") % about
