"""Which emergency accesses run, which wait for a second person's word, and what may be reached by one."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from access.models import Establishment
from appointments.models import Agenda, EmergencyAccess
from appointments.rights import Rights, agendas_visible_to

# Of what was judged, this much is shown.
SHOWN = timedelta(days=90)


def agendas_out_of_scope(rights: Rights) -> QuerySet[Agenda]:
    """Return the agendas in use of the unit that the person does not see."""
    agendas = Agenda.objects.filter(establishment=rights.establishment, is_active=True)
    return agendas.exclude(pk__in=agendas_visible_to(rights).order_by().values("pk"))


def running_of(rights: Rights) -> list[EmergencyAccess]:
    """Return the emergency accesses that the person has now, the last first."""
    return rights.emergencies


def named(rows: QuerySet[EmergencyAccess]) -> QuerySet[EmergencyAccess]:
    return rows.select_related("user", "agenda", "detainee", "word_by")


def to_judge(establishment: Establishment) -> QuerySet[EmergencyAccess]:
    """Return what nobody has judged yet; for whom it is shown, the caller says (access.second_words.gives_word)."""
    return named(EmergencyAccess.objects.filter(establishment=establishment, word=""))


def last_of(establishment: Establishment) -> QuerySet[EmergencyAccess]:
    """Return what was judged lately, newest first."""
    since = timezone.now() - SHOWN
    return named(EmergencyAccess.objects.filter(establishment=establishment, began_at__gt=since).exclude(word=""))
