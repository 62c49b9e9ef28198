"""A font of one glyph, each letter as wide on every machine: no look of a page hangs on installed fonts."""

from __future__ import annotations

import io
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

EM, WIDTH, ABOVE, BELOW = 1000, 540, 930, -240
EVERY_LETTER = range(0x20, 0x10000)


@cache
def one_glyph() -> bytes:
    pen = TTGlyphPen(None)
    for at, (x, y) in enumerate([(60, 0), (60, 520), (480, 520), (480, 0)]):
        (pen.lineTo if at else pen.moveTo)((x, y))
    pen.closePath()
    letters = CmapSubtable.newSubtable(13)  # many letters, one glyph
    letters.platformID, letters.platEncID, letters.language = 3, 10, 0
    letters.cmap = dict.fromkeys(EVERY_LETTER, ".notdef")
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.font["cmap"].tables = [letters]
    builder.setupGlyf({".notdef": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (WIDTH, 60)})
    builder.setupHorizontalHeader(ascent=ABOVE, descent=BELOW)
    builder.setupOS2(sTypoAscender=ABOVE, sTypoDescender=BELOW, usWinAscent=ABOVE, usWinDescent=-BELOW)
    builder.setupNameTable({"familyName": "Measured", "styleName": "Regular"})
    builder.setupPost()
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()
