"""Parts of every page’s header of which each form is drawn once, and filled for each page."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from access.stencils import Stencil
from access.templatetags.sent_forms import SentFormNode

register = template.Library()
MENU = Stencil("_account_menu.html", "language_fields", "sign_out_fields", "here", "full_name", "role", "help_address")


@register.simple_tag(takes_context=True)
def account_menu(context: template.Context) -> SafeString:
    # The page that refuses another host is drawn before anybody looked who asks.
    request, membership = context.get("request"), context.get("membership")
    user = getattr(request, "user", None)
    is_signed_in = bool(user and user.is_authenticated)
    fields = SentFormNode()
    values = {
        "language_fields": fields.render(context),
        "sign_out_fields": fields.render(context) if is_signed_in else "",
        "here": request.get_full_path() if request else "",
        "full_name": user.full_name if user and is_signed_in else "",
        "role": membership.get_role_display() if membership else "",
        "help_address": context.get("help_address") or "",
    }
    form: dict[str, Any] = {
        "door": context.get("door"),
        "is_signed_in": is_signed_in,
        "has_role": bool(membership),
        "has_help": bool(values["help_address"]),
    }
    return MENU.fill(values, **form)


@register.simple_tag(takes_context=True)
def drawn_form(context: template.Context, name: str, **form: Any) -> SafeString:
    """Draw a template that knows nothing but `form`, and `fields`: what `csrf_token` writes into a form."""
    return stencil_of(name).fill({"fields": SentFormNode().render(context)}, **form)


@register.simple_tag
def drawn_part(template_name: str, name: str = "", **form: Any) -> SafeString:
    """Draw a template that knows nothing but `form`, and `name`: a text."""
    return named(template_name).fill({"name": name}, **form)


@register.simple_tag
def drawn_field(field: BoundField) -> SafeString:
    """Draw a field and its words as `as_field_group` does; once, while nobody has filled in its form.

    For forms that are the same for everybody until then.
    """
    if field.form.is_bound:
        return field.as_field_group()
    key = (type(field.form), field.html_name, field.auto_id, get_language())
    if key not in _fields:
        _fields[key] = field.as_field_group()
    return _fields[key]


_fields: dict[tuple[Any, ...], SafeString] = {}


@cache
def stencil_of(name: str) -> Stencil:
    return Stencil(name, "fields")


@cache
def named(template_name: str) -> Stencil:
    return Stencil(template_name, "name")
