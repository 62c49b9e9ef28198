"""Each screen has its page of help, in French, of its own door; what the guides quote stands on the screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from access.enums import ROLES_OF_SIDE, Role, Side
from access.models import User
from carehub.guides.reading import COMMON, HOME, TEXTS, guide_for, guides_of, help_about, images_of
from tests.addresses import DOORS, routes_of
from tests.doors import AtDoor, DoorClient

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*TEXTS.glob("*/*.md"), *(ROOT / "docs" / "fr" / "roles").glob("*.md")])
NAMES = [f"{path.parent.name}/{path.name}" for path in FILES]
# No screens: signs of life, what a browser asks for by itself, what another program reads.
# What monitoring, style sheets, other programs and open pages ask by themselves.
NO_SCREEN = {"alive", "readyz", "language", "static", "fhir", "now"}
MOST_BYTES = 100_000
QUOTED = re.compile(r"\*\*(.+?)\*\*", re.S)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip()


@pytest.fixture(scope="module")
def french() -> set[str]:
    """Every French text of the catalogue."""
    with (ROOT / "carehub/locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        found = [message.string for message in read_po(file) if message.id]
    return {plain(each) for text in found for each in (text if isinstance(text, tuple) else (text,))}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_a_guide_quotes_stands_in_the_catalogue(path: Path, french: set[str]) -> None:
    quoted = {plain(words) for words in QUOTED.findall(path.read_text("utf-8"))}

    assert sorted(quoted - french) == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_guide_is_french_as_it_is_printed(path: Path) -> None:
    words = path.read_text("utf-8")

    assert (
        re.findall(r".{0,20}(?:[ \u00a0][;!?]|[ \u202f]:(?=\s)|« | »|')", re.sub(r"<!--.*?-->|`[^`]*`", "", words))
        == []
    )


def screens_of(door: str) -> set[str]:
    """The first words of all addresses of a door."""
    return {route.strip("/").split("/")[0] or HOME for route in routes_of(door)} - NO_SCREEN


@pytest.mark.parametrize(
    ("door", "role"), [(side.value, role) for side in Side for role in ROLES_OF_SIDE[side]], ids=str
)
def test_every_screen_has_its_help_for_every_role(door: str, role: Role) -> None:
    assert role in guide_for(door, role).roles
    missing = [screen for screen in screens_of(door) if help_about(door, role, f"/{screen}/")[1] is None]

    assert sorted(missing) == []


@pytest.mark.parametrize("door", DOORS)
def test_no_section_tells_of_a_screen_that_is_not_there(door: str) -> None:
    told = {
        screen for guide in guides_of(door) if guide.roles for section in guide.sections for screen in section.screens
    }

    assert sorted(told - screens_of(door)) == []


@pytest.mark.parametrize("door", DOORS)
def test_pictures_are_there_and_light_and_each_is_shown(door: str) -> None:
    shown = {
        name
        for guide in guides_of(door)
        for part in guide.sections
        for name in re.findall(r"images/([\w-]+\.webp)", part.html)
    }

    assert shown == set(images_of(door))
    assert shown != set()
    assert [name for name, path in images_of(door).items() if path.stat().st_size > MOST_BYTES] == []


def test_officers_read_theirs_in_ten_seconds() -> None:
    """Some 40 words: at two to four words a second, what one reads in ten seconds, and then looks for."""
    for role in ROLES_OF_SIDE[Side.PRISON]:
        words = plain(guide_for("prison", role).card.html).split()
        assert len(words) <= 60, role


def test_nurse_opens_the_help_of_the_screen_and_its_card(alice: User, at_door: AtDoor) -> None:
    nurse = at_door(alice)

    assert 'href="/help/equipe#courrier-et-demandes"' in nurse.get("/triage").text
    assert nurse.get("/help/")["Location"] == "/help/equipe"
    page, card = nurse.get("/help/equipe"), nurse.get("/help/equipe/card")
    assert 'id="courrier-et-demandes"' in page.text
    assert "écrans" not in page.text
    assert "Courrier du jour" in card.text
    assert "La journée" not in card.text
    picture = nurse.get("/help/images/journee.webp")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")


def test_prison_door_serves_no_page_or_picture_of_care(olga: User, alice: User, at_door: AtDoor) -> None:
    officer, nurse = at_door(olga), at_door(alice)
    own = {path.stem for path in (TEXTS / "prison").glob("*.md")} | {
        path.stem for path in (TEXTS / COMMON).glob("*.md")
    }

    assert {guide.name for guide in guides_of("prison")} == own
    assert officer.get("/help/").status_code == 302
    for name in ("equipe", "praticien", "responsable", "comptes", "..", "%2e%2e", "x" * 300):
        assert officer.get(f"/help/{name}").status_code == 404
        assert officer.get(f"/help/{name}/card").status_code == 404
    for name in ("journee.webp", "../../care/images/journee.webp", "..%2fetage", "etage"):
        assert officer.get(f"/help/images/{name}").status_code == 404
    assert nurse.get("/help/etage").status_code == 404
    words = " ".join(path.read_text("utf-8") for path in (TEXTS / "prison").glob("*.md")).lower()
    assert [secret for secret in ("psych", "dent", "discipline", "médecin", "kiné", "addict") if secret in words] == []


def test_help_needs_somebody_signed_in(db: None) -> None:
    for path in ("/help/", "/help/equipe", "/help/equipe/card", "/help/images/journee.webp"):
        assert DoorClient("care").get(path)["Location"].startswith("/sign-in")
