"""Rules about the code itself that no single feature owns."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FRONT = sorted(path for ending in ("css", "js") for path in (ROOT / "carehub" / "static").rglob(f"*.{ending}"))
SOURCES = sorted(path for app in ("access", "appointments", "carehub") for path in (ROOT / app).rglob("*.py"))
WRITTEN = [path for path in [*SOURCES, *sorted(TESTS.rglob("*.py"))] if "migrations" not in path.parts]
DOORS = ("care", "prison", "accounts")
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 120
WIDEST_LINE = 120


def views_of(door: str) -> Iterator[tuple[str, object]]:
    """Every address of a door with its view."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern.callback

    yield from walk(get_resolver(f"carehub.urls.{door}").url_patterns, "/")


@pytest.mark.parametrize("door", DOORS)
def test_every_view_says_who_may_open_it(door: str) -> None:
    silent = [route for route, view in views_of(door) if not hasattr(view, "audience")]

    assert silent == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_brings_no_inline_code_and_nothing_from_outside(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    # `one=` names a variable of an include; there is no such event.
    inline = r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son(?!e=)[a-z]+=|(?:src|href)=[\"']https?:"
    assert re.findall(inline, text) == []


def test_list_stays_a_list() -> None:
    """With a role of its own (role="status" on a ul) its lines are lines of nothing to whoever listens."""
    lists = re.compile(r"<(?:ul|ol)\b[^>]*\srole=(?!.list)")
    found = [path.name for path in TEMPLATES if lists.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_every_template_is_used() -> None:
    words = "\n".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *SOURCES])
    # Names that Django or a package asks for by itself.
    asked_for_elsewhere = {"django/forms/field.html"}
    unused = [
        name
        for path in TEMPLATES
        if (name := str(path.relative_to(ROOT / "templates"))) not in asked_for_elsewhere and f'"{name}' not in words
    ]

    assert unused == []


def test_changelog_begins_with_the_version_of_the_product() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == version


def test_no_lock_file_holds_an_address() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json", ROOT / "pyproject.toml"]

    assert [str(path) for path in locks if re.search(r"https?://", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_file_has_one_job_and_says_it(source: Path) -> None:
    text = source.read_text(encoding="utf-8")

    assert "TODO" not in text
    assert "FIXME" not in text
    if text.strip() and not source.name.startswith("0001") and source.name != "__init__.py":
        assert text.startswith(('"""', "#!"))


@pytest.mark.parametrize("source", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_function_is_short_enough_to_be_read_at_once(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]

    too_long = [each.name for each in functions if (each.end_lineno or 0) - each.lineno >= LONGEST_FUNCTION]
    assert too_long == []


@pytest.mark.parametrize("path", [*TEMPLATES, *FRONT], ids=lambda path: str(path.relative_to(ROOT)))
def test_template_style_sheet_or_script_fits_a_screen_in_width(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert [number for number, line in enumerate(lines, start=1) if len(line) > WIDEST_LINE] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_is_short_and_keeps_a_colon_with_its_word(template: Path) -> None:
    lines = template.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LONGEST_TEMPLATE
    # The formatter puts two tags in a row on two lines, which shows as a space: name the word, then {{ word }}:
    assert [number for number, line in enumerate(lines, start=1) if line.lstrip().startswith('{% translate ":"')] == []


def test_movement_has_no_relation_to_the_agenda_and_no_free_text() -> None:
    from appointments.models.movement import Movement

    fields = {field.name: field for field in Movement._meta.get_fields()}

    assert set(fields) == {
        "id",
        "establishment",
        "building",
        "cell",
        "last_name",
        "first_name",
        "register_number",
        "expected_at",
        "visible_from",
        "is_added",
        "withdrawn_from",
        "restored_from",
        # What officers record, each from a closed list or the clock.
        "state",
        "state_at",
        "impediment",
    }
    assert fields["state"].choices
    assert fields["impediment"].choices
    assert {name for name, field in fields.items() if field.is_relation} == {"establishment", "building"}


def calls_of(name: str, path: Path) -> Iterator[ast.Call]:
    """Every call of a method `name` in a source file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def test_who_locks_an_account_or_a_place_lets_others_point_to_it() -> None:
    """Every booking points to both: a stronger lock than an update takes would hold all of them up."""
    locked = [
        (str(path.relative_to(ROOT)), ast.unparse(call))
        for path in SOURCES
        for call in calls_of("select_for_update", path)
        if re.match(r"(User|Establishment)\b", ast.unparse(call))
    ]

    assert len(locked) >= 4
    assert [place for place, call in locked if "no_key=True" not in call] == []
    # What an administrator does to an account is done in the database.
    in_the_wall = {
        path.stem: re.findall(
            r"FROM access_(?:user|establishment)\b[^;]*? (FOR [A-Z ]+);", path.read_text(encoding="utf-8")
        )
        for path in (ROOT / "appointments/wall/accounts/functions").glob("*.sql")
    }
    assert {name: locks for name, locks in in_the_wall.items() if locks} == {
        "access_keep_a_factor": ["FOR UPDATE"],
        "access_keep_an_administrator": ["FOR NO KEY UPDATE"],
        "access_put_access": ["FOR NO KEY UPDATE"],
        "access_rename": ["FOR NO KEY UPDATE"],
        "access_set_active": ["FOR NO KEY UPDATE"],
    }


def test_who_has_no_browser_leaves_every_browser_test_out() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "not browser", "tests/browser"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout + done.stderr
    assert re.search(r"no tests collected \(\d+ deselected\)", done.stdout)
