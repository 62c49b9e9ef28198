"""The extract as a paper: the parts, who receives what, what is kept how long, and the person's rights. In French."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from appointments.extract.parts import ELSEWHERE, NOTHING, Part, parts_of
from appointments.models import CareUnit, Detainee, Letterhead
from appointments.models.enums.retention import RetentionKind
from appointments.obstruction.reports.words import letterhead_of, settings_of
from appointments.papers import Bullets, Heading, Paper, Paragraph, Table
from appointments.papers.paper import Block
from appointments.retention.periods import months_of


class ExtractReason(models.TextChoices):
    """On whose demand an extract is given; it stands on the paper, and in the access log."""

    PERSON = "person", _("The person asked for it")
    REPRESENTATIVE = "counsel", _("Their lawyer or representative asked for it, with their word")
    AUTHORITY = "authority", _("An authority that protects rights asked for it (CGLPL, Défenseur des droits, judge)")


BASIS = (
    "Droit d’accès de la personne concernée, article 15 du règlement (UE) 2016/679. Cet extrait dit tout ce que le "
    "logiciel d’agenda de l’unité sanitaire contient à son sujet\u202f; une autre unité de soins de la prison, s’il y "
    "en a une, donne le sien. Le dossier médical est tenu ailleurs\u202f: il se "
    "demande au centre hospitalier (article L.1111-7 du code de la santé publique)."
)
RECIPIENTS = (
    "L’équipe de soins de l’unité, chacun selon les agendas qui lui sont ouverts. Chaque consultation d’un dossier "
    "laisse une ligne dans le journal des accès.",
    "L’administration pénitentiaire ne reçoit que la liste des mouvements\u00a0: nom, prénom, numéro d’écrou, "
    "bâtiment, cellule, heure d’arrivée à l’unité. Ni le soignant, ni le motif, ni la durée.",
    "L’unité sanitaire d’un autre établissement, en cas de transfert, par un fichier scellé à sa clé (voir "
    "«\u00a0Transmissions entre unités\u00a0»).",
)
RIGHTS = (
    "Demander la rectification d’une donnée inexacte, l’effacement ou la limitation, s’opposer\u00a0: au responsable "
    "de l’unité, ou au délégué à la protection des données du centre hospitalier.",
    "Saisir la CNIL (3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07) ou le Contrôleur général des lieux de "
    "privation de liberté. Ces courriers partent sous pli fermé.",
)


@dataclass(frozen=True)
class Extract:
    """What is given: of whom, why, by whom, when."""

    person: Detainee
    head: Letterhead
    reason: ExtractReason
    by_name: str
    made_at: datetime
    parts: tuple[Part, ...]
    kept: tuple[tuple[str, str], ...]


def extract_of(
    person: Detainee, *, units: Sequence[CareUnit], reason: ExtractReason, by_name: str, with_escorts: bool
) -> Extract:
    """Gather what these care units hold, and what all of them share. A constant number of queries."""
    with translation.override("fr"):
        parts = tuple(parts_of(person, units=units, with_escorts=with_escorts))
        kept = tuple(kept_how_long(person))
    return Extract(person, letterhead_of(units[0]), reason, by_name, timezone.now(), parts, kept)


def kept_how_long(person: Detainee) -> Iterator[tuple[str, str]]:
    months = months_of(person.establishment)
    for kind in RetentionKind:
        yield str(kind.label), in_words(months[kind])
    letters = settings_of(person.establishment)
    yield "Faits d’entrave aux soins", in_words(letters.facts_years * 12)
    yield "Réclamations individuelles", in_words(letters.complaints_years * 12)
    yield "Lignes de la liste des mouvements", "jusqu’au surlendemain"


def in_words(months: int) -> str:
    """Return "3 ans" rather than "36 mois", where it comes out even."""
    if months % 12:
        return f"{months} mois"
    return f"{months // 12} an" if months == 12 else f"{months // 12} ans"


def paper_of(extract: Extract) -> Paper:
    place, person = extract.person.establishment, extract.person
    made = extract.made_at.astimezone(place.zone)
    with translation.override("fr"):
        reason = str(extract.reason.label)
    return Paper(
        title=f"Extrait des données détenues au sujet de {person.display_name}",
        sender=[line for line in (extract.head.hospital, extract.head.unit, place.name) if line],
        place_and_day=f"Le {made:%d/%m/%Y}",
        seal="Confidentiel\u00a0: à remettre en main propre, sous pli fermé",
        blocks=[
            Paragraph(f"Établi le {made:%d/%m/%Y à %H:%M} par {extract.by_name}. Motif\u00a0: {reason}."),
            Paragraph(BASIS),
            *blocks_of(extract),
        ],
        foot="Confidentiel – secret médical. Remis à la personne, jamais à l’administration pénitentiaire.",
    )


def blocks_of(extract: Extract) -> Iterator[Block]:
    for nth, part in enumerate(extract.parts, start=1):
        yield Heading(f"{nth}. {part.title}")
        if part.rows:
            yield Table("", part.head, part.rows, is_words=True)
        elif ELSEWHERE not in part.notes:
            yield Paragraph(NOTHING)
        for note in part.notes:
            yield Paragraph(note, is_small=True)
    last = len(extract.parts)
    yield Heading(f"{last + 1}. Qui reçoit ces données")
    yield Bullets(RECIPIENTS)
    yield Heading(f"{last + 2}. Combien de temps elles sont gardées")
    yield Table("", ("Données", "Durée"), extract.kept, is_words=True)
    yield Heading(f"{last + 3}. Vos droits")
    yield Bullets(RIGHTS)
