"""Keeps what somebody types, so that no idle end, no ended session and no crash takes it: sealed, theirs alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from access.models import Establishment, User
from access.sealing import seal, unseal
from access.unsent import SECRET
from appointments.models import Draft
from appointments.models.team import DRAFT_LENGTH

# As long as a shift: whoever comes back the next morning begins anew.
DRAFT_KEPT = timedelta(hours=12)
Fields = Sequence[tuple[str, Sequence[str]]]


def keep_draft(
    *, by: User, establishment: Establishment, form: str, fields: Iterable[tuple[str, Sequence[str]]]
) -> bool:
    """Keep what stands in the form; False where it is nothing, or too much. Nothing that is secret is kept."""
    typed = [(name, list(values)) for name, values in fields if not SECRET.search(name) and any(values)]
    if not typed:
        drop_draft(by=by, establishment=establishment, form=form)
        return False
    sealed = seal(json.dumps(typed), purpose="draft", word=str(by.pk))
    if len(sealed) > DRAFT_LENGTH:
        return False
    Draft.objects.update_or_create(
        owner=by, establishment=establishment, form=form, defaults={"sealed": sealed, "saved_at": Now()}
    )
    return True


def draft_kept(*, by: User, establishment: Establishment, form: str) -> Draft | None:
    """Return the person's own draft of that form, None when there is none or it is too old."""
    fresh = Draft.objects.filter(saved_at__gt=timezone.now() - DRAFT_KEPT)
    return fresh.filter(owner=by, establishment=establishment, form=form).first()


def open_draft(draft: Draft) -> Fields:
    """Return what was typed; nothing where the seal does not open."""
    text = unseal(draft.sealed, purpose="draft", word=str(draft.owner_id), seconds=int(DRAFT_KEPT.total_seconds()))
    return [] if text is None else json.loads(text)


def drop_draft(*, by: User, establishment: Establishment, form: str) -> None:
    Draft.objects.filter(owner=by, establishment=establishment, form=form).delete()
