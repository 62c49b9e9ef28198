"""Where a person on the list stands, as one value: a state, and the impediment when there is one. Pure."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import Impediment, MovementState

# The impediments as an officer thinks of them: what the person is at, where they are, what detention cannot do.
IMPEDIMENT_GROUPS: tuple[tuple[Promise, tuple[Impediment, ...]], ...] = (
    (
        _("Overlap with"),
        (Impediment.VISIT, Impediment.YARD, Impediment.ACTIVITY, Impediment.WORK, Impediment.OTHER_SUMMONS),
    ),
    (_("The person is elsewhere"), (Impediment.ESCORT_OUT, Impediment.MOVED, Impediment.WRONG_CELL)),
    (
        _("No movement possible"),
        (Impediment.FROZEN, Impediment.STAFF, Impediment.WING, Impediment.STRIKE, Impediment.LIST_NOT_RECEIVED),
    ),
    (_("The person does not come"), (Impediment.REFUSAL_REPORTED, Impediment.NO_REASON)),
)


class NoStanding(ValueError):
    """A text that names no standing."""


class Standing(NamedTuple):
    state: MovementState
    impediment: str = ""

    @property
    def token(self) -> str:
        """The standing as a form sends it: called, impeded:PARLOIR."""
        return f"{self.state.value}:{self.impediment}" if self.impediment else self.state.value

    @property
    def words(self) -> str:
        state = str(self.state.label)
        return f"{state} · {Impediment(self.impediment).label}" if self.impediment else state


EXPECTED = Standing(MovementState.EXPECTED)


def standing_from(state: str, impediment: str = "") -> Standing:
    """Return the standing of a row; raise NoStanding for what no row can hold."""
    try:
        found = Standing(MovementState(state), Impediment(impediment).value if impediment else "")
    except ValueError as error:
        raise NoStanding(state) from error
    if (found.state == MovementState.IMPEDED) != bool(found.impediment):
        raise NoStanding(state)
    return found


def read_token(token: str) -> Standing:
    """Return the standing that a form sent; raise NoStanding for any other text."""
    state, _colon, impediment = token.partition(":")
    return standing_from(state, impediment)
