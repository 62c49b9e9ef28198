"""Finds in a text what would point to one person: names, numbers, cells, initials, hours, a lone specialty.

The text is judged sentence by sentence, with spelling folded. What is found says where it stands and what kind of thing
it is; the words that tell the writer what to put instead belong to the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from access.folding import folded

PERSON, OFFICER, CARER = "person", "officer", "carer"
REGISTER_NUMBER, CELL, INITIALS, HOUR, SPECIALTY, FEW = "number", "cell", "initials", "hour", "specialty", "few"
AGE = "age"

# Family names or first names that are ordinary French words too: they count where a name stands, not everywhere.
_COMMON = (
    "ange avril barbier berger blanc bon bonnet boucher boulanger brun cadet carpentier charpentier chevalier "
    "clair claire colin comte constant cordier cousin dure fer fleur fleury fontaine forestier fort france franc "
    "gaillard gras grand hiver jardin jean joie jolie juin large leger long loup mai maison marin marchand "
    "mercier mercredi meunier moulin neuf noel noir olive page parent paris petit pierre pires poirier pont porte "
    "poulain prince renard riviere robin roche rose rossignol roux sable saint sauvage sergent solo soleil temps "
    "tour tournier vallee vigne ville violette "
)
COMMON_WORDS = frozenset(_COMMON.split())
SPECIALTIES = (
    "psychiatr", "pedopsychiatr", "psycholog", "dentist", "dentaire", "stomatolog", "hepatolog", "infectiolog",
    "addictolog", "csapa", "gynecolog", "sage femme", "obstetric", "kinesitherap", "ophtalmolog", "orthopt",
    "dermatolog", "cardiolog", "radiolog", "urolog", "neurolog", "pneumolog", "oncolog", "cancerolog", "dietetic",
    "methadone", "subutex", "smpr", "cattp", "vih", "hepatite", "sexolog", "proctolog", "chirurg",
)  # fmt: skip
TITLES = r"(?:M\.|MM\.|M(?=\s+[A-ZÀ-Þ])|Mr\.?|Mrs|Mme|Mlle|Monsieur|Madame|[Mm]onsieur|[Mm]adame)"
RANKS = (
    r"(?:[Ss]urveillante?|[Pp]remiere? surveillante?|[Pp]remière? surveillante?|[Bb]rigadier|[Mm]ajor|[Cc]apitaine|"
    r"[Bb]rigadière|[Aa]djointe?|[Ll]ieutenante?|[Cc]ommandante?|[Oo]fficière?|[Gg]radée?|[Aa]gente?|[Dd]irecteur|[Dd]irectrice|[Cc]hef|[Cc]heffe)"
)
CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
OFFICER_NAME = re.compile(rf"\b{RANKS}\s+(?:{TITLES}\s+)?({CAPITALISED})")
# “Kone, surveillant”, “le surveillant D.”
NAME_BEFORE_RANK = re.compile(rf"({CAPITALISED}),\s+(?:[Ss]urveillante?|[Bb]rigadière?|[Gg]radée?|[Oo]fficière?)\b")
OFFICER_LETTER = re.compile(rf"\b{RANKS}\s+([A-ZÀ-Þ])(?![\w’'-])")
TITLED_NAME = re.compile(rf"(?<!\w){TITLES}\s+({CAPITALISED})")
# No article of a code: L. 1110-4, R. 4127-5, D. 115-7.
DOTTED = re.compile(
    r"(?<![\w.])(?![LRDA]\.\s*\*?\d)([A-ZÀ-Þ]\.(?:[ \u00a0\u202f-]?[A-ZÀ-Þ]\.)+|(?:[A-ZÀ-Þ]\.)(?=\s+[a-zà-ÿ]))"
)
LETTERS = re.compile(
    rf"(?:{TITLES}|[Pp]atiente?|[Dd]étenue?|[Pp]ersonne|[Ii]ntéressée?|dénommée?)\s+([A-ZÀ-Þ]{{1,3}})(?![\w’'-])\.?"
)
# “K B attend”, “J-M n’a pas été vu”; buildings A-B are none.
APART = re.compile(
    r"(?<![\w.’'-])(?<!bâtiments )"
    r"([A-ZÀ-Þ]-[A-ZÀ-Þ](?![\w’'-])|[A-ZÀ-Þ] [A-ZÀ-Þ](?=\s+(?:n[’']|a\b|est\b|attend|refuse)))"
)
# Two letters that stand alone are somebody's, unless they are one of these: bodies, places, and words in capitals.
TWO_LETTERS = re.compile(r"(?<![\w.’'-])[A-ZÀ-Þ]{2}(?![\w’'-])")
_KNOWN_LETTERS = (
    "US UF CH CD MA QD QI QA SP AP RH DG DS CP CE TJ TA CA CC PV UE PS NB JO IA II IV VI IX XI XV XX "
    "LE LA UN DE DU EN ET AU OU IL ON NE SE SA CE SI VU"
)
NO_INITIALS = frozenset(_KNOWN_LETTERS.split())
CELL_WORD = re.compile(r"\b(?:[Cc]ell(?:ules?|\.)|[Cc]hambre)\s+(?:n[°o]\s*)?([\w-]*\d[\w-]*)")
# B203, B 203, QI-03, A-2-14: no article (D115-4), no year, no “H24”, no number of people.
CELL_SHAPE = re.compile(
    r"(?<![\w.’'-])(?![LRD]\d{3,4}-\d)(?!H ?24\b)"
    r"((?:[A-Z]{1,2}-?|[a-z])(?!(?:19|20)\d\d\b)\d{2,4}|[A-Z]{1,2}-\d-\d{1,4}|[A-Z][ \u00a0\u202f]\d{3})"
    r"(?![\w-])(?!\s+(?:personne|patient|détenu|rendez))"
)
# “the prisoner of 203”; an age is none.
CELL_OF = re.compile(
    r"\b(?:[Dd]étenue?|[Pp]ersonne|[Pp]atiente?|[Oo]ccupante?|[Ii]ntéressée?)\s+"
    r"(?:de\s+la|de\s+l[’']|du|de|au|à\s+la)\s*(\d[\w-]*)(?!\s*ans)(?![\w-])"
)
NUMBER_WORD = re.compile(
    r"(?:[ÉéEe]crou(?:ée?)?|[Mm]atricule|[Nn]uméro)\s*(?:(?:sous|le|numéro|n[°o]|d[’']écrou|:)\s*)*(\d{2,})"
)
# “en 203”, where a cell of that number is known; a number of people is none.
CELL_END = re.compile(
    r"\b(?:[Ee]n|[Aa]u|[Ll]a|[Dd]u)\s+(\d{3,})(?![\w-])(?!\s*(?:personne|patient|détenu|rendez|des |sur ))"
)
BORN = re.compile(
    r"\b(née?\s+(?:le|en)\s+\d[\d/. ]*|(?:de|âgée?\s+de)\s+\d{2}\s*ans)\b(?!\s+(?:et|ou)\s+(?:plus|moins))"
)
_HOURS = "sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix-sept|dix-huit|dix-neuf"
HOUR_WORD = re.compile(rf"\b(?:[Vv]ers|[Àà]|[Dd]ès|[Aa]vant|[Aa]près)\s+((?:{_HOURS}|\d{{1,2}})\s+heures?)\b")
CLOCK = re.compile(r"\b([01]?\d|2[0-3])\s?(?:h|:)\s?([0-5]\d)?(?!\w)")
FEW_PEOPLE = re.compile(
    r"\b(une?|deux|trois|quatre|[1-4])\s+(?:(?:seule?s?|mêmes?|autres?|jeunes?)\s+)?"
    r"(?:personnes?|patiente?s?|détenue?s?|hommes?|femmes?|mineure?s?)\b(?!\s+étrangères?\s+(?:aux?|à)\s)",
    re.IGNORECASE,
)
FEW_MORE = re.compile(
    r"\b((?:deux|trois|quatre|[2-4])\s+(?:rendez-vous|consultations|convocations|n[’']ont|ont|d[’']entre)|"
    r"(?:le|la|l[’'])\s*(?:seule?|unique)\s+(?:détenue?|patiente?|personne|femme|homme|mineure?))\b",
    re.IGNORECASE,
)
# “12 des 14”: the rest are two.
PART_OF = re.compile(r"(?<![\w-])(\d[\d\u202f]*)\s+(?:des|sur)\s+(?:les\s+)?(\d[\d\u202f]*)(?![\w-])")
LEAST = 5
DIGITS = re.compile(r"(?<![\w-])\d{3,}(?![\w-])")
_VERBS = "a n’a l’a m’a est n’est s’est avait n’avait était n’était attend attendait refuse dit doit veut vient et"
DOES = frozenset(_VERBS.split())
SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\bM\.)(?<![A-ZÀ-Þ]\.)(?<!\bart\.)\s+(?=[A-ZÀ-Þ«])|\n+|(?<=;)\s+")
WORD = re.compile(r"[\w]+(?:[’'-][\w]+)*")


class Finding(NamedTuple):
    """What stands in a sentence that should not."""

    kind: str
    words: str
    sentence: str


class KnownPerson(NamedTuple):
    last_name: str
    first_name: str
    register_number: str
    cell: str


@dataclass
class Known:
    """Everybody whose name, number or cell must not be in a letter, ready to be looked for."""

    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    cells: set[str] = field(default_factory=set)
    # The last number of a cell, by which it is called in the house.
    cell_ends: set[str] = field(default_factory=set)
    full_names: set[tuple[str, str]] = field(default_factory=set)
    longest: int = 1

    @classmethod
    def of(cls, people: Iterable[KnownPerson], carers: Iterable[str] = ()) -> Known:
        known = cls()
        for person in people:
            for name in (person.last_name, person.first_name):
                known.name(name, PERSON)
            if number := person.register_number.strip().lstrip("0"):
                known.numbers.add(number.casefold())
            if any(character.isdigit() for character in person.cell):
                known.cells.add(_squeezed(person.cell))
                known.cell_ends.add(re.findall(r"\d+", person.cell)[-1])
            known.full_names.add((folded(person.last_name), folded(person.first_name)))
        for carer in carers:
            for part in carer.split():
                if len(part) > 2:
                    known.name(part, CARER)
        return known

    def name(self, text: str, kind: str) -> None:
        words = tuple(folded(text).split())
        if words and len("".join(words)) > 2:
            self.names.setdefault(words, kind)
            self.longest = max(self.longest, len(words))


def findings(text: str, known: Known) -> list[Finding]:
    """Return what the text must not say, in the order in which it says it."""
    return [finding for sentence in sentences(_plain(text)) for finding in _of_sentence(sentence, known)]


def findings_in_address(text: str, known: Known) -> list[Finding]:
    """Return what an address or a salutation must not say: it may name its addressee, who is called as others are.

    Whole names of people detained here, cells and register numbers that are called so.
    """
    found = []
    for line in map(str.strip, _plain(text).splitlines()):
        words = f" {' '.join(folded(line).split())} "
        for last, first in known.full_names:
            if last and first and (f" {last} {first} " in words or f" {first} {last} " in words):
                found.append(Finding(PERSON, f"{first} {last}".title(), line))
        found += [Finding(CELL, each[1], line) for each in CELL_WORD.finditer(line)]
        found += [Finding(REGISTER_NUMBER, each[1], line) for each in NUMBER_WORD.finditer(line)]
    return found


def _plain(text: str) -> str:
    """Return text without characters that nobody sees: soft hyphens and the like hide a name from the search."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def sentences(text: str) -> list[str]:
    return [part for part in (each.strip() for each in SENTENCE_END.split(text)) if part]


