"""What somebody reads in a PDF or an OpenDocument text."""

from __future__ import annotations

import subprocess
from io import BytesIO

from odf import teletype, text
from odf.opendocument import load


def text_of_pdf(content: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


def text_of_odt(content: bytes) -> str:
    document = load(BytesIO(content))
    lines = [*document.getElementsByType(text.H), *document.getElementsByType(text.P)]
    return "\n".join(teletype.extractText(line) for line in lines)
