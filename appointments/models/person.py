"""The detained person as the prison's nominal list names them. No diagnosis, no note, no penal data.

Which records are one person's, and which numbers somebody had before, stands in models.identity.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.arithmetic.name_keys import name_key
from appointments.arithmetic.names import LONGEST, WHOLE, may_hold_typo, one_typo, read_typed, text_to_search
from appointments.models.enums.person import BY_HAND, Origin

EARLIEST_BIRTH, LATEST_BIRTH = 1800, 2200


class DetaineeQuerySet(models.QuerySet["Detainee"]):
    def present(self) -> DetaineeQuerySet:
        return self.filter(released_on__isnull=True)

    def standing(self) -> DetaineeQuerySet:
        """All records but those that were joined into another, or that a wrong list brought."""
        return self.filter(joined_into__isnull=True, retracted_at__isnull=True)

    def matching(self, words: str) -> DetaineeQuerySet:
        """People whom the words fit: the one whose number or cell they are, else those who hold every word typed.

        Where no number is like that today, who had it before a list or a join gave another (`former_number`).

        Where nobody does, those who would with one letter of one word put right; these say so (`is_guess`).
        """
        typed = read_typed(words)
        if typed.is_nothing:
            return self.none()
        if typed.whole:
            named = self.filter(_any_of(Q(search_text__contains=f"{WHOLE}{each}{WHOLE}") for each in typed.whole))
            if named.exists():
                return named
            formerly = self._once_numbered(typed.whole)
            if formerly.exists():
                return formerly
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

    def _once_numbered(self, numbers: Iterable[str]) -> DetaineeQuerySet:
        plain = Lower(Func(F("register_number"), Value("0"), function="LTRIM"))
        numbers = {number.lstrip("0") for number in numbers}
        former = apps.get_model("appointments", "FormerNumber").objects.filter(detainee=OuterRef("pk"))
        latest = former.annotate(plain=plain).filter(plain__in=numbers).order_by("-noted_at", "-pk")
        # Numbers are given again: a person says that this is who was meant.
        return self.filter(
            Exists(latest)
        ).annotate(  # type: ignore[no-redef]
            former_number=Subquery(latest.values("register_number")[:1]), is_guess=Value(value=True)
        )

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
    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Text, never a number: leading zeros count (docs/closed-lists.md, 7).
    register_number = models.CharField(_("register number"), max_length=20)
    last_name = models.CharField(_("name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=100)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    # Where no more than the year is known.
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    building = models.ForeignKey(
        "access.Building", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("building")
    )
    cell = models.CharField(_("cell"), max_length=30, blank=True, default="")
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    # Set once the person has left.
    released_on = models.DateField(_("left on"), null=True, blank=True)
    # The day on which the nominal list expects them to leave: care ends or hands over what is open until then. It says
    # nothing of why, is shown to the care team alone, and goes once the person has left.
    leaves_on = models.DateField(_("leaves on"), null=True, blank=True)
    # Filled by save() and by the registry: what a search looks through, and by what names are compared.
    search_text = models.CharField(max_length=LONGEST, editable=False)
    name_key = models.CharField(max_length=420, editable=False, default="")
    # Who told of the person. Provisional until a nominal list names them.
    origin = models.CharField(_("told by"), max_length=10, choices=Origin.choices, default=Origin.LIST)
    provisional_since = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    # The record that took this one's rows: it is the same person's (models.identity.PersonJoin).
    joined_into = models.ForeignKey(
        "self", null=True, db_index=False, on_delete=models.PROTECT, related_name="joined_records"
    )
    # Brought by a list that was taken back, or by mistake: nobody is this person.
    retracted_at = models.DateTimeField(null=True, blank=True)

    # Set by a search that found several people of one name.
    is_homonym = False
    # Set by a search that found them by a register number of before.
    former_number = ""
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
            # A spreadsheet cuts the zeros at a number's beginning: that makes nobody a second person.
            models.UniqueConstraint(
                F("establishment"),
                Func(F("register_number"), Value("0"), function="LTRIM"),
                F("name_key"),
                Coalesce(F("birth_date"), Value(date(1, 1, 1))),
                condition=Q(released_on__isnull=True),
                name="number_without_zeros_once",
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True)
                | Q(birth_date__isnull=True, birth_year__gte=EARLIEST_BIRTH, birth_year__lte=LATEST_BIRTH),
                name="birth_date_or_year",
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="origin_known"),
            models.CheckConstraint(
                condition=Q(provisional_since__isnull=True) | Q(origin__in=BY_HAND), name="provisional_has_source"
            ),
            models.CheckConstraint(
                condition=Q(joined_into__isnull=True) | ~Q(joined_into=F("id")), name="joined_into_another"
            ),
            models.CheckConstraint(
                condition=Q(joined_into__isnull=True, retracted_at__isnull=True) | Q(released_on__isnull=False),
                name="set_aside_is_not_present",
            ),
            models.CheckConstraint(
                condition=Q(leaves_on__isnull=True) | Q(released_on__isnull=True), name="who_left_leaves_no_more"
            ),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="detainee_search"),
            models.Index("establishment", *by_name()[:2], name="detainee_by_name"),
            models.Index(fields=["establishment", "name_key"], name="detainee_by_name_key"),
            models.Index(fields=["joined_into"], condition=Q(joined_into__isnull=False), name="detainee_joined"),
            models.Index(
                fields=["establishment", "leaves_on"], condition=Q(leaves_on__isnull=False), name="detainee_leaving"
            ),
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

    @property
    def is_provisional(self) -> bool:
        return self.provisional_since is not None

    @property
    def is_set_aside(self) -> bool:
        """Whether nothing may be booked or asked for under this record any longer."""
        return self.joined_into_id is not None or self.retracted_at is not None

    @property
    def birth_words(self) -> str:
        """The date of birth, or the year where no more is known, or nothing."""
        if self.birth_date is not None:
            return f"{self.birth_date:%d/%m/%Y}"
        return "" if self.birth_year is None else str(self.birth_year)

    def fill_search_text(self) -> None:
        """Set what searches look through and names are compared by; whoever writes rows in bulk calls it."""
        self.name_key = name_key(self.last_name, self.first_name)
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
    # What it did beside people: requests that it asked, questions that it settled. For taking it back.
    effects = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")

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
