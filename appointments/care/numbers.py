"""Numbers as the reader's language writes them."""

from __future__ import annotations

from django.utils.formats import number_format


def rounded(value: float, digits: int) -> str:
    """Return a number with so many digits after the comma; Django's own function cuts the others off."""
    return str(number_format(round(value, digits), digits))
