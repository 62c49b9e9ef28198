"""`csrf_token` for every form: besides Django's token, whose page it is, of which establishment, and which showing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import count
from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from access.other_place import PLACE
from access.repeats import FORM
from access.session_life import WHO
from access.stencils import joined

register = template.Library()
# In the request: what it wrote into a form, and with which of Django's tokens.
KEPT = "_form_fields"


class SentFormNode(CsrfTokenNode):
    def render(self, context: Any) -> SafeString:
        """Write the fields: the same in each of the hundred forms of a page, but for the end of the showing's word.

        Its beginning is a secret of this page, so nobody else knows any of them; and what repeats is packed away.
        """
        request, token = context.get("request"), context.get("csrf_token")
        kept: dict[str, Any] = request.__dict__ if request else {}
        if KEPT not in kept or kept[KEPT][0] is not token:
            kept[KEPT] = token, *self.fields(context)
        _token, before, after, numbers = kept[KEPT]
        return joined((before, escape(f"{next(numbers):04x}"), after)) if after else before

    def fields(self, context: Any) -> tuple[SafeString, SafeString, Iterator[int]]:
        """Return what stands before and after the number in the word of the showing, and the numbers.

        Where forms have no word, all of it and nothing.
        """
        html = format_html("{}", super().render(context))
        who = (context.get("session_life") or {}).get("who")
        if not html or not who:
            return html, escape(""), count()
        before = html + format_html('<input type="hidden" name="{}" value="{}', FORM, secrets.token_hex(14))
        after = format_html('"><input type="hidden" name="{}" value="{}">', WHO, who)
        if here := getattr(context.get("request"), "establishment", None):
            after += format_html('<input type="hidden" name="{}" value="{}">', PLACE, here.pk)
        return before, after, count()


@register.tag
def csrf_token(parser: Any, token: Any) -> SentFormNode:
    return SentFormNode()
