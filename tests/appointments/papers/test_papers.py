"""A paper says the same as PDF and as OpenDocument text, and nothing typed is read as markup."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from appointments.papers import Bullets, Heading, Paper, Paragraph, Table, as_odt, as_pdf
from tests.appointments.papers.text import text_of_odt, text_of_pdf

TYPED = r'#import "x" $x^2$ *bold* _it_ <b>&amp; \ {{ 7|add:7 }} #panic("no") `raw` @ref = Title // comment'


@pytest.fixture
def paper() -> Paper:
    return Paper(
        title="Objet : entraves à l’accès aux soins, 1er octobre – 31 décembre 2026",
        sender=["Centre hospitalier", "12, rue du Verger"],
        recipient=["Agence régionale de santé", "99000 Montclair"],
        place_and_day="Lavaure, le 27 novembre 2026",
        blocks=[
            Paragraph(TYPED),
            Bullets(["un fait", TYPED]),
            Table("Causes", ["Cause", "Nombre"], [["Manque d’agents", "164"], [TYPED, "masqué"]]),
        ],
        signature=["Dr Brochard"],
        foot="Personne n’est reconnaissable.",
        reference="2026‑04 · v2",
        annex=[Heading("Comment c’est compté"), Paragraph("Méthode.", is_small=True)],
    )


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler to read the PDF")
def test_both_formats_say_the_same_and_take_what_is_typed_as_text(paper: Paper) -> None:
    pdf, odt = text_of_pdf(as_pdf(paper)), text_of_odt(as_odt(paper))

    for words in (TYPED, "Manque d’agents", "27 novembre 2026", "99000 Montclair", "Comment c’est compté", "masqué"):
        assert "".join(words.split()) in "".join(pdf.split()), "Only line breaks may differ."
        assert words in odt


def test_same_paper_is_the_same_file(paper: Paper) -> None:
    assert as_pdf(paper) == as_pdf(paper)


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="needs poppler to read the PDF")
def test_pdf_can_be_read_aloud(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(as_pdf(paper))

    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout

    assert "Tagged:" in told
    assert "yes" in told.partition("Tagged:")[2].splitlines()[0]
    assert "Objet : entraves" in told
