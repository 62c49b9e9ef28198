"""A terminal that officers share: keys and tokens instead of telephones, quick ways out, nothing left behind."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django_otp.oath import hotp
from django_otp.plugins.otp_hotp.models import HOTPDevice
from playwright.sync_api import Page, Route, expect

from access.enums import Role
from access.models import Session, User
from carehub.tools import doors as processes
from carehub.tools.embedded.server import clean_environment
from tests.browser.conftest import database_urls
from tests.browser.scenes import fill
from tests.browser.steps import choose_password, enrol, sign_in, type_code, type_password
from tests.browser.test_desk_journey import forgive
from tests.browser.test_every_page import complaints, switch_language
from tests.browser.watch import Watch
from tests.conftest import Unit
from tests.factories import PASSWORD, member

Visit = Callable[..., Page]
KEY = bytes(range(20))
IDLE_SECONDS = 15
OTHER_STORES = """async () => ({
    caches: (await caches.keys()).length, databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "caches": 0, "databases": 0, "workers": 0}


def kept(page: Page) -> dict[str, object]:
    """What the browser stores for the door, cookies apart, as the browser itself says: no script of a page is asked."""
    session, origin = page.context.new_cdp_session(page), page.evaluate("location.origin")
    stored = {
        name: session.send(
            "DOMStorage.getDOMStorageItems",
            {"storageId": {"securityOrigin": origin, "isLocalStorage": name == "local"}},
        )["entries"]
        for name in ("local", "session")
    }
    return {**stored, **page.evaluate(OTHER_STORES)}


def plug_in_a_key(page: Page) -> None:
    """A security key of the browser's own, whose button is always pressed."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def pressed(times: int) -> str:
    """What the token shows after so many presses before."""
    return f"{hotp(KEY, times):06d}"


@pytest.fixture
def at_localhost(addresses: dict[str, str], visit: Visit) -> Callable[..., Page]:
    """Return a function that opens a door under the name localhost: a number is no address for a key."""

    def at(door: str, **options: object) -> Page:
        return visit(door, base=addresses[door].replace(processes.LOOPBACK, "localhost"), **options)

    return at


def test_officer_registers_a_security_key_at_the_first_sign_in_and_signs_in_with_it(
    unit_a: Unit, at_localhost: Callable[..., Page]
) -> None:
    member(Role.FLOOR_OFFICER, unit_a.establishment, username="osman", full_name="Osman Petit")
    page = at_localhost("prison")
    plug_in_a_key(page)

    page.goto("/")
    type_password(page, "osman")
    page.get_by_role("link", name="Security key").click()
    expect(page.get_by_label("Name or serial number")).to_be_visible()
    found = list(complaints(page))
    page.get_by_label("Name or serial number").fill("Blue key")
    page.get_by_role("button", name="Register my key").click()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("link", name="Osman Petit").click()
    expect(page.get_by_role("link", name="Blue key")).to_be_visible()
    found += complaints(page)
    page.get_by_role("link", name="Blue key").click()
    expect(page.get_by_text("You have signed in with it just now.")).to_be_visible()
    found += complaints(page)
    switch_language(page)
    found += complaints(page)
    switch_language(page)
    page.get_by_role("button", name="Sign out").click()

    type_password(page, "osman")
    expect(page.get_by_role("button", name="Use my security key")).to_be_visible()
    found += complaints(page)
    page.get_by_role("button", name="Use my security key").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Movement list")
    assert found == []


def test_stranger_with_another_key_does_not_get_in_and_reads_why(
    unit_a: Unit, oscar: User, at_localhost: Callable[..., Page]
) -> None:
    enrol(oscar)
    page = at_localhost("prison")
    plug_in_a_key(page)
    sign_in(page, oscar, None, path="/my-account/new-factor/key")
    page.get_by_label("Name or serial number").fill("Mine")
    page.get_by_label("Present password").fill("wrong")
    page.get_by_role("button", name="Register my key").click()
    expect(page.get_by_text("This is not your present password.").first).to_be_visible()
    expect(page.get_by_label("Name or serial number")).to_have_value("Mine")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Register my key").click()
    expect(page.get_by_text("Your new second factor holds from now on.")).to_be_visible()

    stranger = at_localhost("prison")
    plug_in_a_key(stranger)
    stranger.goto("/")
    type_password(stranger, "oscar")
    stranger.get_by_role("button", name="Use my security key").click()
    expect(stranger.get_by_role("alert")).to_contain_text("The key did not answer.")
    assert list(complaints(stranger)) == []


def test_key_is_asked_for_only_by_a_page_that_can_ask_it(
    unit_a: Unit, oscar: User, at_localhost: Callable[..., Page]
) -> None:
    enrol(oscar)
    page = at_localhost("prison")
    plug_in_a_key(page)
    held: list[Route] = []
    page.route("**/security_key*.js", lambda route: route.continue_() if held else held.append(route))
    sign_in(page, oscar, None, path="/")
    with page.expect_request("**/security_key*.js"):
        page.goto("/my-account/new-factor/key", wait_until="commit")
    register = page.get_by_role("button", name="Register my key")

    page.get_by_label("Name or serial number").fill("Mine")
    page.get_by_label("Present password").fill(PASSWORD)
    expect(register).to_be_disabled()
    held[0].continue_()
    register.click()
    expect(page.get_by_text("Your new second factor holds from now on.")).to_be_visible()

    plain = at_localhost("prison", java_script_enabled=False)
    plain.goto("/")
    type_password(plain, "oscar")
    expect(plain.get_by_role("button", name="Use my security key")).to_be_disabled()
    # Playwright looks past <noscript>, whatever the browser shows of it.
    assert "Security keys need JavaScript, which is off in this browser." in plain.content()
    expect(plain.get_by_label("Code", exact=True)).to_be_visible()


def test_administrator_hands_out_a_token_and_the_officer_signs_in_with_its_button(
    unit_a: Unit, ada: User, visit: Visit
) -> None:
    officer = member(Role.FLOOR_OFFICER, unit_a.establishment, username="osman", full_name="Osman Petit")
    desk = sign_in(visit("accounts"), ada)
    desk.get_by_role("link", name="Osman Petit", exact=True).click()
    desk.get_by_text("Give a token…").click()
    found = list(complaints(desk))
    desk.get_by_label("shows a code when its button is pressed").check()
    desk.get_by_label("Name or serial number").fill("88-1203")
    desk.get_by_label("Secret").fill("ABCDEFGH")
    desk.get_by_role("button", name="Give this token").click()
    expect(desk.get_by_text("A secret has 16 to 40 bytes").first).to_be_visible()
    expect(desk.get_by_label("Name or serial number")).to_have_value("88-1203")
    found += complaints(desk)
    desk.get_by_label("Secret").fill("AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT")
    desk.get_by_label("Code it shows now").fill(pressed(2))
    desk.get_by_role("button", name="Give this token").click()
    expect(desk.get_by_text("token with a button").first).to_be_visible()

    page = visit("prison")
    page.goto("/")
    type_password(page, "osman")
    type_code(page, pressed(3))
    expect(page.get_by_role("region", name="Your code sheet").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("button", name="I have kept them").click()
    choose_password(page, "les clefs du bâtiment A")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Movement list")
    assert HOTPDevice.objects.using("prison").get(user=officer).counter == 4
    assert found == []


def test_person_enrols_a_token_alone_in_both_languages(unit_a: Unit, visit: Visit) -> None:
    member(Role.NURSE, unit_a.establishment, username="nadia")
    page = visit("care")
    page.goto("/")
    type_password(page, "nadia")
    page.get_by_role("link", name="Hardware token").click()
    found = list(complaints(page))
    switch_language(page)
    found += complaints(page)
    switch_language(page)
    page.get_by_label("shows a code when its button is pressed").check()
    page.get_by_label("Secret").fill(KEY.hex())
    page.get_by_label("Name or serial number").fill("88-1203")
    page.get_by_label("Code it shows now").fill(pressed(0))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("region", name="Your code sheet")).to_be_visible()
    assert found == []


def test_one_key_signs_out_at_once_and_the_back_button_shows_nobody(unit_a: Unit, oscar: User, visit: Visit) -> None:
    fill(unit_a)
    page = sign_in(visit("prison"), oscar)
    expect(page.get_by_text("DURAND Paul").first).to_be_visible()

    page.keyboard.press("F8")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "DURAND" not in page.content()
    assert kept(page) == NOTHING


def test_nothing_of_a_day_of_work_stays_in_the_browser(unit_a: Unit, olga: User, visit: Visit) -> None:
    fill(unit_a)
    page = sign_in(visit("prison"), olga, enrol(olga))
    for path in ("/?day=tomorrow", "/print", "/calendar", "/my-account", "/"):
        page.goto(path)
        assert kept(page) == NOTHING, path

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert kept(page) == NOTHING
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    # That this computer is known says who has signed in here to nobody but the server.
    assert cookies <= {"carehub_prison_csrf", "carehub_prison_lang", "carehub_prison_device"}


def test_tab_of_the_officer_before_shows_nothing_once_another_has_signed_in(
    unit_a: Unit, oscar: User, olga: User, visit: Visit
) -> None:
    fill(unit_a)
    before = sign_in(visit("prison"), oscar, path="/my-account")
    expect(before.get_by_role("link", name=oscar.full_name)).to_be_visible()
    authenticator = enrol(olga)

    after = before.context.new_page()
    after.goto("/my-account")
    after.get_by_role("button", name="Sign out").click()
    type_password(after, olga.username)
    type_code(after, authenticator.code())
    expect(after.get_by_role("link", name=olga.full_name)).to_be_visible()
    before.bring_to_front()
    before.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(before.get_by_role("heading", level=1)).to_contain_text("Movement list")
    expect(before.get_by_role("link", name=oscar.full_name)).to_have_count(0)


def test_form_of_the_officer_before_is_refused_in_the_name_of_the_next(
    unit_a: Unit, oscar: User, olga: User, visit: Visit
) -> None:
    before = sign_in(visit("prison"), oscar, path="/my-account")
    authenticator = enrol(olga)
    before.evaluate(
        "window.stop(); document.body.dataset.carehubSession = '/alive'"
    )  # a tab that has heard nothing yet
    after = before.context.new_page()
    after.goto("/my-account")
    after.get_by_role("button", name="Sign out").click()
    type_password(after, olga.username)
    type_code(after, authenticator.code())
    expect(after.get_by_role("link", name=olga.full_name)).to_be_visible()

    before.get_by_label("Present password").fill(PASSWORD)
    before.get_by_role("button", name="Give me new codes").click()

    expect(before.get_by_role("heading", level=1)).to_have_text("Somebody else has signed in")
    assert list(complaints(before)) == []


@pytest.fixture
def impatient(doors_databases: dict[str, str], door_logs: Path, db: None) -> Iterator[str]:
    """A prison door of its own that ends idle sessions within seconds."""
    variables = {**clean_environment(), **database_urls(doors_databases), "CAREHUB_ENV": "test"}
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((processes.LOOPBACK, 0))
        door = processes.Door(name="prison", port=listener.getsockname()[1], listener=listener)
        logs = door_logs / "impatient"
        logs.mkdir(exist_ok=True)
        settings = {**variables, "CAREHUB_IDLE_SECONDS": str(IDLE_SECONDS)}
        with processes.opened([door], logs=logs, variables=settings) as running:
            processes.wait_until_open(running, logs=logs)
            yield door.address.rstrip("/")


def test_page_warns_lets_stay_and_leaves_by_itself_when_nobody_is_there(
    unit_a: Unit, oscar: User, impatient: str, visit: Visit
) -> None:
    fill(unit_a)
    page = sign_in(visit("prison", base=impatient), oscar, enrol(oscar))
    warning = page.get_by_role("alertdialog", name="Nobody there?")
    expect(warning).to_be_hidden()

    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    page.get_by_role("button", name="Stay").click()
    expect(warning).to_be_hidden()
    expect(page.get_by_text("DURAND Paul").first).to_be_visible()

    expect(warning).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "DURAND" not in page.content()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_warning_that_a_page_will_leave_is_accessible(unit_a: Unit, oscar: User, visit: Visit) -> None:
    page = sign_in(visit("prison"), oscar)
    # No clock runs meanwhile: looking closely takes longer than a warning stays.
    page.add_init_script("window.setInterval = () => 0")
    page.goto("/")

    page.evaluate("document.querySelector('[data-carehub-leaving]').hidden = false")

    expect(page.get_by_role("alertdialog", name="Nobody there?")).to_be_visible()
    assert list(complaints(page, sizes=({"width": 1366, "height": 768},))) == []


def test_page_leaves_though_the_first_time_that_it_asked_nobody_answered(
    unit_a: Unit, oscar: User, visit: Visit, watch: Watch
) -> None:
    fill(unit_a)
    page = visit("prison")
    unanswered: list[Route] = []

    def answer(route: Route) -> None:
        if unanswered:
            route.continue_()
        else:
            unanswered.append(route)

    page.route("**/session", answer)
    sign_in(page, oscar)
    expect(page.get_by_text("DURAND Paul").first).to_be_visible()
    with page.expect_request("**/session"):
        pass

    Session.objects.using("prison").filter(user=oscar).delete()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "DURAND" not in page.content()
    # The list may have asked once more before the page had heard that nobody is signed in.
    forgive(watch, "401")
    unanswered[0].abort()


def test_page_that_asks_again_by_itself_leaves_all_the_same(
    unit_a: Unit, oscar: User, impatient: str, visit: Visit
) -> None:
    page = sign_in(visit("prison", base=impatient), oscar)

    page.evaluate("""() => {
        const board = Object.assign(document.createElement("div"), { id: "asks-again" });
        for (const [name, value] of Object.entries({
            "data-carehub-poll": "", "hx-get": "/", "hx-trigger": "every 1s", "hx-swap": "none",
        })) board.setAttribute(name, value);
        document.querySelector("main").append(board);
        htmx.process(board);
    }""")
    with page.expect_response(lambda answer: answer.request.headers.get("carehub-background") == "1") as polled:
        pass

    assert polled.value.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_page_that_hears_from_the_server_that_another_tab_is_in_use_does_not_leave(
    unit_a: Unit, oscar: User, impatient: str, visit: Visit
) -> None:
    page = sign_in(visit("prison", base=impatient), oscar)
    other = page.context.new_page()

    for _click in range(4):
        other.goto("/my-account")
        other.wait_for_timeout(IDLE_SECONDS * 1000 // 3)

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    other.goto("/my-account")
    expect(other.get_by_role("heading", level=1)).to_have_text("My account")


def test_searched_name_stays_nowhere_in_the_browser_of_a_nurse(unit_a: Unit, alice: User, visit: Visit) -> None:
    page = sign_in(visit("care"), alice)

    page.goto("/people")
    page.get_by_role("searchbox", name="Name, register number or cell").fill("durand")
    page.get_by_role("searchbox", name="Name, register number or cell").press("Enter")

    expect(page.get_by_text("DURAND Paul").first).to_be_visible()
    assert kept(page) == NOTHING
