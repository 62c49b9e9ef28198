"""What officers could infer from the movement list of an establishment: measured, shown while booking, kept low.

Reads the care side; writes nothing. The arithmetic stands apart in appointments.arithmetic.inference.
"""

from __future__ import annotations

from appointments.neutrality.counting import WeeksOutOfRange, sensitive_disciplines
from appointments.neutrality.report import NeutralityReport, measure_establishment
from appointments.neutrality.targets import targets

__all__ = ["NeutralityReport", "WeeksOutOfRange", "measure_establishment", "sensitive_disciplines", "targets"]
