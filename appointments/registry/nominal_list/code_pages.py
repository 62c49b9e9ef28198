"""Tells the code pages of old software apart by what French names look like; must not know columns or people.

Windows-1252 reads nearly any bytes: a list in a DOS code page would come out as "LefŠvre" without an error. So each
page is tried, and a page is believed only when all its letters stand where such letters stand in names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# In the order in which they are believed; spreadsheets write the first.
CODE_PAGES = {"cp1252": "Windows-1252", "cp850": "DOS (850)", "mac_roman": "Mac Roman"}
# How often a letter is met in French names, roughly; any other letter counts little.
_USUAL = {
    **dict.fromkeys("éÉ", 10.0),
    **dict.fromkeys("èÈ", 6.0),
    **dict.fromkeys("ëËïÏçÇ", 4.0),
    **dict.fromkeys("êÊîÎôÔâÂ", 3.0),
    **dict.fromkeys("àÀùÙûÛüÜöÖñÑœŒ", 1.5),
    **dict.fromkeys("äÄáÁíÍóÓúÚãÃõÕåÅøØ", 1.0),
}
_OTHER_LETTER = 0.2
_MARKS = frozenset("°º№«»“”‘’‚…–—€£§©®²\u00a0\u202f·")
_HIGH_BYTES = bytes(range(0x80, 0x100))
# Far more accents than 20,000 names have: what holds more is no list, and reading it three times would take long.
MAX_ACCENTS = 250_000
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def best_code_page(data: bytes) -> tuple[str, str] | None:
    """Return the text and the name of the one code page that fits, None when none does or two could."""
    if len(data) - len(data.translate(None, _HIGH_BYTES)) > MAX_ACCENTS:
        return None
    found = [(text, page, score) for page in CODE_PAGES if (read := _read(data, page)) for text, score in [read]]
    if not found:
        return None
    text, page, score = found[0]
    # Letters of one page that are as plausible in another: whoever wrote the file knows, nobody else.
    if any(other > score * 1.01 for _text, _page, other in found[1:]):
        return None
    if page != "cp1252" and any(other >= score for _text, _page, other in found[1:]):
        return None
    return text, CODE_PAGES[page]


def _read(data: bytes, page: str) -> tuple[str, float] | None:
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return None
    score = _score(text)
    return None if score is None else (text, score)


def _score(text: str) -> float | None:
    """Return how French the letters beyond ASCII are, None when one of them stands where none can."""
    total = 0.0
    for before, character, after in _neighbours(text):
        if not character.isalpha():
            inside = before.isalpha() and after.isalpha()
            if character not in _MARKS or (inside and character not in "’‘·"):
                return None
            continue
        if character.isupper() and before.islower():
            return None
        weight = _USUAL.get(character, _OTHER_LETTER)
        # "FRANçOIS": old keyboards have no capital for it. It is met, but it is rare.
        in_capitals = character.islower() and before.isupper() and after.isupper()
        total += weight / 4 if in_capitals else weight
    return total


def _neighbours(text: str) -> Iterator[tuple[str, str, str]]:
    for found in _NOT_ASCII.finditer(text):
        at = found.start()
        yield text[at - 1 : at] if at else "", found[0], text[at + 1 : at + 2]
