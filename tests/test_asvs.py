"""docs/asvs.md: every requirement of levels 1 and 2 once, with proof that exists; and what it says of the code."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from access.models import User
from tests.addresses import views_of
from tests.doors import AtDoor
from tests.test_citations import anchors
from tests.test_consistency import SOURCES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "asvs.md"
STATES = {"met", "hospital", "not applicable", "not met"}
SCRIPTS = sorted((ROOT / "carehub" / "static").rglob("*.js"))
# How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has, and which numbers it leaves to level 3.
SECTIONS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1, 4.3 2,
4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2,
7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2,
11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3,
15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""


@dataclass(frozen=True)
class Line:
    number: str
    state: str
    how: str
    proof: str


def lines() -> list[Line]:
    """The lines of the tables of levels 1 and 2."""
    text = DOCUMENT.read_text(encoding="utf-8").partition("\n## Beyond level 2")[0]
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| \d", text, re.MULTILINE)), "A line has not five cells."
    return [Line(number, state.strip(), how.strip(), proof.strip()) for number, _asked, state, how, proof in rows]


def wanted() -> Iterator[str]:
    for section, many in re.findall(r"(\d+\.\d+) (\d+)", SECTIONS):
        yield from (f"{section}.{number}" for number in range(1, int(many) + 1))


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


def test_every_requirement_stands_there_once_and_in_its_order() -> None:
    assert [line.number for line in lines()] == list(wanted())
    assert len(lines()) == 253


def test_state_is_one_of_four_and_counted_at_the_top() -> None:
    text, counted = DOCUMENT.read_text(encoding="utf-8"), Counter(line.state for line in lines())

    assert set(counted) == STATES
    said = dict(re.findall(r"^\| (met|hospital|not applicable|not met) \| (\d+) \|", text, re.MULTILINE))
    assert {state: int(many) for state, many in said.items()} == dict(counted)


def test_what_is_met_has_proof_and_what_is_not_says_what_is_missing() -> None:
    assert [line.number for line in lines() if line.state == "met" and not line.proof] == []
    assert [line.number for line in lines() if line.state != "met" and not line.how] == []


def test_every_cited_test_and_document_exists() -> None:
    missing = []
    for line in lines():
        links = re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", line.proof)
        assert re.fullmatch(r"((`[^`]+`|\[[^\]]+\]\([^)]+\))(, |$))*", line.proof), line.proof
        for path, name in re.findall(r"`([^`:]+)(?:::(\w+))?`", line.proof):
            file = ROOT / path
            if not file.exists() or (name and name not in names_in(file)) or not path.startswith("tests/"):
                missing.append(f"{line.number}: {path}::{name}")
        for target, section in links:
            document = DOCUMENT.parent / target
            if not document.exists() or (section and section not in anchors(document)):
                missing.append(f"{line.number}: {target}#{section}")

    assert missing == []


# --- What the table says of the code, where no other test has it as its subject -------------------------------------

OF_THE_PRODUCT = [path for path in SOURCES if not {"migrations", "tools"} & set(path.parts)]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in OF_THE_PRODUCT}
# Doors load these; what only commands of an administrator do may start programs.
OF_COMMANDS = {"keeping", "installation", "management"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls() -> Iterator[tuple[Path, str, ast.Call]]:
    """Every call in the product, with what is called as it is written."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, ast.unparse(node.func), node


def importing(*modules: str) -> set[str]:
    found = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name == module or name.startswith(f"{module}.") for name in names for module in modules):
                found.add(name_of(path))
    return found


def test_nothing_is_evaluated_as_code() -> None:
    evaluating = {"eval", "exec", "compile", "__import__", "Template", "Engine", "Engine.from_string", "from_string"}

    assert [f"{name_of(path)}: {called}" for path, called, _call in calls() if called in evaluating] == []
    assert importing("pickle", "marshal", "shelve", "yaml", "xml", "lxml", "jinja2") == set()


def test_nothing_is_marked_safe_but_what_is_written_here() -> None:
    marked = [name_of(path) for path, called, _call in calls() if called in {"mark_safe", "SafeString", "html_safe"}]
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))

    # A message kept with its mark, as the first answer said it; parts of pages of which each value was escaped.
    assert sorted(marked) == ["access/repeats.py", "access/stencils.py", "access/stencils.py"]
    assert sorted(re.findall(r"\{\{ ([\w.]+)\|safe", templates)) == [
        "field.help_text",
        "guide.card.html",
        "guide.lead",
        "section.html",
    ]
    assert "autoescape off" not in templates


