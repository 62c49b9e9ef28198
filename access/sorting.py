"""The order of names as a French directory has it, whatever the server's locale: the one key, in Python and in SQL.

PostgreSQL has French collations only where it was built with ICU, and the server of demonstrations and tests was not
(docs/adr/0042): both sides compare the same plain letters instead, byte by byte.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db.models import CharField, Func

# One letter for another, and apostrophes and dashes as the space that they are read as.
FROM = "ıłŁøØđĐðÐ'’ʼ‘-‐‑–—."
TO = "ilLoOdDdD" + " " * 10
LONGER = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
MARKS = "[\u0300-\u036f]"
_ONE_FOR_ANOTHER = str.maketrans(FROM, TO)


def french_key(text: str) -> str:
    """Return what `text` is sorted by: GÉRARD before GIRARD, Œuvrard after Odin."""
    plain = unicodedata.normalize("NFKD", text.translate(_ONE_FOR_ANOTHER)).lower()
    for letter, letters in LONGER.items():
        plain = plain.replace(letter, letters)
    return re.sub(MARKS, "", plain)


def _in_sql() -> str:
    quoted = FROM.replace("'", "''")
    plain = f"lower(normalize(translate(%(expressions)s, '{quoted}', '{TO}'), NFKD))"
    for letter, letters in LONGER.items():
        plain = f"replace({plain}, '{letter}', '{letters}')"
    return f"""(regexp_replace({plain}, '{MARKS}', '', 'g') COLLATE "C")"""


class FrenchKey(Func):
    """`french_key` of a column, for order_by, Meta.ordering and indexes."""

    arity = 1
    template = _in_sql()
    output_field = CharField()

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, **extra)
