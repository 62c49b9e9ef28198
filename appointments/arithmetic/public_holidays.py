"""French public holidays, territory by territory, through the `holidays` library. Knows no model and no query."""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import country_holidays

METROPOLE = "FR"
# What a time zone suggests, as subdivisions of the `holidays` library; Alsace and Moselle have to be chosen.
TERRITORY_OF_ZONE = {
    "America/Guadeloupe": "971",
    "America/Martinique": "972",
    "America/Cayenne": "973",
    "America/Miquelon": "PM",
    "America/St_Barthelemy": "BL",
    "America/Marigot": "MF",
    "Indian/Reunion": "974",
    "Indian/Mayotte": "976",
    "Pacific/Noumea": "NC",
    "Pacific/Tahiti": "PF",
    "Pacific/Marquesas": "PF",
    "Pacific/Gambier": "PF",
    "Pacific/Wallis": "WF",
}


def usual_territory(time_zone: str) -> str:
    """Return whose holidays a unit in that time zone keeps, as long as nobody has said otherwise."""
    return TERRITORY_OF_ZONE.get(time_zone, METROPOLE)


def holidays_between(territory: str, first: date, last: date, *, language: str = "fr") -> dict[date, str]:
    """Return the public holidays from `first` to `last`, both included, in order, with their names."""
    years = range(first.year, last.year + 1)
    found = {day: name for year in years for day, name in holidays_of(territory, year, language[:2]).items()}
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


@cache
def holidays_of(territory: str, year: int, language: str) -> dict[date, str]:
    """Return one year's public holidays; names in French, or in English for every other language."""
    subdivision = None if territory == METROPOLE else territory
    spoken = "fr" if language == "fr" else "en_US"
    found = country_holidays("FR", subdiv=subdivision, years=year, language=spoken)
    return {day: name.replace("'", "’") for day, name in found.items()}
