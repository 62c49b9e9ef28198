"""The closed lists of the planning: disciplines, how sessions are held, when nobody is seen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Discipline(models.TextChoices):
    """The care discipline of an agenda and of a kind of consultation. Never leaves the care side."""

    GENERAL = "general", _("General medicine")
    NURSING = "nursing", _("Nursing")
    PSYCHIATRY = "psychiatry", _("Psychiatry")
    PSYCHOLOGY = "psychology", _("Psychology")
    ADDICTION = "addiction", _("Addiction medicine")
    DENTISTRY = "dentistry", _("Dentistry")
    PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")
    INFECTIOUS = "infectious", _("Infectious diseases and hepatology")
    GYNAECOLOGY = "gynaecology", _("Gynaecology and midwifery")
    SPECIALIST = "specialist", _("Other specialist")


class SessionMode(models.TextChoices):
    FIXED = "fixed", _("Each at a time of their own")
    FLEXIBLE = "flexible", _("Half-day: called over the session, seen in flexible order")
    GROUP = "group", _("Group: all together")


class AbsenceReason(models.TextChoices):
    """Why a practitioner is not there. Nothing about health: a closed list without illness."""

    LEAVE = "leave", _("Leave")
    TRAINING = "training", _("Training or congress")
    ELSEWHERE = "elsewhere", _("At work elsewhere")
    UNPLANNED = "unplanned", _("Unplanned absence")


class ClosureReason(models.TextChoices):
    STAFF = "staff", _("Too few staff")
    TEAM = "team", _("Team day")
    WORKS = "works", _("Building work or breakdown")
    PRISON = "prison", _("Movements stopped by the prison")
    OTHER = "other", _("Other reason")


class Territory(models.TextChoices):
    """Where a unit stands, as far as public holidays differ. Values: subdivisions of the `holidays` library."""

    METROPOLE = "FR", _("Metropolitan France")
    ALSACE = "6AE", _("Alsace")
    MOSELLE = "57", _("Moselle")
    GUADELOUPE = "971", _("Guadeloupe")
    MARTINIQUE = "972", _("Martinique")
    GUYANE = "973", _("French Guiana")
    REUNION = "974", _("Réunion")
    MAYOTTE = "976", _("Mayotte")
    SAINT_BARTHELEMY = "BL", _("Saint-Barthélemy")
    SAINT_MARTIN = "MF", _("Saint-Martin")
    MIQUELON = "PM", _("Saint-Pierre-et-Miquelon")
    CALEDONIA = "NC", _("New Caledonia")
    POLYNESIA = "PF", _("French Polynesia")
    WALLIS = "WF", _("Wallis and Futuna")


class SetUpStep(models.TextChoices):
    """The steps in which a head makes a unit ready, in their order."""

    HOURS = "hours", _("Hours of the house")
    KINDS = "kinds", _("Kinds of consultation")
    ROOMS = "rooms", _("Rooms")
    AGENDAS = "agendas", _("Practitioners")
    PATTERNS = "patterns", _("Weekly patterns")
    LIST = "list", _("Nominal list")
    ACCOUNTS = "accounts", _("The team’s accounts")


class SetUpWord(models.TextChoices):
    """What a head says of a step: that it is as it should be, or that it waits."""

    DONE = "done", _("Done")
    LATER = "later", _("For later")
