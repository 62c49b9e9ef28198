"""Rounds: the only writer of kinds of round, of who is put on one, and of visits. Reads what is due (adr/0044).

No visit has a movement or an appointment: carers go to the person, and the prison's side reads nothing of it.
"""

from __future__ import annotations

from appointments.rounds.due import Line, State, by_wing, count_due, lines_of_day
from appointments.rounds.figures import legal_weeks
from appointments.rounds.kinds import active_kinds, kinds_of, retire_kind, save_kind, take_kind_back
from appointments.rounds.stays import end_stay, put_on_round, stays_of
from appointments.rounds.visits import UNDO_MINUTES, Said, may_make, note, take_back, team_of, visits_of

__all__ = [
    "UNDO_MINUTES",
    "Line",
    "Said",
    "State",
    "active_kinds",
    "by_wing",
    "count_due",
    "end_stay",
    "kinds_of",
    "legal_weeks",
    "lines_of_day",
    "may_make",
    "note",
    "put_on_round",
    "retire_kind",
    "save_kind",
    "stays_of",
    "take_back",
    "take_kind_back",
    "team_of",
    "visits_of",
]
