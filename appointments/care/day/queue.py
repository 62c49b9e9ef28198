"""The day's queue of attention: what waits for somebody, in one order, what is urgent first. No query of its own.

The order is the unit's: who cannot be brought, appointments without practitioner, refusals to verify, requests to
sort, arrivals, changes still to go out on the officers' list; then what can wait an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext, pgettext

from access.in_words import date_format
from access.models import Establishment
from appointments.care.missed.reading import MissedCounts
from appointments.care.waiting import MenuWaiting
from appointments.projection import Waiting
from appointments.requests.queue import QueueCounts

# As many stand in one line on a screen of 1,366 pixels, unless more of the first ones wait; the others unfold.
IN_ONE_LINE = 4


@dataclass(frozen=True)
class QueueChip:
    """How many of what wait, and where they do."""

    number: int
    words: str
    address: str
    mark: str = "·"
    look: str = ""


@dataclass(frozen=True)
class DayQueue:
    shown: Sequence[QueueChip]
    folded: Sequence[QueueChip]


def queue_of(establishment: Establishment, waiting: MenuWaiting, found: Mapping[str, Any]) -> DayQueue:
    """Return the queue of a day from what its page has counted; only what waits is in it."""
    missed: MissedCounts | None = found.get("missed")
    first = [
        stranded(waiting),
        *(verify(missed) if missed else ()),
        *requests(found["to_do"]),
        *(to_publish(found["waiting"], establishment) if found["waiting"] else ()),
    ]
    others = [decide(waiting), *second_words(waiting), *(later(missed) if missed else ()), visits(found["visits_due"])]
    first, others = ([chip for chip in chips if chip.number] for chips in (first, others))
    room = max(0, IN_ONE_LINE - len(first))
    return DayQueue(shown=[*first, *others[:room]], folded=others[room:])


def stranded(waiting: MenuWaiting) -> QueueChip:
    words = ngettext("appointment without practitioner", "appointments without practitioner", waiting.stranded)
    return QueueChip(waiting.stranded, words, reverse("stranded"), "⇄", "warn")


def verify(missed: MissedCounts) -> Iterator[QueueChip]:
    words = ngettext("refusal to verify", "refusals to verify", missed.to_verify)
    yield QueueChip(missed.to_verify, words, reverse("missed") + "#to-verify", "?", "warn")


def requests(counts: QueueCounts) -> Iterator[QueueChip]:
    triage, late = reverse("triage"), pgettext("requests", "overdue")
    if counts.to_sort and counts.overdue:
        words = f"{pgettext('requests', 'to sort')} · {counts.overdue} {late}"
        yield QueueChip(counts.to_sort, words, f"{triage}?show=sort", "✎", "warn")
    else:
        yield QueueChip(counts.to_sort, pgettext("requests", "to sort"), f"{triage}?show=sort", "✎")
        yield QueueChip(counts.overdue, late, f"{triage}?show=late", "!", "warn")
    words = ngettext("arrival to be seen", "arrivals to be seen", counts.arrivals)
    yield QueueChip(counts.arrivals, words, f"{triage}?show=arrivals", "→")


def to_publish(waiting: Waiting, establishment: Establishment) -> Iterator[QueueChip]:
    """What is not on the officers' list of this day yet, and when it will be."""
    if waiting.published_next is None:
        words = pgettext("changes of a list", "to publish")
    else:
        words = pgettext("changes of a list", "to publish, out at %(at)s") % {"at": said(waiting, establishment)}
    yield QueueChip(len(waiting), words, reverse("lists"), "↑")


def said(waiting: Waiting, establishment: Establishment) -> str:
    """When the next publication is: the hour, with the day when it is another one than today."""
    at = waiting.published_next
    assert at is not None  # noqa: S101 asked before
    local = at.astimezone(establishment.zone)
    today: date = establishment.today()
    return date_format(local, "H:i" if local.date() == today else "D H:i")


def decide(waiting: MenuWaiting) -> QueueChip:
    words = ngettext("appointment to decide about", "appointments to decide about", waiting.to_decide)
    return QueueChip(waiting.to_decide, words, reverse("decisions"), "↷", "warn")


def second_words(waiting: MenuWaiting) -> Iterator[QueueChip]:
    address = reverse("second_person")
    words = ngettext("emergency access to look at", "emergency accesses to look at", waiting.emergencies)
    if waiting.late:
        late = ngettext(
            "%(number)d without a second word in time", "%(number)d without a second word in time", waiting.late
        )
        words = f"{words} · {late % {'number': waiting.late}}"
    yield QueueChip(waiting.emergencies, words, address, "!", "warn")
    words = ngettext("account waits for your word", "accounts wait for your word", waiting.words)
    yield QueueChip(waiting.words, words, address, "✓")


def later(missed: MissedCounts) -> Iterator[QueueChip]:
    address = reverse("missed")
    words = ngettext("person to summon again", "people to summon again", missed.not_come)
    yield QueueChip(missed.not_come, words, f"{address}#not-come", "↻")
    words = ngettext("outcome not recorded", "outcomes not recorded", missed.without_outcome)
    yield QueueChip(missed.without_outcome, words, f"{address}#without-outcome", "…")
    words = ngettext("refusal whose cause is not known", "refusals whose cause is not known", missed.to_ask)
    yield QueueChip(missed.to_ask, words, f"{address}#to-ask", "?")


def visits(due: int) -> QueueChip:
    words = ngettext("visit to be made", "visits to be made", due)
    return QueueChip(due, words, reverse("rounds"), "⌂")
