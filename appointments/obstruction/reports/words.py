"""The usual words of letters: whom they go to, and what they say, kept as French files beside this one.

A unit changes them on its own pages. Words are plain text with places in braces; nothing in them is ever executed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from access.models import Establishment
from appointments.models import Addressee, CareUnit, Letterhead, LetterWording, ReportSettings
from appointments.models.enums.report import AddresseeKey, ReportKind

FRENCH = Path(__file__).with_name("french")
PLACE = re.compile(r"\{([^{}]*)\}")
INLINE = ("civilite", "hopital", "unite", "etablissement", "periode", "numero", "fondement")
BLOCKS = (
    "chiffres", "comparaison", "causes", "demi_journees", "batiments", "mois", "faits", "demarches", "demande",
)  # fmt: skip
COMPLAINT = "complaint"
OF_A_COMPLAINT = ("civilite", "hopital", "unite", "etablissement", "numero", "fondement", "personne", "consentement")
BLOCKS_OF_A_COMPLAINT = ("recit",)


@dataclass(frozen=True)
class AddresseeWords:
    """How a letter names somebody, and on what ground it goes there."""

    key: str
    salutation: str
    address: str
    ground: str
    is_offered: bool


def addressees_of(establishment: Establishment) -> dict[str, AddresseeWords]:
    """Return every addressee by key: as the establishment wrote them, else in the usual words. One query."""
    known = dict(usual_addressees())
    for row in Addressee.objects.filter(establishment=establishment):
        known[row.key] = AddresseeWords(row.key, row.salutation, row.address, row.ground, row.is_offered)
    return {key: known[key] for key in AddresseeKey.values}


@cache
def usual_addressees() -> Mapping[str, AddresseeWords]:
    told = tomllib.loads((FRENCH / "addressees.toml").read_text(encoding="utf-8"))
    return {key: AddresseeWords(key=key, **told[key]) for key in AddresseeKey.values}


def wording_of(establishment: Establishment, kind: str) -> str:
    row = LetterWording.objects.filter(establishment=establishment, kind=kind).first()
    return row.body if row else usual_wording(kind)


@cache
def usual_wording(kind: str) -> str:
    return (FRENCH / f"{kind}.txt").read_text(encoding="utf-8")


def letterhead_of(unit: CareUnit) -> Letterhead:
    """Return the head of a unit's letters; an empty one where it has not said."""
    return Letterhead.objects.filter(care_unit=unit).first() or Letterhead(care_unit=unit)


def settings_of(establishment: Establishment) -> ReportSettings:
    """Return how long an establishment keeps reports, the usual years where it has not said."""
    return ReportSettings.objects.filter(establishment=establishment).first() or ReportSettings(
        establishment=establishment
    )


def kinds_with_wording() -> tuple[str, ...]:
    return (*ReportKind.values, COMPLAINT)


def unknown_places(body: str, kind: str) -> list[str]:
    """Return the places in braces that nothing fills."""
    known = (*OF_A_COMPLAINT, *BLOCKS_OF_A_COMPLAINT) if kind == COMPLAINT else (*INLINE, *BLOCKS)
    return [f"{{{name}}}" for name in PLACE.findall(body) if name not in known]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with its places filled; what is filled in is not looked at again."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
