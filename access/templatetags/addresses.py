"""Django's `url`, which remembers the addresses of each name: a page with eighty lines writes two hundred.

What is remembered is the text before and after the one key that most of them have. Every other address is asked for
as Django does, and so is a key of another sort: what a pattern refuses, it goes on refusing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.template.defaulttags import URLNode, url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()
# In the request: what addresses of its page depend on.
KEPT = "_addresses"
# A key of each sort, which stands for all keys of its sort: patterns ask of a number only that it is none below nought.
SAMPLES: dict[type, Any] = {int: 7_200_001, UUID: UUID(int=7_200_001)}


class Address(URLNode):
    """An address without a key, or with one that is a number or a UUID."""

    def render(self, context: template.Context) -> str:
        if self.kwargs or len(self.args) > 1:
            return str(super().render(context))
        name, keys = self.view_name.resolve(context), [each.resolve(context) for each in self.args]
        if any(type(key) not in SAMPLES or (type(key) is int and key < 0) for key in keys):
            return str(super().render(context))
        sorts = tuple(type(key) for key in keys)
        around = known(str(name), *around_here(context), sorts)
        if around is None:
            return str(super().render(context))
        address = str(keys[0]).join(around) if keys else around[0]
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


def around_here(context: template.Context) -> tuple[str | None, str, str]:
    """Return what addresses of a page depend on beside their name, found out once for each view that is asked."""
    request = getattr(context, "request", None)
    if request is None:
        return None, get_script_prefix(), urlconf()
    kept, match = request.__dict__.get(KEPT), getattr(request, "resolver_match", None)
    if kept is None or kept[0] is not match:
        kept = request.__dict__[KEPT] = match, (current_app(context), get_script_prefix(), urlconf())
    found: tuple[str | None, str, str] = kept[1]
    return found


def urlconf() -> str:
    return str(get_urlconf() or settings.ROOT_URLCONF)


def current_app(context: template.Context) -> str | None:
    request = getattr(context, "request", None)
    match = getattr(request, "resolver_match", None)
    return getattr(request, "current_app", None) or (match.namespace if match else None)


@lru_cache(maxsize=4_000)
def known(name: str, app: str | None, _prefix: str, conf: str, sorts: tuple[type, ...]) -> tuple[str, ...] | None:
    """Return the parts of such an address around its key; None where Django is to say it, or that there is none."""
    samples = [SAMPLES[sort] for sort in sorts]
    try:
        address = reverse(name, conf, args=samples, current_app=app)
    except NoReverseMatch:
        return None
    parts = tuple(address.split(str(samples[0]))) if samples else (address,)
    return parts if len(parts) == 1 + len(samples) else None


@register.tag("url")
def address(parser: Any, token: Any) -> Address:
    """Read the tag as Django does."""
    made = url(parser, token)
    return Address(made.view_name, made.args, made.kwargs, made.asvar)
