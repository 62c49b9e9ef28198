"""Django's `translate`, which remembers what its words are in each language: a page says forty, always the same."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class Words(TranslateNode):
    """Words that stand in the template itself, with nothing done to them."""

    def __init__(self, of: TranslateNode) -> None:
        super().__init__(of.filter_expression, of.noop, message_context=of.message_context)
        # By language, and by whether the page escapes what it is given.
        self.known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: template.Context) -> str:
        key = (get_language(), context.autoescape)
        if key not in self.known:
            self.known[key] = super().render(context)
        return self.known[key]


def stands_there(node: TranslateNode) -> bool:
    """Whether the words and their context are written in the template, and said at once."""
    words, among = node.filter_expression, node.message_context
    is_fixed = words.var.literal is not None and not words.filters
    return is_fixed and not node.asvar and (among is None or not among.is_var)


@register.tag("trans")
@register.tag("translate")
def translate(parser: Any, token: Any) -> TranslateNode:
    """Read the tag as Django does."""
    node: TranslateNode = do_translate(parser, token)
    return Words(node) if stands_there(node) else node
