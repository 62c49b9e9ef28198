"""Which forms keep a draft, by the names that their pages give them."""

from __future__ import annotations

import re

from django.http import Http404

# The form, and whom it is about where its page says so: what was typed of one person is never offered for another.
NAME = re.compile(r"(?:book|series|request|fact|note)(?:-[0-9a-f-]{1,36})?")
# Names the form that is being sent: its draft goes when it was done.
SENT = "carehub_draft"


def is_known(form: str) -> bool:
    return NAME.fullmatch(form) is not None


def known(form: str) -> str:
    """Return the name; raise Http404 for one that no page gives."""
    if not is_known(form):
        raise Http404
    return form
