"""The verbs of emergency access: begin, end, judge. Atomic and recorded; times are the database's."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from access import events
from access.audit import record
from access.enums import Happening, Verb, Word
from access.models import Establishment, User
from access.refusal import Refused, constraint_of
from access.second_words import gives_word
from appointments.emergency.reading import accesses_of, agendas_out_of_scope
from appointments.models import Agenda, Detainee, EmergencyAccess
from appointments.models.emergency import SHORTEST_REASON
from appointments.rights import Rights, detainees_visible_to


class EmergencyRefused(Refused):
    """An emergency access is not begun or judged; `code` is the field that it is about."""


def begin(
    establishment: Establishment,
    *,
    by: User,
    reason: str,
    agenda: Agenda | None = None,
    detainee: Detainee | None = None,
) -> EmergencyAccess:
    """Let `by` reach an agenda, or a person's appointments, for an hour. One that runs goes on and is returned.

    Raises EmergencyRefused, PermissionDenied.
    """
    rights = Rights(by, establishment)
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise EmergencyRefused("reason", _("Say in a few words why it cannot wait: somebody reads it tomorrow."))
    if rights.leads_unit:
        raise EmergencyRefused("agenda", _("You see every agenda already."))
    if agenda is not None and not agendas_out_of_scope(rights).filter(pk=agenda.pk).exists():
        raise EmergencyRefused("agenda", _("You see this agenda already, or it is not one of this unit’s."))
    if detainee is not None and not detainees_visible_to(rights).filter(pk=detainee.pk).exists():
        raise EmergencyRefused("person", _("This person is not registered here."))
    running = [one for one in rights.emergencies if (one.agenda, one.detainee) == (agenda, detainee)]
    if running:
        return running[0]
    try:
        with transaction.atomic():
            access = EmergencyAccess(
                establishment=establishment, user=by, agenda=agenda, detainee=detainee, reason=reason[:300]
            )
            access.save(force_insert=True)
            record(by=by, verb=Verb.BREAK_GLASS, target=access, establishment=establishment)
    except ProgrammingError as error:
        if constraint_of(error) != "emergency_of_a_carer":
            raise
        raise PermissionDenied(_("Only carers of this unit take emergency access.")) from error
    access.refresh_from_db()
    return access


def end(establishment: Establishment, *, by: User, key: UUID) -> None:
    """End one's own emergency access at once. Ended twice, the first holds."""
    with transaction.atomic():
        mine = EmergencyAccess.objects.filter(establishment=establishment, user=by, pk=key, ended_at__isnull=True)
        if mine.filter(until__gt=Now()).update(ended_at=Now()):
            record(by=by, verb=Verb.END_GLASS, target=EmergencyAccess(pk=key), establishment=establishment)


def judge(establishment: Establishment, *, by: User, key: UUID, is_confirmed: bool) -> None:
    """Say as a second person whether the access was justified; refused, it ends and its taker is told.

    Raises EmergencyRefused, PermissionDenied.
    """
    if not gives_word(by, establishment):
        raise PermissionDenied(_("You do not give the second word here."))
    with transaction.atomic():
        rows = accesses_of(Rights(by, establishment)).select_for_update(of=("self",)).filter(pk=key)
        access = rows.select_related("user").first()
        if access is None:
            raise EmergencyRefused("word", _("This emergency access is not one of this unit’s."))
        if access.user_id == by.pk:
            raise EmergencyRefused("word", _("Another person judges your own access."))
        if access.word:
            raise EmergencyRefused("word", _("Somebody else has just answered. Nothing of yours was applied."))
        word = Word.CONFIRMED if is_confirmed else Word.REFUSED
        EmergencyAccess.objects.filter(pk=key).update(word=word, word_by=by)
        if not is_confirmed:
            events.tell(access.user, Happening.GLASS_REFUSED)
        verb = Verb.GIVE_WORD if is_confirmed else Verb.REFUSE_WORD
        record(by=by, verb=verb, target=access, establishment=establishment)
