"""The addresses that pages name are Django's, for every name of a door and every sort of key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import override_settings
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.base import get_script_prefix, set_script_prefix

from access.templatetags.addresses import Address
from tests.addresses import DOORS

A_KEY = UUID(int=5**50)
KEYS: list[list[Any]] = [[], [3], [0], [A_KEY], [UUID(int=0)], ["2026-11-30"], ["a b&c"], [-3], [None], [True]]
NAMES = ["home", "appointment", "person", "day", "book", "access:account", "access:sign_in", "no such name"]


def drawn(name: str, keys: list[Any], *, end: str = "") -> str:
    named = " ".join(["name", *(f"key{number}" for number in range(len(keys)))])
    values = {"name": name, **{f"key{number}": key for number, key in enumerate(keys)}}
    return Template(f"{{% url {named} {end}%}}").render(Context(values))


def of_django(name: str, keys: list[Any]) -> str | None:
    try:
        return reverse(name, args=keys).replace("&", "&amp;")
    except NoReverseMatch:
        return None


def test_pages_name_addresses_by_our_tag() -> None:
    assert isinstance(Template("{% url 'home' %}").nodelist[0], Address)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("keys", KEYS, ids=str)
def test_address_is_that_of_django_at_every_door(door: str, keys: list[Any]) -> None:
    with override_settings(ROOT_URLCONF=f"carehub.urls.{door}"):
        names = sorted({str(name) for name in get_resolver().reverse_dict if isinstance(name, str)} | set(NAMES))
        for _each in range(2):
            for name in names:
                wanted = of_django(name, keys)
                if wanted is None:
                    with pytest.raises(NoReverseMatch):
                        drawn(name, keys)
                    assert drawn(name, keys, end="as found ") == ""
                else:
                    assert drawn(name, keys) == wanted


def test_address_is_that_of_the_door_and_of_where_the_door_stands() -> None:
    assert settings.ROOT_URLCONF == "carehub.urls.care"
    here = drawn("appointment", [A_KEY])

    before = get_script_prefix()
    set_script_prefix("/carehub/")
    try:
        assert drawn("appointment", [A_KEY]) == f"/carehub{here}"
    finally:
        set_script_prefix(before)
    with override_settings(ROOT_URLCONF="carehub.urls.prison"), pytest.raises(NoReverseMatch):
        drawn("appointment", [A_KEY])


def test_two_keys_and_named_ones_are_left_to_django() -> None:
    with pytest.raises(NoReverseMatch):
        drawn("appointment", [UUID(int=1), UUID(int=2)])
    assert Template("{% url 'day' day='2026-11-30' %}").render(Context()) == reverse("day", args=["2026-11-30"])
    assert Template("{% url 'home' as where %}<{{ where }}>").render(Context()) == f"<{reverse('home')}>"
