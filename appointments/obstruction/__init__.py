"""Obstructed care: the log of facts, which it alone writes, and the figures with what each is a part of.

Care side only. A counted fact is found again in the real rows each time (log.count_again), so that a corrected outcome
corrects it; a fact noted by hand is corrected or withdrawn by somebody, and its former states stay (docs/adr/0033).
"""

from __future__ import annotations

from appointments.obstruction.facts import chief_facts, facts_of
from appointments.obstruction.figures import FigureRow, FigureTable, ObstructionFigures, read_figures

__all__ = ["FigureRow", "FigureTable", "ObstructionFigures", "chief_facts", "facts_of", "read_figures"]
