"""The two pages: in French, without a name, a practitioner or an hour, so that both sides may read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone, translation

from access.models import Establishment
from appointments.care.neutrality import words
from appointments.models import ExportPermission, ExportUse
from appointments.obstruction.reports.french import day_in_french, number_in_french, period_in_french
from appointments.papers import Bullets, Heading, Paper, Paragraph, Table
from appointments.papers.paper import Block
from appointments.prison.models import PrisonExportPermission
from carehub import __version__
from carehub.self_test.holdings import Holdings
from carehub.self_test.tables import GROUPS

STATES = {"good": "VERT", "warning": "ORANGE", "bad": "ROUGE", "none": "NON MESURÉ"}
FOOT = "Ne nomme ni personne détenue, ni agent, ni soignant, ni horaire."
USES_SINCE = timedelta(days=90)
SHOWN = 6
NOT_READ = (
    "NON CONTRÔLÉ. La base de la prison n’a pas répondu\u202f: ce qu’elle contient n’est pas connu ce jour. "
    "Refaire l’autotest quand elle répond (manage.py doctor dit ce qui manque)."
)
HOLDS = (
    "La base de la prison n’a ni discipline, ni praticien, ni motif, ni durée. Ce tableau dit tout ce qu’elle contient "
    "à l’instant de l’autotest, pour tous les établissements qu’elle sert."
)
AGAIN = (
    "manage.py neutrality --self-test --establishment %(code)s --output FICHIER.pdf, avec le compte propriétaire des "
    "bases (DATABASE_URL_OWNER et celle de la prison). Rien n’est modifié. Chaque formule et sa source\u00a0: "
    "docs/neutrality.md."
)
NEXT_TO_IT = (
    "Ces chiffres portent sur un observateur qui lit les listes. Ils ne disent rien du couloir\u202f: qui voit les "
    "portes, les uniformes ou le jour d’un spécialiste en apprend davantage. Le détail, avec les horaires, est sur la "
    "page «\u00a0Neutralité\u00a0» du responsable de l’unité."
)


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """What was found; None for a side that is away, or where there is nothing to measure."""

    establishment: Establishment
    day: date
    holdings: Holdings | None
    measure: dict[str, Any] | None


def paper_of(found: SelfTest) -> Paper:
    """Return the paper. Three queries."""
    with translation.override("fr"):
        code = found.establishment.code
        return Paper(
            title=f"Autotest de neutralité, {found.establishment.name} ({code})",
            blocks=[
                Paragraph(f"Le {day_in_french(found.day)}, CareHub {__version__}. {result(found)}"),
                Heading("1. Ce que contient la base de la prison"),
                *(held(found.holdings) if found.holdings else [Paragraph(NOT_READ)]),
                Heading("2. Ce qui sort de l’écran des agents"),
                *taken_out(found),
            ],
            annex=[
                Heading("3. Ce que disent les listes"),
                *(told(found.measure) if found.measure else [Paragraph("Personne n’a été appelé\u202f: rien à dire.")]),
                Heading("4. Refaire cet autotest"),
                Paragraph(AGAIN % {"code": code}, is_small=True),
            ],
            foot=FOOT,
            reference=f"{code} · {found.day:%d/%m/%Y} · {__version__}",
        )


def result(found: SelfTest) -> str:
    """Say in one line how it stands."""
    if found.holdings is None:
        first = "La base de la prison n’a pas été lue."
    elif found.holdings.is_as_declared:
        first = "La base de la prison ne contient que ce qui est déclaré."
    else:
        first = "ÉCART\u00a0: la base de la prison n’est pas comme déclaré."
    if found.measure is None:
        return first
    missed = sum(not each["met"] for each in found.measure["targets"])
    return f"{first} Objectifs manqués\u00a0: {missed} sur {len(found.measure['targets'])}."


def held(holdings: Holdings) -> Iterator[Block]:
    yield Paragraph(HOLDS)
    rows = [
        (group.sentence, number_in_french(sum(holdings.counts.get(table, 0) for table in group.tables)), group.kept)
        for group in GROUPS
    ]
    yield Table("", ("Ce qui s’y trouve", "Lignes", "Gardé"), rows)
    calls = number_in_french(holdings.calls)
    yield Paragraph(f"Les listes publiées portent ensemble {calls} convocations.", is_small=True)
    yield Bullets([*compared(holdings)])


def compared(holdings: Holdings) -> Iterator[str]:
    """Say what was compared, and each difference."""
    columns = number_in_french(holdings.columns)
    if holdings.strange:
        yield f"ÉCART\u00a0: tables, colonnes ou mentions inattendues\u00a0: {listed(holdings.strange)}."
    if holdings.missing:
        yield f"ÉCART\u00a0: tables ou colonnes absentes\u00a0: {listed(holdings.missing)}."
    if not holdings.strange and not holdings.missing:
        yield f"Aucune table, colonne ({columns}) ou mention de ligne autre que celles de cette version."
    words_of_care = f"{holdings.words} mots du soin (agendas, types de consultation, disciplines)"
    if holdings.saying:
        where = ", ".join(f"{table} ({number})" for table, number in sorted(holdings.saying.items()))
        yield f"ÉCART\u00a0: l’un des {words_of_care} se lit dans des lignes de {where}."
    else:
        yield f"Aucun des {words_of_care} n’est écrit dans ses listes, feuilles, états ou signalements."
    if holdings.findings:
        yield f"Droits des comptes de connexion et règles de la base, {len(holdings.findings)} remarque(s) du docteur."
        yield from (f"«\u00a0{each.sentence[:160]}\u00a0»" for each in holdings.findings[:SHOWN])
    else:
        yield (
            f"Droits des comptes de connexion et règles de la base\u00a0: {holdings.checks} contrôles du docteur, "
            "aucune remarque."
        )


def listed(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" et {more} autre(s)" if more > 0 else "")


def told(measure: dict[str, Any]) -> Iterator[Block]:
    """Say the measure: the three sentences of the head's page, and every figure beside its target."""
    since, last = date.fromisoformat(measure["since"]), date.fromisoformat(measure["last"])
    calls, people = number_in_french(measure["calls"]), number_in_french(measure["people"])
    sensitive = ", ".join(sorted(words.discipline(each).lower() for each in measure["sensitive"]))
    yield Paragraph(
        f"Mesuré {period_in_french(since, last)}\u00a0: {calls} convocations de {people} personnes en "
        f"{measure['days']} jours. Disciplines sensibles\u00a0: {sensitive}."
    )
    yield Bullets(
        [
            f"{STATES[each.state]}. {each.title}\u00a0: {each.number} {each.sentence} ({each.target})"
            for each in words.statements(measure)
        ]
    )
    yield Table(
        "",
        ("Mesure", "Liste", "Heures exactes", "Au plus", "Objectif"),
        [(row.label, row.exported, row.exact, row.limit or "–", verdict(row)) for row in words.rows(measure)],
    )
    yield Paragraph(NEXT_TO_IT, is_small=True)


