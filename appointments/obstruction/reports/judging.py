"""Judges a report's texts: nothing in them may point to one person (arithmetic.reidentification)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from access.enums import Side
from access.models import Establishment, Membership
from appointments.arithmetic.reidentification import (
    AGE,
    CARER,
    CELL,
    FEW,
    HOUR,
    INITIALS,
    OFFICER,
    PERSON,
    REGISTER_NUMBER,
    SPECIALTY,
    Known,
    KnownPerson,
    findings,
    findings_in_address,
)
from appointments.models import Agenda, Detainee, ObstructionReport, ReportFact
from appointments.models.enums.report import ReportKind
from appointments.obstruction.reports.reduction import FactNumbers, numbers_of
from appointments.obstruction.reports.words import PLACE, addressees_of, letterhead_of, wording_of

NUMBER = re.compile(r"\d+")

WHAT: Mapping[str, Any] = {
    PERSON: _("the name of somebody detained here, or of somebody called Mr or Mrs"),
    OFFICER: _("the name of an officer"),
    CARER: _("the name of a colleague"),
    REGISTER_NUMBER: _("a register number"),
    CELL: _("a cell"),
    INITIALS: _("initials"),
    HOUR: _("an hour: with the day it points to one person"),
    FEW: _("a number of people below five"),
    AGE: _("an age or a date of birth"),
    SPECIALTY: _("a specialty standing alone: it says what somebody was called for"),
}
INSTEAD: Mapping[str, Any] = {
    PERSON: _("Leave the name out: tell what happened, not to whom."),
    OFFICER: _("Write the function and the shift: “an officer of the morning shift”."),
    CARER: _("Write the function: “a carer”, “the doctor”."),
    REGISTER_NUMBER: _("Leave the number out."),
    CELL: _("Write the building, or “in detention”."),
    INITIALS: _("Leave them out: tell what happened, not to whom."),
    HOUR: _("Write the half-day: “in the morning”, “in the afternoon”."),
    FEW: _("Write “people”, without a number."),
    AGE: _("Leave it out: tell what happened, not to whom."),
    SPECIALTY: _("Write “a consultation”."),
}


@dataclass(frozen=True)
class Objection:
    """What must be written otherwise before a letter goes out, where, and what to write instead."""

    place: Any
    words: str
    sentence: str
    what: Any
    instead: Any


def known_at(establishment: Establishment) -> Known:
    """Return everybody whose name, number or cell a text may not say: people, also who has left, and colleagues."""
    people = Detainee.objects.filter(establishment=establishment)
    carers = Membership.objects.filter(establishment=establishment, side=Side.CARE).values_list(
        "user__full_name", flat=True
    )
    agendas = Agenda.objects.filter(establishment=establishment).values_list("name", flat=True)
    rows = people.values_list("last_name", "first_name", "register_number", "cell")
    return Known.of((KnownPerson(*row) for row in rows.iterator()), carers=[*carers, *_names_of(agendas)])


def _names_of(agendas: Iterable[str]) -> list[str]:
    """Return what in the name of an agenda names its practitioner: “Dr Leroy”, but not “Infirmerie 1”."""
    return [name.split(maxsplit=1)[1] for name in agendas if name.startswith(("Dr ", "Pr ")) and " " in name.strip()]


def objections_to(texts: Iterable[tuple[Any, str]], known: Known) -> list[Objection]:
    """Return what stands against `texts`, each with the words for its place on the page."""
    return [
        Objection(place, found.words, found.sentence, WHAT[found.kind], INSTEAD[found.kind])
        for place, text in texts
        for found in findings(text, known)
    ]


def texts_of(report: ObstructionReport, facts: Iterable[ReportFact]) -> list[tuple[Any, str]]:
    told = [(_("Dated facts"), fact.wording) for fact in facts]
    return [*told, (_("Steps already taken"), report.steps_taken), (_("What is asked for"), report.demand)]


def judge_texts(report: ObstructionReport, facts: Iterable[ReportFact]) -> list[Objection]:
    """Judge all words that the letters are made of: the report's, and those that the unit settled for every letter."""
    known, establishment = known_at(report.establishment), report.establishment
    wording = PLACE.sub("", wording_of(establishment, report.kind))
    written = [*texts_of(report, facts), (_("Words of the letters"), wording)]
    return [*objections_to(written, known), *objections_to_addresses(report, known)]


def objections_to_addresses(report: ObstructionReport, known: Known) -> list[Objection]:
    """Return what stands against the letterhead and the addressees' fields; these may name who writes and who reads."""
    head, words = letterhead_of(report.unit), addressees_of(report.establishment)
    letterhead = (head.hospital, head.unit, head.address, head.town, head.signatory, head.capacity)
    texts = [(_("Letterhead"), "\n".join(letterhead))]
    if report.kind != ReportKind.YEARLY:
        asked = (words[key] for key in report.addressees)
        texts += [(_("Addressees"), "\n".join((each.salutation, each.address, each.ground))) for each in asked]
    return [
        Objection(place, found.words, found.sentence, WHAT[found.kind], INSTEAD[found.kind])
        for place, text in texts
        for found in findings_in_address(text, known)
    ]


def objections_to_numbers(facts: Iterable[ReportFact], told: Iterable[FactNumbers]) -> list[Objection]:
    """Return what stands against numbers in the words of counted facts: few people, or few by a difference."""
    allowed = {numbers.key for numbers in told}
    found = []
    for fact in facts:
        numbers = numbers_of(fact.obstruction)
        counted = {str(each) for each in (fact.obstruction.affected, fact.obstruction.expected) if each is not None}
        said = next((word for word in NUMBER.findall(fact.wording) if word in counted), None)
        if said and (numbers is None or numbers.key not in allowed) and not _is_apart(fact, said):
            found.append(Objection(_("Dated facts"), said, fact.wording, WHAT[FEW], INSTEAD[FEW]))
    return found


def _is_apart(fact: ReportFact, said: str) -> bool:
    """Whether a number like the one counted is the day or the year instead."""
    day = fact.obstruction.day
    without_day = re.sub(rf"\b{day.day}(?:er)?[\s\u00a0]+[a-zéû]+(?:[\s\u00a0]+{day.year})?", "", fact.wording)
    return said not in NUMBER.findall(without_day)
