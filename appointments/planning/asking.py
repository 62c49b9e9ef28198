"""A change over booked appointments asks first: keep them or cancel them, all or none, and nothing silently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from access.digest import digest_of
from access.models import User
from appointments import booking
from appointments.booking.exposure import WithdrawalGroup, group_of
from appointments.booking.guards import lock_agendas
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import CancelReason, Status
from appointments.planning.refusals import PlanningRefused


@dataclass(frozen=True)
class BookedDecision:
    """What becomes of the appointments that were listed; `digest` says which, `reason` cancels them, None keeps."""

    digest: str
    reason: CancelReason | None


@dataclass(frozen=True)
class Settled:
    """What became of the appointments. The cancelled ones are still to be recorded (booking.record_cancelled)."""

    kept: Sequence[Appointment] = ()
    cancelled: Sequence[Appointment] = ()


class Asked(PlanningRefused):
    """Appointments stand in the way: what is to become of them? `digest` is given back with the answer."""

    asks = True

    def __init__(self, sentence: str, *, appointments: Sequence[Appointment], can_keep: bool) -> None:
        super().__init__(sentence, appointments=appointments)
        self.digest = fingerprint_of(appointments)
        self.everybody = appointments
        self.can_keep = can_keep
        # Who was seen or did not come has a past that cancelling would rewrite, and so has whatever is over.
        self.can_cancel = all(one.status == Status.BOOKED and not booking.is_over(one) for one in appointments)

    @cached_property
    def group(self) -> WithdrawalGroup:
        return group_of(self.everybody)


def fingerprint_of(appointments: Iterable[Appointment]) -> str:
    text = "|".join(sorted(f"{one.pk} {one.revision} {one.status}" for one in appointments))
    return digest_of(text)


def settle_booked(
    find: Callable[[], list[Appointment]],
    *,
    by: User,
    agendas: Sequence[Agenda],
    answer: BookedDecision | None,
    sentence: Callable[[int], str],
    can_keep: bool = False,
) -> Settled:
    """Lock, look who is in the way, and do what was answered.

    `find` lists them; it is asked again under the locks (people, then agendas), and an answer that was given to
    another list is asked anew. Raises Asked.
    """
    before = find()
    if answer is not None and answer.reason is not None:
        booking.lock_people(one.detainee_id for one in before)
    lock_agendas(*agendas)
    found = find()
    if not found:
        return Settled()
    asked = Asked(sentence(len(found)), appointments=found, can_keep=can_keep)
    if answer is None:
        raise asked
    if answer.digest != asked.digest or fingerprint_of(before) != asked.digest:
        asked.sentence = _("These appointments have changed meanwhile: look at them again.")
        raise asked
    if answer.reason is None and can_keep:
        return Settled(kept=found)
    if answer.reason is None or not asked.can_cancel:
        raise asked
    try:
        return Settled(cancelled=booking.cancel_together(by=by, appointments=found, reason=answer.reason))
    except booking.Over as over:
        # Over since it was looked at, a moment ago.
        asked.can_cancel = False
        raise asked from over
