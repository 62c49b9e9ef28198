"""Which emergency accesses run, which wait for a second person's word, and what may be reached by one."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from access.policy import holders
from appointments.models import Agenda, EmergencyAccess
from appointments.rights import VIEW_AGENDA, Rights, agendas_visible_to

# Of what was judged, this much is shown.
SHOWN = timedelta(days=90)


def agendas_out_of_scope(rights: Rights) -> QuerySet[Agenda]:
    """Return the agendas in use that the person does not see, of the units for which they work."""
    agendas = Agenda.objects.filter(establishment=rights.establishment, is_active=True)
    if rights.has_several_units:
        agendas = agendas.filter(unit__in=rights.units_in_view)
    return agendas.exclude(pk__in=agendas_visible_to(rights).order_by().values("pk"))


def running_of(rights: Rights) -> list[EmergencyAccess]:
    """Return the emergency accesses that the person has now, the last first."""
    return rights.emergencies


def named(rows: QuerySet[EmergencyAccess]) -> QuerySet[EmergencyAccess]:
    return rows.select_related("user", "agenda", "detainee", "word_by")


def accesses_of(rights: Rights) -> QuerySet[EmergencyAccess]:
    """Return the emergency accesses of the units for which the person works: into their agendas, by their carers."""
    rows = EmergencyAccess.objects.filter(establishment=rights.establishment)
    if not rights.has_several_units:
        return rows
    ours = Agenda.objects.filter(unit__in=rights.units_in_view)
    by_ours = Q(agenda=None, user__in=holders(VIEW_AGENDA, ours))
    return rows.filter(Q(agenda__unit__in=rights.units_in_view) | by_ours)


def to_judge(rights: Rights) -> QuerySet[EmergencyAccess]:
    """Return what nobody has judged yet; for whom it is shown, the caller says (access.second_words.gives_word)."""
    return named(accesses_of(rights).filter(word=""))


def last_of(rights: Rights) -> QuerySet[EmergencyAccess]:
    """Return what was judged lately, newest first."""
    since = timezone.now() - SHOWN
    return named(accesses_of(rights).filter(began_at__gt=since).exclude(word=""))
