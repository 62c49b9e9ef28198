"""What comments, docstrings and documents cite is there: documents and their sections, decisions, files, tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db.models import Choices
from django.utils import translation

from access.enums import Role, Side
from appointments.models.enums import appointment, escort, movement, prints, request

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("access", "appointments", "carehub", "docs", "scripts", "templates", "tests")
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".sh", ".sql"}


def written() -> Iterator[Path]:
    """Every file that a person writes, this one apart: it cites in order to say what a citation is."""
    yield from (ROOT / name for name in ("CHANGELOG.md", "Makefile", "README.md", "SECURITY.md", "pyproject.toml"))
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES and path != Path(__file__))


TEXTS = {path: path.read_text(encoding="utf-8") for path in sorted(written())}
DOCUMENTS = {path: text for path, text in TEXTS.items() if path.suffix == ".md"}
TESTS = "\n".join(text for path, text in TEXTS.items() if path.name.startswith("test_"))
CLOSED_LISTS = ROOT / "docs" / "closed-lists.md"


def cited_in_vain(pattern: str, texts: dict[Path, str], exists: Callable[[re.Match[str], Path], bool]) -> list[str]:
    """Return what `pattern` finds in `texts` and what does not exist, with the file that cites it."""
    return [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path, text in texts.items()
        for found in re.finditer(pattern, text)
        if not exists(found, path)
    ]


def test_cited_decisions_exist() -> None:
    numbers = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md")}

    found = cited_in_vain(r"\b(?:adr/|ADRs? )0*(\d+)\b", TEXTS, lambda cited, _path: int(cited[1]) in numbers)

    assert found == []


def test_cited_documents_exist() -> None:
    def exists(cited: re.Match[str], path: Path) -> bool:
        return any((base / cited[0]).exists() for base in (ROOT, ROOT / "docs", path.parent))

    # A decision may be cited by its number alone.
    assert cited_in_vain(r"(?<![\w/.-])(?!docs/adr/\d+\b)docs/[\w/-]+(?:\.\w+)?", TEXTS, exists) == []
    assert cited_in_vain(r"(?<![\w/.-])[\w/-]+\.md\b", TEXTS, exists) == []


def test_links_between_documents_lead_somewhere() -> None:
    def exists(cited: re.Match[str], path: Path) -> bool:
        target, _hash, section = cited[1].partition("#")
        document = (path.parent / target) if target else path
        return document.exists() and (not section or section in anchors(document))

    assert cited_in_vain(r"\]\((?!https?:)([^)\s]+)\)", DOCUMENTS, exists) == []


def anchors(document: Path) -> set[str]:
    """Return the names by which links reach the headings of `document`."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_cited_sections_exist() -> None:
    def exists(cited: re.Match[str], _path: Path) -> bool:
        wanted = " ".join(cited[2].strip('"“”').split())
        document = (ROOT / cited[1]).read_text(encoding="utf-8")
        headings = re.findall(r"^(?:#+ |- \*\*)([^*\n]+)", document, re.MULTILINE)
        if wanted[0].isdigit():
            return any(heading.startswith((f"{wanted}. ", f"{wanted} ")) for heading in headings)
        return any(heading.lower() == wanted.lower() for heading in headings)

    section = r"(docs/[\w-]+\.md),\s+(\d[\d.]*(?<!\.)|\"[^\"]+\"|“[^”]+”)"
    assert cited_in_vain(section, TEXTS, exists) == []


def test_cited_files_exist() -> None:
    folders = "access|appointments|carehub|scripts|templates|tests"

    found = cited_in_vain(
        rf"(?<![\w/.-])(?:{folders})/[\w/-]+\.(?:css|html|js|py|sh|sql)\b",
        DOCUMENTS,
        lambda cited, _path: (ROOT / cited[0]).exists(),
    )

    assert found == []


def test_tests_that_documents_name_as_proof_exist() -> None:
    def exists(cited: re.Match[str], _path: Path) -> bool:
        ending = r"\w*" if cited[2] else r"\b"
        return re.search(rf"\bdef {cited[1]}{ending}\(", TESTS) is not None

    assert cited_in_vain(r"`(test_\w+)(\*?)`", DOCUMENTS, exists) == []


def test_migrations_are_cited_with_their_app_and_exist() -> None:
    """Migrations are renumbered; a name of a trigger or constraint is the better citation."""
    sources = {path: text for path, text in TEXTS.items() if "migrations" not in path.parts}

    assert cited_in_vain(r"\bmigrations? 0\d{3}\b", sources, lambda _cited, _path: False) == []
    found = cited_in_vain(
        r"`(access|appointments)\.(\d{4})`",
        sources,
        lambda cited, _path: any((ROOT / cited[1] / "migrations").glob(f"{cited[2]}_*.py")),
    )
    assert found == []


@pytest.mark.parametrize(
    "closed_list",
    [
        appointment.NotComeReason,
        appointment.CancelReason,
        appointment.RefusalCause,
        escort.EscortCancelReason,
        escort.TransportNote,
        movement.MovementState,
        movement.FreezeReason,
        movement.Urgency,
        prints.SlipLabel,
        request.Source,
        request.RequestAnswer,
        request.Closing,
        request.Cause,
        request.QuestionDecision,
        Side,
        Role,
    ],
)
def test_document_of_the_closed_lists_says_what_the_screens_say(closed_list: type[Choices]) -> None:
    rows = re.findall(r"^\| `(\S+)` \| ([^|]+) \| ([^|]+) \|", CLOSED_LISTS.read_text(encoding="utf-8"), re.MULTILINE)

    for choice in closed_list:
        with translation.override("fr"):
            french = str(choice.label)
        assert (str(choice.value), french, str(choice.label)) in rows


def test_document_of_the_closed_lists_says_which_reasons_the_prison_may_give() -> None:
    section = CLOSED_LISTS.read_text(encoding="utf-8").split("\n## ")[1]
    said_by = dict(re.findall(r"^\| `(\S+)` \| [^|]+ \| [^|]+ \| (\w+) \|", section, re.MULTILINE))

    assert {code for code, who in said_by.items() if who != "care"} == {*map(str, appointment.PRISON_MAY_SAY)}
    assert {code for code, who in said_by.items() if who != "prison"} == {*map(str, appointment.CARE_MAY_SAY)}


def test_glossary_defines_each_word_once() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [word for cell in re.findall(r"^\| ([^|]+) \|", glossary, re.MULTILINE) for word in cell.split(", ")]

    assert sorted({word for word in words if words.count(word) > 1}) == []