def test_no_statement_is_built_of_a_value() -> None:
    """An f-string may name a table of ours; a value goes apart. Words of a request are near no statement."""
    built = {
        name_of(path)
        for path, called, call in calls()
        if called.endswith((".execute", ".executemany", "RawSQL", ".raw", ".extra"))
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    }
    of_requests = {name_of(path) for path, tree in TREES.items() if "request.POST" in ast.unparse(tree)}

    assert built & of_requests == set()


def test_no_program_is_started_through_a_shell_and_none_by_a_door() -> None:
    starting = importing("subprocess", "os.system", "pty", "multiprocessing")

    assert {path for path in starting if not OF_COMMANDS & set(path.split("/"))} == set()
    assert [name_of(path) for path, called, _call in calls() if called in {"os.system", "os.popen"}] == []
    assert [
        name_of(path) for path, _called, call in calls() if any(each.arg == "shell" for each in call.keywords)
    ] == []


def test_no_pattern_is_built_of_what_somebody_typed() -> None:
    """Each pattern is a literal or a constant's name: nothing that a function was given."""
    given = []
    for path, called, call in calls():
        if called.startswith("re.") and call.args and isinstance(call.args[0], ast.Name):
            name = call.args[0].id
            if name.upper() != name and not re.search(rf"for \(?[\w, ]*\b{name}\b", path.read_text(encoding="utf-8")):
                given.append(f"{name_of(path)}: {name}")

    assert given == []


def test_one_module_speaks_to_other_machines() -> None:
    speaking = importing("requests", "urllib.request", "http.client", "httpx", "urllib3", "smtplib", "ftplib", "ldap3")

    assert speaking == {"access/provider/client.py"}


def test_ciphers_are_of_libraries_and_each_in_its_module() -> None:
    assert importing("cryptography") == {"access/sealing.py"}
    assert importing("pyrage") == {
        "appointments/handover/keys.py",
        "appointments/handover/sealing.py",
        "carehub/keeping/sealing.py",
    }
    weak = {"hashlib.md5", "hashlib.sha1", "hashlib.new", "md5", "sha1", "random.random", "random.choice"}
    assert [f"{name_of(path)}: {called}" for path, called, _call in calls() if called in weak] == []


def test_no_form_takes_all_columns_of_a_row() -> None:
    built = [name_of(path) for path, tree in TREES.items() if "ModelForm" in ast.unparse(tree)]

    assert built == []


def test_query_and_form_are_never_read_as_one() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in OF_THE_PRODUCT)

    assert re.findall(r"request\.REQUEST|GET *\| *request\.POST|\*\*request\.(?:GET|POST)", text) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_text_and_evaluate_nothing(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__|\"message\"|\bfor \(.* in "
    )

    # `in` walks up a prototype; what is named by others stands in a Map.
    assert re.findall(forbidden, text) == []


@pytest.mark.django_db
def test_form_without_its_token_is_refused_at_every_address(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    browser.handler.enforce_csrf_checks = True
    asked_for = {route: not getattr(view, "csrf_exempt", False) for route, view in views_of("care")}

    codes = {route: browser.post(re.sub(r"<[^>]+>", "1", route), {"name": "x"}).status_code for route in asked_for}

    # What asks for no form token wants another one, and a session opens nothing there.
    refused = {True: {403, 404}, False: {401, 404}}
    assert {route: code for route, code in codes.items() if code not in refused[asked_for[route]]} == {}


@pytest.mark.parametrize("door", ["prison", "accounts"])
def test_no_view_of_these_doors_does_without_a_form_token(door: str) -> None:
    assert [route for route, view in views_of(door) if getattr(view, "csrf_exempt", False)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/static/", "/static/carehub/", "/static/carehub/base/", "/static/../manage.py"])
def test_folder_of_style_sheets_is_not_listed(alice: User, at_door: AtDoor, path: str) -> None:
    assert at_door(alice).get(path).status_code == 404