def _of_sentence(sentence: str, known: Known) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for kind, words in _all(sentence, known):
        if (kind, folded(words)) not in seen:
            seen.add((kind, folded(words)))
            yield Finding(kind, words, sentence)


def _all(sentence: str, known: Known) -> Iterator[tuple[str, str]]:
    yield from _names(sentence, known)
    yield from ((OFFICER, found[1]) for found in OFFICER_NAME.finditer(sentence))
    for pattern in (NAME_BEFORE_RANK, OFFICER_LETTER):
        yield from ((OFFICER, found[1]) for found in pattern.finditer(sentence))
    yield from ((PERSON, found[1]) for found in TITLED_NAME.finditer(sentence))
    for pattern in (DOTTED, LETTERS, APART):
        yield from ((INITIALS, found[1]) for found in pattern.finditer(sentence))
    if not sentence.isupper() or len(sentence.split()) == 1:
        yield from ((INITIALS, found[0]) for found in TWO_LETTERS.finditer(sentence) if found[0] not in NO_INITIALS)
    yield from _numbers(sentence, known)
    yield from _cells(sentence, known)
    yield from ((HOUR, found[0]) for found in CLOCK.finditer(sentence))
    yield from ((HOUR, found[1]) for found in HOUR_WORD.finditer(sentence))
    yield from ((AGE, found[1]) for found in BORN.finditer(sentence))
    yield from _few(sentence)
    yield from _lone_specialty(sentence)


