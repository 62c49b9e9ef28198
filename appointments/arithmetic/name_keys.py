"""Names as they are compared, never as they are shown: no accents, no marks, no capitals, no spaces. Pure.

Two writings of one name are one key: "D’Almeyrac", "D'ALMEYRAC" and "dalmeyrac"; "Yıldırım" and "YILDIRIM". That two
people have one key says nothing yet: homonyms have it too.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a letter and an accent.
_STROKES = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H",
        "ŧ": "t", "Ŧ": "T", "ı": "i", "þ": "th", "Þ": "TH", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ẞ": "SS",
    }
)  # fmt: skip
# Shown as nothing: spaces of no width, marks of direction, soft hyphens, byte order marks, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def visible(text: str) -> str:
    """Return `text` without the characters that nobody sees."""
    return _INVISIBLE.sub("", text)


def letters(text: str) -> str:
    """Return the letters and digits of `text` alone, without accents and capitals."""
    apart = unicodedata.normalize("NFKD", text.translate(_STROKES))
    # What modifies a letter (ʼ, ʹ) counts as one for Unicode, and as an apostrophe for whoever types it.
    kept = (c for c in apart.casefold() if c.isalnum() and unicodedata.category(c) != "Lm")
    return "".join(c for c in kept if not unicodedata.combining(c))


def name_key(last_name: str, first_name: str) -> str:
    """Return what two writings of one name have in common."""
    return f"{letters(last_name)}|{letters(first_name)}"


def without_zeros(number: str) -> str:
    """Return a register number as a spreadsheet leaves it: without the zeros at its beginning."""
    return number.lstrip("0")
