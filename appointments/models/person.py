"""The detained person as the prison's nominal list names them. No diagnosis, no note, no penal data."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.arithmetic.names import LONGEST, WHOLE, may_hold_typo, one_typo, read_typed, text_to_search


class DetaineeQuerySet(models.QuerySet["Detainee"]):
    def present(self) -> DetaineeQuerySet:
        return self.filter(released_on__isnull=True)

    def matching(self, words: str) -> DetaineeQuerySet:
        """People whom the words fit: the one whose number or cell they are, else those who hold every word typed.

        Where nobody does, those who would with one letter of one word put right; these say so (`is_guess`).
        """
        typed = read_typed(words)
        if typed.is_nothing:
            return self.none()
        if typed.whole:
            named = self.filter(_any_of(Q(search_text__contains=f"{WHOLE}{each}{WHOLE}") for each in typed.whole))
            if named.exists():
                return named
        parts = [Q(search_text__contains=word) for word in typed.words]
        born = [Q(birth_date__in=typed.born)] if typed.born else []
        born += [Q(search_text__contains=word) | Q(birth_date=day) for word, day in typed.either]
        found = self.filter(*parts, *born)
        doubtful = [at for at, word in enumerate(typed.words) if may_hold_typo(word)]
        if not doubtful or found.exists():
            return found
        guesses = _any_of(
            Q(*parts[:at], Q(search_text__regex=one_typo(typed.words[at])), *parts[at + 1 :]) for at in doubtful
        )
        return self.filter(guesses, *born).annotate(is_guess=Value(value=True))  # type: ignore[no-redef]

    def likeliest_first(self, words: str) -> DetaineeQuerySet:
        """Those present first, and among them those whose name begins with the words typed."""
        begins = Case(When(search_text__startswith=read_typed(words).plain, then=0), default=1)
        has_left = Case(When(released_on__isnull=True, then=0), default=1)
        return self.order_by(has_left, begins, *BY_NAME)


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def by_name(prefix: str = "") -> tuple[Any, ...]:
    """Return the order in which people are named, as French sorts; `prefix` leads to the person ("detainee__")."""
    return (FrenchKey(f"{prefix}last_name"), FrenchKey(f"{prefix}first_name"), f"{prefix}register_number")


BY_NAME = (*by_name(), "id")


class Detainee(models.Model):
    """A person held in one establishment. The key is our own: the register number changes at each transfer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # Text, never a number: leading zeros count (docs/closed-lists.md, 7).
    register_number = models.CharField(_("register number"), max_length=20)
    last_name = models.CharField(_("name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=100)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    building = models.ForeignKey(
        "access.Building", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("building")
    )
    cell = models.CharField(_("cell"), max_length=30, blank=True, default="")
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    # Set once the person has left; a release planned for a later day is not kept (the date is not ours to know).
    released_on = models.DateField(_("left on"), null=True, blank=True)
    # Filled by save() and by the registry: what a search looks through.
    search_text = models.CharField(max_length=LONGEST, editable=False)

    # Set by a search that found several people of one name.
    is_homonym = False
    # Set by a search that nobody matched: found by one letter put right.
    is_guess = False

    objects = DetaineeQuerySet.as_manager()

    class Meta:
        ordering = BY_NAME
        verbose_name = _("detained person")
        verbose_name_plural = _("detained persons")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "register_number"],
                condition=Q(released_on__isnull=True),
                name="register_number_once_present",
            ),
            models.UniqueConstraint(fields=["establishment", "id"], name="detainee_of_establishment"),
            models.CheckConstraint(
                condition=Q(released_on__isnull=False) | (Q(building__isnull=False) & ~Q(cell="")),
                name="present_person_has_cell",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="detainee_search"),
            models.Index("establishment", *by_name()[:2], name="detainee_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.register_number})"

    def save(self, *args: object, **kwargs: object) -> None:
        self.fill_search_text()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def display_name(self) -> str:
        return f"{self.last_name.upper()} {self.first_name}"

    @property
    def is_present(self) -> bool:
        return self.released_on is None

    def fill_search_text(self) -> None:
        """Set what searches look through; whoever writes rows in bulk calls it."""
        self.search_text = text_to_search(
            last_name=self.last_name,
            first_name=self.first_name,
            register_number=self.register_number,
            cell=self.cell,
        )


class RegistryImport(models.Model):
    """One application of a nominal list: when, by whom, how many. The file itself is not kept."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    file_digest = models.CharField(max_length=64)
    new = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.applied_at:%Y-%m-%d %H:%M}"


class RegistryUpload(models.Model):
    """A nominal list between its preview and its application; deleted then, or after an hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.CASCADE, related_name="+")
    uploaded_by = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # Only the columns that are used: penal data never reach the disk.
    content = models.BinaryField()
    # SHA-256 of the file as it was chosen.
    file_digest = models.CharField(max_length=64, default="")
    complete = models.BooleanField(default=False)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.uploaded_at:%Y-%m-%d %H:%M}"