def _few(sentence: str) -> Iterator[tuple[str, str]]:
    for pattern in (FEW_PEOPLE, FEW_MORE):
        yield from ((FEW, found[0]) for found in pattern.finditer(sentence))
    for found in PART_OF.finditer(sentence):
        part, whole = (int(each.replace("\u202f", "")) for each in found.groups())
        if 0 < part < LEAST or 0 < whole - part < LEAST:
            yield FEW, found[0]


def _names(sentence: str, known: Known) -> Iterator[tuple[str, str]]:
    words = list(WORD.finditer(sentence))
    pieces = [(part, word) for word in words for part in folded(word[0]).split()]
    for start in range(len(pieces)):
        for size in range(min(known.longest, len(pieces) - start), 0, -1):
            name = tuple(part for part, _word in pieces[start : start + size])
            kind = known.names.get(name)
            after = pieces[start + size][1][0] if start + size < len(pieces) else ""
            if kind and _stands_as_name(name, pieces[start][1], after, is_first=start == 0):
                yield kind, sentence[pieces[start][1].start() : pieces[start + size - 1][1].end()]
                break


def _stands_as_name(name: tuple[str, ...], word: re.Match[str], after: str, *, is_first: bool) -> bool:
    """Whether a common word is meant as a name: by its capital, or, as the first word, by what it does."""
    if not (len(name) == 1 and name[0] in COMMON_WORDS):
        return True
    is_capitalised = word[0][0].isupper()
    return word[0].isupper() or (is_capitalised and (not is_first or after.replace("'", "’") in DOES))


