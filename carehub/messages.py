"""Collects the texts to translate, keeps their French and compiles it, without the gettext programs.

Knows nothing of what the texts are about. Django turns a template into calls of gettext; Babel reads them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

Key: TypeAlias = tuple[str | None, str]
Forms: TypeAlias = tuple[str, ...]

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("access", "appointments", "carehub", "templates")
TEMPLATES = (".html", ".svg", ".txt", ".xml")
LANGUAGE = "fr"
CONTEXT_END = "\u0004"  # gettext's own separator between a context and its text

HEADER = """# The French of CareHub: every text that a person reads, in the order of the files that say it.
# `make messages` collects the texts; the French is written here.
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""

# A function's name, and which of its arguments are the context ("c"), the text and its plural.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

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


def po_path(root: Path = ROOT) -> Path:
    """Return where the French is kept."""
    return root / "carehub" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def mo_path(root: Path = ROOT) -> Path:
    """Return where the compiled French is put."""
    return po_path(root).with_suffix(".mo")


def collect(root: Path = ROOT) -> Catalog:
    """Return every text to translate of the Python files and the templates, with its files and no French."""
    catalog = Catalog(locale=LANGUAGE, fuzzy=False)
    for path in _sources(root):
        for line, text, comments, context in _texts(path):
            place = (path.relative_to(root).as_posix(), line)
            catalog.add(text, locations=[place], auto_comments=comments, context=context)
    return catalog


def load(path: Path) -> Catalog:
    """Return the catalogue at `path`; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def merge(found: Catalog, kept: Catalog, pairs: Mapping[str, str | list[str]]) -> list[str]:
    """Give the texts `found` the French of `pairs`, else that of `kept`.

    Return the keys of `pairs` that are no text's.
    """
    for message in texts(found):
        before = kept.get(_text(message), context=message.context)
        if before is not None and len(_forms(before)) == len(_forms(message)):
            message.string = before.string
            message.flags |= before.flags & {"fuzzy"}
        given = pairs.get(_json_key(message))
        if given is not None:
            _translate(message, given)
    known = {_json_key(message) for message in texts(found)}
    return sorted(set(pairs) - known)


def write(catalog: Catalog, path: Path) -> None:
    """Write `catalog` file by file, without line numbers or dates, so that differences stay small."""
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body.getvalue().decode("utf-8"), encoding="utf-8")


def compile_catalogue(root: Path = ROOT) -> None:
    """Compile the French into what Django reads; a process that reads it meanwhile never sees half a file."""
    compiled = mo_path(root)
    new = compiled.with_suffix(f".{os.getpid()}.new")
    with new.open("wb") as file:
        write_mo(file, load(po_path(root)))
    new.replace(compiled)


def compile_if_stale(root: Path = ROOT) -> None:
    """Compile the French when that was never done, or not since the French changed."""
    compiled = mo_path(root)
    if not compiled.exists() or compiled.stat().st_mtime < po_path(root).stat().st_mtime:
        compile_catalogue(root)


def read_pairs(paths: Iterable[Path]) -> dict[str, str | list[str]]:
    """Return the French of JSON files ({"text": "French" or ["singular", "plural"]}); the last file wins."""
    pairs: dict[str, str | list[str]] = {}
    for path in paths:
        pairs.update(json.loads(path.read_text(encoding="utf-8")))
    return pairs


def problems(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the French, one sentence each; none when every text has good French."""
    found, kept = collect(root), load(po_path(root))
    sentences = []
    for message in texts(found):
        translated = kept.get(_text(message), context=message.context)
        if translated is None or len(_forms(translated)) != len(_forms(message)):
            sentences.append(f"{_where(message)}: not collected yet (make messages): {_text(message)!r}")
        else:
            sentences += [f"{_where(message)}: {fault}: {_text(message)!r}" for fault in faults(translated)]
    known = {_json_key(message) for message in texts(found)}
    obsolete = [_text(message) for message in texts(kept) if _json_key(message) not in known]
    return sentences + [f"obsolete, no file says it (make messages): {text!r}" for text in obsolete]


def faults(message: Message) -> list[str]:
    """Return what is wrong with the French of one text."""
    forms = _forms(message)
    if not all(forms):
        return ["no French"]
    found = ["fuzzy, to be confirmed"] if message.fuzzy else []
    if _placeholders_differ(message):
        found.append("other placeholders in French than in English")
    return found + [f"write {advice}" for advice in typography(" ".join(forms))]


def typography(french: str) -> list[str]:
    """Return which rules of French typography `french` breaks, each as what to write instead."""
    plain = TAG.sub("", french)
    return [advice for wrong, advice in TYPOGRAPHY if wrong.search(plain)]


def texts(catalog: Catalog) -> list[Message]:
    """Return the texts of `catalog` without its header."""
    return [message for message in catalog if message.id]


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
                yield path


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Inside parentheses Python's tokens may stand at any indentation.
        source = f"({templatize(source, origin=str(path))})"
    yield from extract("python", BytesIO(source.encode()), KEYWORDS, ("Translators:",))


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> Forms:
    """Return the French forms: one, or a singular and a plural; empty where there is none."""
    given = message.string or ""
    forms = (given,) if isinstance(given, str) else tuple(given)
    wanted = 2 if message.pluralizable else 1
    return (*forms, "")[:wanted] if len(forms) < wanted else forms


def _json_key(message: Message) -> str:
    return f"{message.context}{CONTEXT_END}{_text(message)}" if message.context else _text(message)


def _translate(message: Message, given: str | list[str]) -> None:
    wanted = 2 if message.pluralizable else 1
    forms = [given] if isinstance(given, str) else list(given)
    if len(forms) == wanted:
        message.string = tuple(forms) if message.pluralizable else forms[0]
        message.flags.discard("fuzzy")


def _where(message: Message) -> str:
    return message.locations[0][0] if message.locations else "?"


def _placeholders_differ(message: Message) -> bool:
    """A French singular may say "une" where English counts; nothing else may be left out, nothing added."""
    english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    wanted = [set(PLACEHOLDER.findall(text)) for text in english]
    written = [set(PLACEHOLDER.findall(text)) for text in _forms(message)]
    if len(wanted) == 1:
        return wanted != written
    singular, plural = written
    return plural != wanted[1] or not singular <= wanted[0] | wanted[1]
