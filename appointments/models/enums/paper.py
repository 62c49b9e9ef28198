"""What the officers' sheet has on paper, behind whichever door it is printed: boxes, letters of reasons, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from appointments.models.enums.movement import Impediment, Marked

# The same in every language: a sheet that was printed in one is entered in another.
LETTERS = {
    "P": Impediment.VISIT,
    "C": Impediment.YARD,
    "A": Impediment.ACTIVITY,
    "T": Impediment.WORK,
    "G": Impediment.OTHER_SUMMONS,
    "X": Impediment.ESCORT_OUT,
    "L": Impediment.MOVED,
    "E": Impediment.WRONG_CELL,
    "B": Impediment.FROZEN,
    "M": Impediment.STAFF,
    "Q": Impediment.WING,
    "S": Impediment.STRIKE,
    "N": Impediment.LIST_NOT_RECEIVED,
    "R": Impediment.REFUSAL_REPORTED,
    "O": Impediment.NO_REASON,
}


def letters_in_words() -> list[tuple[str, str]]:
    return [(letter, str(impediment.label)) for letter, impediment in LETTERS.items()]


class SheetRow(Marked):
    """One line on paper: with the impediment that was recorded before it was printed, and others of its name."""

    impediment: str = ""
    namesakes: tuple[str, ...] = ()

    @property
    def impediment_word(self) -> str:
        return str(Impediment(self.impediment).label) if self.impediment else ""


class TickedSheet:
    """A sheet that comes back: what is printed on it besides its lines."""

    wing: str = ""
    freezes: Sequence[Any] = ()

    @property
    def letters(self) -> Sequence[tuple[str, str]]:
        """Each letter with its reason in words, as the foot of the sheet explains them."""
        return letters_in_words()
