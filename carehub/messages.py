"""What Babel lacks for the French catalogue: a reader of Django's templates (docs/adr/0009)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

CATALOGUE = Path(__file__).resolve().parent / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield the texts of a template, as Babel's reader of Python finds them in what Django makes of it."""
    # Inside parentheses Python's tokens may stand at any indentation.
    source = f"({templatize(file.read().decode(), origin=file.name)})"
    yield from extract_python(BytesIO(source.encode()), keywords, comment_tags, {"encoding": "utf-8"})


def is_compiled(source: Path = CATALOGUE) -> bool:
    """Whether pages can speak French: the catalogue was compiled, and not before its last change."""
    compiled = source.with_suffix(".mo")
    return compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime)