def verdict(row: words.FiguresRow) -> str:
    if row.is_met is None:
        return "–"
    return "tenu" if row.is_met else "MANQUÉ"


def taken_out(found: SelfTest) -> Iterator[Block]:
    """Say to how many accounts files and calendar are open, here and in the prison's database, and what was taken."""
    place, today = found.establishment, found.day
    here = ExportPermission.objects.filter(establishment=place, withdrawn_at__isnull=True, until__gte=today)
    last, number = here.aggregate(last=Max("until"))["last"], here.count()
    open_now = f"Ouverts par l’unité à {number} compte(s) d’agent" if number else "Ouverts à aucun compte d’agent"
    if last:
        open_now += f", le dernier jusqu’au {day_in_french(last)}"
    there = ""
    if found.holdings is not None:
        rows = PrisonExportPermission.objects.using(place.prison).filter(establishment=place, until__gte=today)
        in_force = rows.filter(is_known=True).count()
        there = f" Dans la base de la prison\u00a0: {in_force} autorisation(s) en vigueur."
    used = ExportUse.objects.filter(establishment=place, hour__gte=timezone.now() - USES_SINCE).count()
    yield Paragraph(
        "Fichiers et calendriers sont fermés, sauf ouverture par le responsable de l’unité jusqu’à une date. "
        f"{open_now}.{there} Emplois en 90 jours\u00a0: {used} (un par compte et par heure). Feuilles, fichiers et "
        "événements portent «\u00a0à détruire le\u00a0»."
    )
