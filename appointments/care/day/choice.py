"""Which practitioners and which kinds of consultation a person looks at: their own choice, and it stays theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from access.models import Establishment, User
from appointments.models import Agenda, DayFilter, Kind
from appointments.rights import Rights, read_kinds_in_use


@dataclass(frozen=True)
class DayChoice:
    """What is left out. Whoever is new is shown until somebody leaves them out."""

    agendas: frozenset[int] = frozenset()
    kinds: frozenset[int] = frozenset()

    @classmethod
    def kept(cls, rows: Iterable[Mapping[str, Any]]) -> DayChoice:
        """Return what the person chose last, of which there is one row or none."""
        kept = (cls(frozenset(row["without_agendas"]), frozenset(row["without_kinds"])) for row in rows)
        return next(kept, EVERYTHING)

    def shown(self, agendas: Iterable[Agenda]) -> list[Agenda]:
        """Return what is shown of `agendas`; all of them rather than an empty day."""
        every = list(agendas)
        return [agenda for agenda in every if agenda.pk not in self.agendas] or every


EVERYTHING = DayChoice()


def kinds_in_view(rights: Rights) -> list[Kind]:
    """Return the kinds of consultation of the disciplines that the person sees. One query."""
    return in_view(rights, read_kinds_in_use(rights))


def in_view(rights: Rights, kinds: Iterable[Kind]) -> list[Kind]:
    """Return those of `kinds` that are of disciplines and units that the person sees."""
    disciplines = {agenda.discipline for agenda in rights.visible}
    units = {agenda.unit_id for agenda in rights.visible}
    return [kind for kind in kinds if kind.unit_id in units and kind.discipline in disciplines]


def keep_choice(user: User, establishment: Establishment, *, agendas: Sequence[int], kinds: Sequence[int]) -> None:
    """Keep what the person leaves out from now on."""
    DayFilter.objects.update_or_create(
        user=user,
        establishment=establishment,
        defaults={"without_agendas": sorted(set(agendas)), "without_kinds": sorted(set(kinds))},
    )
