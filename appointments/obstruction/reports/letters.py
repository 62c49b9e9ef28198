"""Makes papers of a frozen version: one letter for each addressee, or one balance sheet for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from appointments.models.enums.report import ReportKind
from appointments.obstruction.reports.french import day_in_french
from appointments.obstruction.reports.words import PLACE, filled
from appointments.papers import Bullets, Heading, Paper, Paragraph, Table
from appointments.papers.paper import Block

FOOT = "Aucune personne détenue n’est reconnaissable dans ce document\u202f; les effectifs de moins de 5 sont masqués."
DRAFT_MARK = "PROJET"
TABLE_OF_PLACE = {
    "comparaison": "comparison",
    "causes": "cause",
    "demi_journees": "half_day",
    "batiments": "building",
    "mois": "month",
}


def paper_of(content: Mapping[str, Any], *, addressee: str, version: int, day: date, is_draft: bool = False) -> Paper:
    """Return the letter to `addressee`; a balance sheet is to nobody in particular (addressee "")."""
    head = content["letterhead"]
    to = content["addressees"].get(addressee)
    is_yearly = content["kind"] == ReportKind.YEARLY
    title = title_of(content)
    return Paper(
        title=title,
        sender=sender_of(content),
        sender_notes=[f"Signalement n°\u00a0{content['reference']}, version\u00a0{version}"],
        recipient=to["address"].splitlines() if to else [],
        place_and_day=f"{head['town']}, le {day_in_french(day)}" if head["town"] else f"Le {day_in_french(day)}",
        blocks=list(blocks_of(content, to)),
        signature=[] if is_yearly else signature_of(content),
        foot=FOOT,
        reference=f"{content['reference']} · v{version}",
        mark=DRAFT_MARK if is_draft else "",
        annex=annex_of(content),
    )


def title_of(content: Mapping[str, Any]) -> str:
    period = content["period"]
    if content["kind"] == ReportKind.YEARLY:
        return f"Bilan de l’accès aux soins, {period}"
    if content["kind"] == ReportKind.URGENT:
        return f"Objet\u00a0: entrave à l’accès aux soins, signalement sans délai, {period}"
    return f"Objet\u00a0: entraves à l’accès aux soins, {period}"


def sender_of(content: Mapping[str, Any]) -> list[str]:
    head = content["letterhead"]
    unit = head["unit"] or f"Unité sanitaire, {content['establishment']}"
    return [line for line in (head["hospital"], unit, *head["address"].splitlines()) if line]


def signature_of(content: Mapping[str, Any]) -> list[str]:
    head = content["letterhead"]
    return [head["signatory"] or content["author"], head["capacity"] or "Responsable de l’unité sanitaire"]


def blocks_of(content: Mapping[str, Any], to: Mapping[str, str] | None) -> list[Block]:
    """Return the letter's text with its places filled: a place alone on its line becomes what it stands for."""
    head = content["letterhead"]
    values = {
        "civilite": to["salutation"] if to else "Madame, Monsieur",
        "hopital": head["hospital"],
        "unite": head["unit"],
        "etablissement": content["establishment"],
        "periode": content["period"],
        "numero": content["reference"],
        "fondement": in_a_sentence(to["ground"]) if to else "",
    }
    blocks: list[Block] = []
    for paragraph in paragraphs(content["wording"]):
        alone = PLACE.fullmatch(paragraph)
        if alone and alone[1] not in values:
            blocks += block_for(content, alone[1])
        elif not ("{fondement}" in paragraph and not values["fondement"]):
            blocks.append(Paragraph(filled(paragraph, values)))
    return blocks


def in_a_sentence(ground: str) -> str:
    """Return a ground as it goes on after a colon: no capital, no full stop."""
    return (ground[:1].lower() + ground[1:]).rstrip(". ")


def paragraphs(text: str) -> list[str]:
    return [" ".join(part.split("\n")) for part in map(str.strip, text.replace("\r", "").split("\n\n")) if part]


def block_for(content: Mapping[str, Any], place: str) -> list[Block]:
    if place in TABLE_OF_PLACE:
        return tables_of(content, TABLE_OF_PLACE[place])
    if place == "chiffres":
        return [Paragraph(" ".join(content["sentences"]))] if content["sentences"] else []
    if place == "faits":
        facts = content["facts"]
        return (
            [Paragraph("Parmi les faits relevés\u00a0:"), Bullets(facts)]
            if len(facts) > 1
            else list(map(Paragraph, facts))
        )
    text = {"demarches": content["steps"], "demande": content["demand"]}.get(place, "")
    return [Paragraph(part) for part in paragraphs(text)]


def tables_of(content: Mapping[str, Any], key: str) -> list[Block]:
    return [
        Table(table["caption"], table["head"], table["rows"])
        for table in content["tables"]
        if table["key"] == key and table["rows"]
    ]


def annex_of(content: Mapping[str, Any]) -> list[Block]:
    """Return the tables that the letter itself does not show, and how it was counted."""
    shown = {TABLE_OF_PLACE.get(place) for place in PLACE.findall(content["wording"])}
    tables = [
        block for table in content["tables"] if table["key"] not in shown for block in tables_of(content, table["key"])
    ]
    method = [Paragraph(part, is_small=True) for part in content["method"]]
    if not tables and not method:
        return []
    heading = [Heading("Annexe\u00a0: chiffres")] if tables else []
    return [*heading, *tables, Heading("Comment c’est compté"), *method]
