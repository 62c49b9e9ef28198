"""Papers that leave the house: what stands on one (Paper), and how it is written as PDF and as OpenDocument text.

Whoever has something to print fills a Paper. Text is data everywhere: nothing typed is ever read as markup.
"""

from __future__ import annotations

from appointments.papers.odt import as_odt
from appointments.papers.paper import Bullets, Heading, Paper, Paragraph, Table
from appointments.papers.pdf import as_pdf

__all__ = ["Bullets", "Heading", "Paper", "Paragraph", "Table", "as_odt", "as_pdf"]