def _numbers(sentence: str, known: Known) -> Iterator[tuple[str, str]]:
    yield from ((REGISTER_NUMBER, found[1]) for found in NUMBER_WORD.finditer(sentence))
    for found in DIGITS.finditer(sentence):
        is_year = len(found[0]) == 4 and 1900 <= int(found[0]) <= 2100
        if found[0].lstrip("0") in known.numbers and not is_year and (len(found[0]) > 3 or found[0][0] == "0"):
            yield REGISTER_NUMBER, found[0]
    for word in WORD.finditer(sentence):
        if not word[0].isdigit() and any(c.isdigit() for c in word[0]) and word[0].casefold() in known.numbers:
            yield REGISTER_NUMBER, word[0]


def _cells(sentence: str, known: Known) -> Iterator[tuple[str, str]]:
    for pattern in (CELL_WORD, CELL_OF, CELL_SHAPE):
        yield from ((CELL, found[1]) for found in pattern.finditer(sentence))
    yield from ((CELL, found[1]) for found in CELL_END.finditer(sentence) if found[1] in known.cell_ends)
    squeezed = _squeezed(sentence)
    for cell in sorted(known.cells):
        if len(cell) > 2 and re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", squeezed):
            yield CELL, cell.upper()


def _squeezed(text: str) -> str:
    """Return text as cells are compared: A-2-014, a 2 14 and A – 2 – 014 are one cell."""
    joined = re.sub(r"\s*[-–—/ \u00a0\u202f]\s*", "-", text.strip()).casefold()
    return re.sub(r"(?<!\d)0+(?=\d)", "", joined)


def _lone_specialty(sentence: str) -> Iterator[tuple[str, str]]:
    """Give a specialty that stands alone; a list of several says what is obstructed and of whom nothing."""
    plain = folded(sentence)
    named = {stem for stem in SPECIALTIES if re.search(rf"\b{stem}", plain)}
    if 0 < len(named) < 3:
        for stem in sorted(named):
            found = re.search(rf"\b{stem}\w*", plain)
            yield SPECIALTY, found[0] if found else stem
    if re.search(r"\bpsys?\b", plain):
        yield SPECIALTY, "psy"
