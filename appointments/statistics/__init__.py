"""The unit's figures: what was booked, who was seen, why others were not, how long people waited. Reads only.

Counted in SQL by the worker, in a number of queries that depends on nothing, and kept for the page (kept). For care
alone: small numbers are not hidden, so no figure from here may leave the unit as it is (docs/adr/0020).
"""

from __future__ import annotations

from appointments.statistics.delays import Delays, delays_of
from appointments.statistics.export import figures_as_csv
from appointments.statistics.period import Period
from appointments.statistics.report import UnitFigures, figures_of

__all__ = ["Delays", "Period", "UnitFigures", "delays_of", "figures_as_csv", "figures_of"]
