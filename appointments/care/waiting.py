"""What waits, as the menu and the first page say it: alerts for the unit, and what wants the word of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from access import second_words
from access.enums import Role
from access.models import Establishment
from access.requests import DoorRequest, once
from appointments.emergency import to_judge
from appointments.requests.alerts import unreceived_at
from appointments.requests.queue import open_questions
from appointments.rights import requests_visible_to, rights_of
from appointments.stranded import decidable_by


@dataclass(frozen=True)
class MenuWaiting:
    """How many alerts wait for the unit, how many requests are to be sorted, appointments to be decided about.

    And whether somebody gives the second word, and how much waits for it.
    """

    gives: bool
    alerts: int = 0
    to_sort: int = 0
    to_decide: int = 0
    stranded: int = 0
    words: int = 0
    emergencies: int = 0
    late: int = 0

    @property
    def waiting(self) -> int:
        return self.words + self.emergencies


def waiting_of(request: DoorRequest) -> MenuWaiting:
    return once(request, MenuWaiting, lambda: read_waiting(request))


def read_waiting(request: DoorRequest) -> MenuWaiting:
    """Count all that the menu counts for whoever asks. One query, but for what rights ask."""
    here = request.establishment
    gives = request.membership.role == Role.HEAD or rights_of(request).is_custodian
    rights = rights_of(request)
    to_sort = requests_visible_to(rights).open().filter(triaged_at=None, detainee__released_on__isnull=True)
    counted = {
        "alerts": number_of(unreceived_at(here)),
        "to_sort": number_of(to_sort),
        "to_decide": number_of(open_questions(rights)),
        "stranded": number_of(decidable_by(rights)),
    }
    if gives:
        judged = to_judge(rights_of(request)).exclude(user=request.user)
        counted |= {
            "words": number_of(second_words.answerable(here, by=request.user)),
            "emergencies": number_of(judged),
            "late": number_of(judged.filter(word_until__lt=timezone.now())),
        }
    return MenuWaiting(gives=gives, **Establishment.objects.filter(pk=here.pk).values(**counted).get())


def number_of(rows: QuerySet[Model]) -> Coalesce:
    """Count rows of one establishment beside other counts."""
    counted = rows.order_by().values("establishment").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
