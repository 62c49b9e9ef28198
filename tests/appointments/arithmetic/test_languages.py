"""Slips and blank forms can be read in all their languages, whatever fonts the terminal that prints them has."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from appointments.arithmetic.languages import FORM, SLIP

STATIC = Path(__file__).resolve().parents[3] / "carehub" / "static" / "carehub"
STYLE = (STATIC / "base" / "slips.css").read_text(encoding="utf-8")
# Scripts of which the plainest terminal has letters: Latin and Cyrillic.
EVERYWHERE = {"fr", "en", "es", "pt", "it", "ro", "sq", "tr", "ru"}


def letters_of(font: Path) -> set[int]:
    """Return the letters that a WOFF file draws: its table of characters (OpenType, cmap) in the formats 4 and 12."""
    data = font.read_bytes()
    for number in range(struct.unpack(">H", data[12:14])[0]):
        tag, at, packed, length, _sum = struct.unpack(">4s4I", data[44 + 20 * number : 64 + 20 * number])
        if tag == b"cmap":
            table = data[at : at + packed]
            return characters(zlib.decompress(table) if packed < length else table)
    raise AssertionError(font.name)


def characters(table: bytes) -> set[int]:
    found: set[int] = set()
    for number in range(struct.unpack(">H", table[2:4])[0]):
        (at,) = struct.unpack(">I", table[8 + 8 * number : 12 + 8 * number])
        part = table[at:]
        if struct.unpack(">H", part[:2])[0] == 12:
            for group in range(struct.unpack(">I", part[12:16])[0]):
                first, last, _glyph = struct.unpack(">3I", part[16 + 12 * group : 28 + 12 * group])
                found.update(range(first, last + 1))
        elif struct.unpack(">H", part[:2])[0] == 4:
            double = struct.unpack(">H", part[6:8])[0]
            lasts = struct.unpack(f">{double // 2}H", part[14 : 14 + double])
            firsts = struct.unpack(f">{double // 2}H", part[16 + double : 16 + 2 * double])
            found.update(letter for first, last in zip(firsts, lasts, strict=True) for letter in range(first, last + 1))
    return found


@pytest.mark.parametrize("code", sorted({said.code for said in SLIP} - EVERYWHERE))
def test_letters_that_a_terminal_may_lack_come_along(code: str) -> None:
    wanted = {letter for said in (*SLIP, *FORM) if said.code == code for letter in said.words}

    missing = wanted - {chr(letter) for letter in letters_of(STATIC / "fonts" / f"slips-{code}.woff")}

    assert missing == set(), "run scripts/slip_fonts.py"
    assert f'.said [lang="{code}"] {{' in STYLE
    assert f"fonts/slips-{code}.woff" in STYLE
