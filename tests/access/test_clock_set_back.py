"""The server's clock was a day ahead and is set right: people are told what is the matter, and let in again."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from access.models import AuditEntry, User
from carehub.doctor import clock
from carehub.doctor.verdict import Level
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.doors import DoorClient

AHEAD = timedelta(hours=32)


def sign_in_ahead(user: User) -> None:
    browser = DoorClient(user.side)
    with time_machine.travel(timezone.now() + AHEAD, tick=True):
        type_password(browser, user.username)
        assert type_code(browser, code_of(user)).status_code == 302


def at_the_code(user: User) -> DoorClient:
    browser = DoorClient(user.side)
    type_password(browser, user.username)
    return browser


def test_right_code_after_the_clock_was_set_back_is_not_called_wrong_and_costs_no_wait(alice: User) -> None:
    enrolled(alice)
    sign_in_ahead(alice)
    browser = at_the_code(alice)

    answers = [type_code(browser, code_of(alice)) for _nth in range(4)]

    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "The server’s clock and the last use of your authenticator disagree by 3" in page
        assert "This code is not right" not in page
        assert "Too many wrong codes" not in page


def test_wrong_codes_before_the_clock_was_set_back_make_nobody_wait_for_a_day(alice: User) -> None:
    enrolled(alice)
    with time_machine.travel(timezone.now() + AHEAD, tick=True):
        type_code(at_the_code(alice), "000000")

    assert type_code(at_the_code(alice), code_of(alice)).status_code == 302


def test_doctor_tells_and_the_console_lets_in_again_both_sides_with_a_line_of_the_log(alice: User, oscar: User) -> None:
    for user in (alice, oscar):
        enrolled(user)
        sign_in_ahead(user)
    for alias in ("default", "prison"):
        said = [verdict.sentence for verdict in clock.verdicts(alias) if verdict.level == Level.PROBLEM]
        assert len(said) == 1
        assert said[0].startswith("1 authenticators were used up to 3")

    out = StringIO()
    call_command("set_back_codes", stdout=out)

    assert (
        out.getvalue() == "default: 1 authenticators can be used again.\nprison: 1 authenticators can be used again.\n"
    )
    for user, alias in ((alice, "default"), (oscar, "prison")):
        assert {verdict.level for verdict in clock.verdicts(alias)} == {Level.OK}
        line = AuditEntry.objects.using(alias).get(verb="set_back_codes")
        assert (line.door, line.target_type) == ("owner", "otp_totp.totpdevice")
        with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=True):
            assert type_code(at_the_code(user), code_of(user)).status_code == 302


def test_code_shown_before_the_clock_was_set_right_is_worth_nothing_afterwards(alice: User) -> None:
    enrolled(alice)
    sign_in_ahead(alice)
    with time_machine.travel(timezone.now(), tick=False):
        code = code_of(alice)
        call_command("set_back_codes", stdout=StringIO())

        assert type_code(at_the_code(alice), code).status_code == 422


def test_console_does_nothing_while_the_clocks_disagree_nor_at_a_door(db: None) -> None:
    with time_machine.travel(timezone.now() - AHEAD, tick=True):
        assert any("apart" in verdict.sentence for verdict in clock.verdicts("default"))
        with pytest.raises(CommandError, match="Set both by a time server first"):
            call_command("set_back_codes")
    with override_settings(CAREHUB_DOOR="care"), pytest.raises(CommandError, match="owner"):
        call_command("set_back_codes")
