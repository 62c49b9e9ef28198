"""What waits for the word of whoever asks, as the menu and the first page say it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from access import second_words
from access.enums import Role
from access.models import Custodian
from access.requests import DoorRequest, once
from appointments.emergency import to_judge


@dataclass(frozen=True)
class SecondWordStanding:
    """Whether somebody gives the second word, and how much waits for it."""

    gives: bool
    words: int = 0
    emergencies: int = 0
    late: int = 0

    @property
    def waiting(self) -> int:
        return self.words + self.emergencies


def second_word_of(request: DoorRequest) -> SecondWordStanding:
    return once(request, SecondWordStanding, lambda: read_standing(request))


def read_standing(request: DoorRequest) -> SecondWordStanding:
    here = request.establishment
    named = Custodian.objects.filter(establishment=here, user=request.user, ended_at__isnull=True)
    if request.membership.role != Role.HEAD and not named.exists():
        return SecondWordStanding(gives=False)
    found = to_judge(here).exclude(user=request.user).order_by()
    judged = found.aggregate(all=Count("pk"), late=Count("pk", filter=Q(word_until__lt=timezone.now())))
    words = second_words.waiting(here).exclude(account=request.user).count()
    return SecondWordStanding(gives=True, words=words, emergencies=judged["all"], late=judged["late"])
