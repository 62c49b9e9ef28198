"""The detained person as the prison's nominal list names them. No diagnosis, no note, no penal data."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from access.folding import folded


class DetaineeQuerySet(models.QuerySet["Detainee"]):
    def present(self) -> DetaineeQuerySet:
        return self.filter(released_on__isnull=True)

    def matching(self, words: str) -> DetaineeQuerySet:
        """People whose name, register number or cell holds every word typed, whatever the accents and the case."""
        found = self
        for word in folded(words).split():
            found = found.filter(Q(search_text__contains=word))
        return found

    def likeliest_first(self, words: str) -> DetaineeQuerySet:
        """Those present first, and among them those whose name begins with the words typed."""
        begins = Case(When(search_text__startswith=folded(words), then=0), default=1)
        has_left = Case(When(released_on__isnull=True, then=0), default=1)
        return self.order_by(has_left, begins, "last_name", "first_name", "register_number", "id")


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
    search_text = models.CharField(max_length=300, editable=False)

    # Set by a search that found several people of one name.
    is_homonym = False

    objects = DetaineeQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "register_number", "id"]
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
            models.Index(fields=["establishment", "last_name", "first_name"], name="detainee_by_name"),
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
        self.search_text = folded(f"{self.last_name} {self.first_name} {self.register_number} {self.cell}")[:300]


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
