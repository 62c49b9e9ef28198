"""The closed lists of the registry: who told of a person, and what speaks for two records being one. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Who told care of a person: the nominal list, or, before it, somebody who was asked."""

    LIST = "list", _("The nominal list")
    PRISON = "prison", _("The prison, by word or telephone")
    PAPER = "paper", _("An arrival form")
    PERSON = "person", _("The person")


BY_HAND = (Origin.PRISON, Origin.PAPER, Origin.PERSON)


class Evidence(models.TextChoices):
    """What speaks for two records, or a line and a record, being one person."""

    NAME = "name", _("same name")
    NAMES_SWAPPED = "swapped", _("name and first name swapped")
    BIRTH = "birth", _("same date of birth")
    BIRTH_YEAR = "year", _("same year of birth")
    BIRTH_UNKNOWN = "unknown", _("a date of birth is missing")
    FORMER_NUMBER = "former", _("former register number")
    ZEROS = "zeros", _("same number but for zeros at its beginning")
    CELL = "cell", _("same cell")
    PROVISIONAL = "provisional", _("added by hand, before the list")
    # And what speaks against.
    BIRTH_DIFFERS = "other_birth", _("other date of birth")
    NAME_DIFFERS = "other_name", _("other name")
    ON_THE_LIST = "listed", _("also on this list under that number")
