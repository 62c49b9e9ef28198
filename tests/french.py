"""Judges the French of a catalogue: complete, confirmed, with the placeholders of the English, in good typography.

And in its own words: one for one thing (docs/glossary.md), and none that takes whoever reads it for a man.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"
TAG = re.compile(r"<[^>]*>|&#?\w+;")
# (what must not be found in French, what to write instead)
TYPOGRAPHY = (
    (re.compile("'"), "the apostrophe ’"),
    (re.compile('["“”]'), "« and » around a quotation"),
    (re.compile(r"\.\.\."), "the ellipsis …"),
    (re.compile(rf"(?<!{NO_BREAK}):(?=\s|$)"), "a no-break space (U+00A0) before :"),
    (re.compile(rf"(?<!{NO_BREAK})»|«(?!{NO_BREAK})"), "a no-break space (U+00A0) inside « »"),
    (re.compile(rf"(?<![{NARROW_NO_BREAK}!?])[;!?]"), "a narrow no-break space (U+202F) before ; ! ?"),
)
# The same for words. Nobody is told "vous êtes connecté": what happened is said, not to whom.
WORDING = (
    (re.compile(r"\b[Vv]ous (?:vous )?(?:n’)?êtes (?:pas )?\w+[éu]s?\b"), "what happened, not what a man became"),
    (re.compile(r"\b[Jj]e (?:ne |n’en )?suis (?:pas )?(?:\w+[éu]|sûr)s?\b|\bvous seul\b"), "words of no gender"),
    (re.compile(r"\w\((?:e|s|es|ne|trice)\)"), "a word without letters in brackets"),
    (re.compile(r"\b(?:l’|une |aucune )infirmière\b(?! ou)", re.IGNORECASE), "soins infirmiers, or both words"),
    (re.compile(r"accès exceptionnel|bris de glace"), "accès en urgence"),
    (re.compile(r"\bimportation"), "import"),
    (re.compile(r"\be-?mails?\b|\bmails?\b"), "courriel, adresse électronique"),
    (re.compile(r"\blogins?\b|\bdigital|\bsupporter\b"), "a French word"),
    (re.compile(r"  | %%"), "one space, and a no-break one before %"),
)


def read_catalogue(path: Path) -> Catalog:
    """Read the catalogue at `path`."""
    with path.open("rb") as file:
        return read_po(file)


def texts(catalogue: Catalog) -> dict[tuple[str | None, str | tuple[str, ...]], Message]:
    """Return the messages of `catalogue` without its header, by their context and English."""
    return {(message.context, message.id): message for message in catalogue if message.id}


def faults(message: Message) -> list[str]:
    """Return what is wrong with the French of one text."""
    forms = forms_of(message)
    if not all(forms) or len(forms) != len(english_of(message)):
        return ["no French"]
    found = ["fuzzy, to be confirmed"] if message.fuzzy else []
    if placeholders_differ(message):
        found.append("other placeholders in French than in English")
    french = " ".join(forms)
    return found + [f"write {advice}" for advice in [*typography(french), *wording(french)]]


def typography(french: str) -> list[str]:
    """Return which rules of French typography `french` breaks, each as what to write instead."""
    plain = TAG.sub("", french)
    return [advice for wrong, advice in TYPOGRAPHY if wrong.search(plain)]


def wording(french: str) -> list[str]:
    """Return which words of `french` the house does not use, each as what to write instead."""
    return [advice for wrong, advice in WORDING if wrong.search(french)]


def english_of(message: Message) -> tuple[str, ...]:
    """Return the text, or its singular and its plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the French, or its singular and its plural."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders_differ(message: Message) -> bool:
    """A French singular may say "une" where English counts; nothing else may be left out, nothing added."""
    wanted = [set(PLACEHOLDER.findall(text)) for text in english_of(message)]
    written = [set(PLACEHOLDER.findall(text)) for text in forms_of(message)]
    if len(wanted) == 1:
        return wanted != written
    singular, plural = written
    return plural != wanted[1] or not singular <= wanted[0] | wanted[1]
