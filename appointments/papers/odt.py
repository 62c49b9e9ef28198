"""A paper as OpenDocument text (odfpy), for whoever must change or sign it in their own word processor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from odf import dc, meta, style, table, text
from odf.opendocument import OpenDocumentText
from odf.style import FooterStyle, MasterPage, PageLayout, PageLayoutProperties

from appointments.papers.paper import Block, Bullets, Heading, Paper, Paragraph, Table

FONT = "Liberation Serif"


def as_odt(paper: Paper) -> bytes:
    """Write the paper; the words are those of the PDF, in the same order."""
    document = OpenDocumentText()
    styles = _styles(document)
    _page(document, paper, styles)
    document.meta.addElement(dc.Title(text=paper.title))
    document.meta.addElement(dc.Language(text=paper.language))
    document.meta.addElement(meta.Generator(text="CareHub"))
    _head(document, paper, styles)
    _blocks(document, paper.blocks, styles)
    _lines(document, paper.signature, styles["signature"])
    if paper.annex:
        document.text.addElement(text.P(stylename=styles["break"]))
        _blocks(document, paper.annex, styles)
    written = BytesIO()
    document.write(written)
    return written.getvalue()


def _head(document: Any, paper: Paper, styles: dict[str, Any]) -> None:
    if paper.mark:
        _lines(document, [paper.mark], styles["bold"])
    _lines(document, paper.sender[:1], styles["bold"])
    _lines(document, paper.sender[1:], styles["plain"])
    _lines(document, paper.sender_notes, styles["small"])
    _lines(document, [paper.seal.upper()] if paper.seal else [], styles["right_bold"])
    _lines(document, paper.recipient, styles["right"])
    _lines(document, [paper.place_and_day] if paper.place_and_day else [], styles["right_spaced"])
    document.text.addElement(text.H(outlinelevel=1, stylename=styles["title"], text=paper.title))


def _lines(document: Any, lines: Iterable[str], stylename: Any) -> None:
    for line in lines:
        document.text.addElement(text.P(stylename=stylename, text=line))


def _blocks(document: Any, blocks: Iterable[Block], styles: dict[str, Any]) -> None:
    for block in blocks:
        if isinstance(block, Heading):
            document.text.addElement(text.H(outlinelevel=2, stylename=styles["heading"], text=block.text))
        elif isinstance(block, Paragraph):
            _lines(document, [block.text], styles["small" if block.is_small else "spaced"])
        elif isinstance(block, Bullets):
            _lines(document, [f"– {item}" for item in block.items], styles["item"])
        else:
            _table(document, block, styles)


def _table(document: Any, block: Table, styles: dict[str, Any]) -> None:
    if block.caption:
        _lines(document, [block.caption], styles["bold"])
    drawn = table.Table(name=block.caption or "table")
    drawn.addElement(table.TableColumn(numbercolumnsrepeated=str(len(block.head))))
    head = table.TableHeaderRows()
    head.addElement(_row(block.head, styles, is_head=True))
    drawn.addElement(head)
    for row in block.rows:
        drawn.addElement(_row(row, styles, is_head=False))
    document.text.addElement(drawn)
    document.text.addElement(text.P(stylename=styles["plain"]))


def _row(words: Sequence[str], styles: dict[str, Any], *, is_head: bool) -> Any:
    row = table.TableRow()
    for column, word in enumerate(words):
        cell = table.TableCell(valuetype="string", stylename=styles["cell"])
        name = "bold" if is_head else "plain"
        cell.addElement(text.P(stylename=styles[name if column == 0 else f"right_{name}"], text=word))
        row.addElement(cell)
    return row


def _styles(document: Any) -> dict[str, Any]:
    made = {
        "plain": _paragraph(document, "plain"),
        "spaced": _paragraph(document, "spaced", marginbottom="0.28cm"),
        "small": _paragraph(document, "small", size="9pt", marginbottom="0.2cm"),
        "bold": _paragraph(document, "bold", weight="bold"),
        "item": _paragraph(document, "item", marginleft="0.5cm", marginbottom="0.12cm"),
        "right": _paragraph(document, "right", marginleft="8.5cm"),
        "right_bold": _paragraph(document, "right_bold", weight="bold", textalign="end"),
        "right_plain": _paragraph(document, "right_plain", textalign="end"),
        "right_spaced": _paragraph(document, "right_spaced", marginleft="8.5cm", margintop="0.5cm"),
        "signature": _paragraph(document, "signature", marginleft="8.5cm"),
        "break": _paragraph(document, "break", breakbefore="page"),
        "title": _paragraph(document, "title", size="12pt", weight="bold", margintop="0.8cm", marginbottom="0.5cm"),
        "heading": _paragraph(document, "heading", weight="bold", margintop="0.4cm", marginbottom="0.2cm"),
    }
    cell = style.Style(name="cell", family="table-cell")
    cell.addElement(style.TableCellProperties(borderbottom="0.5pt solid #999999", padding="0.06cm"))
    document.automaticstyles.addElement(cell)
    return {**made, "cell": cell}


def _paragraph(document: Any, name: str, *, size: str = "11pt", weight: str = "normal", **properties: str) -> Any:
    made = style.Style(name=name, family="paragraph")
    made.addElement(style.ParagraphProperties(**properties))
    made.addElement(
        style.TextProperties(fontsize=size, fontweight=weight, fontfamily=FONT, language="fr", country="FR")
    )
    document.automaticstyles.addElement(made)
    return made


def _page(document: Any, paper: Paper, styles: dict[str, Any]) -> None:
    """A4 with the foot and the page's number on each page."""
    layout = PageLayout(name="page")
    layout.addElement(
        PageLayoutProperties(
            pagewidth="21cm", pageheight="29.7cm", margintop="2cm", marginbottom="1.6cm", marginleft="2.2cm",
            marginright="2.2cm",
        )
    )  # fmt: skip
    layout.addElement(FooterStyle())
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="Standard", pagelayoutname=layout)
    footer = style.Footer()
    line = text.P(stylename=styles["small"], text=" · ".join(filter(None, [paper.foot, paper.reference, ""])) or "")
    line.addText(" ")
    line.addElement(text.PageNumber(selectpage="current"))
    line.addText(f" {paper.page_of} ")
    line.addElement(text.PageCount())
    footer.addElement(line)
    master.addElement(footer)
    document.masterstyles.addElement(master)
