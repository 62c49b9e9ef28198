"""Searches a unit's weekly plans with a constraint solver (OR-tools CP-SAT). Deterministic: the worker alone loads it.

What is sought is linear and stands for the measure: at each half-day of the week each discipline (and each set of
sensitive ones) should have the same share of the calls as everywhere, because then the day and hour tell nothing.
How far a share is from that is its total variation distance, which bounds the mutual information (Pinsker). What a
plan truly tells is measured afterwards on the replayed half-year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from ortools.sat.python import cp_model

from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.week import Practitioner, Turn, Turns, UnitWeek

# Deterministic seconds of the solver for each of the two steps: the same on every machine, however busy.
EFFORT = 4.0
SEED = 1
PARTS = 1_000  # a share is counted in parts of so many
# The weights of what is sought, from trials on the demonstration (docs/neutrality-plans.md).
RARE = 0.12  # a sensitive discipline counts at least so much, however rare: that is what lifts are about
ALONE = 2.0  # a sensitive call in a half-day in which sensitive ones outnumber the others, as a share of all of them
MOVED = 0.002  # a moved half-day, so that of two equal plans the quieter one is found
MENTAL = frozenset({"psychiatry", "psychology"})
# (agenda, half-day) -> in how many weeks of its cycle it is held then.
Often: TypeAlias = "dict[tuple[int, HalfDay], int]"


class ImpossibleWeek(ValueError):
    """No plan keeps to what was said; `who` names the practitioner whose half-days do not suffice, if it is one."""

    def __init__(self, who: Practitioner | None = None) -> None:
        super().__init__(who.name if who else "")
        self.who = who


def search(
    week: UnitWeek,
    *,
    may_move: Collection[int],
    most: int | None = None,
    common: int | None = None,
    effort: float = EFFORT,
) -> Turns:
    """Return the half-days of each agenda's cycle that tell least when only `may_move` change, at most `most` of them.

    With `common`, those who move share so many half-days of the week. Raises ImpossibleWeek.
    """
    check(week, may_move)
    often = _Shares(week, may_move, most, common).solve(effort)
    return _Weeks(week, may_move, often).solve(effort)


def check(week: UnitWeek, may_move: Collection[int]) -> None:
    """Raise ImpossibleWeek for the first practitioner who cannot hold in a week what is held now."""
    for each in week.practitioners:
        if each.agenda in may_move and max(each.needed, default=0) > len(each.possible):
            raise ImpossibleWeek(each)


class _Step:
    """What both steps share: a model, what it costs, and the solver's fixed manners."""

    def __init__(self, week: UnitWeek, may_move: Collection[int]) -> None:
        self.week, self.model = week, cp_model.CpModel()
        self.free = [each for each in week.practitioners if each.agenda in may_move]
        self.halves = week.half_days
        self.cost: list[Any] = []

    def run(self, effort: float) -> cp_model.CpSolver:
        self.model.minimize(sum(self.cost))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # One thread, and yet all strategies in turn, local search among them.
        solver.parameters.interleave_search = True
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = effort
        if solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            raise ImpossibleWeek
        return solver

    def at_most(self, ones: Iterable[Any], most: int) -> None:
        """Hold a limit; what nobody may change and breaks it already is not the plan's doing."""
        kept = list(ones)
        variable = [one for one in kept if not isinstance(one, int)]
        if variable:
            self.model.add(sum(variable) <= max(0, most - sum(one for one in kept if isinstance(one, int))))

    def held_now(self, each: Practitioner, half: HalfDay) -> int:
        return sum(half in turn for turn in each.now)


class _Shares(_Step):
    """First step: how often each agenda holds each half-day, so that its share is the same everywhere."""

    def __init__(
        self, week: UnitWeek, may_move: Collection[int], most: int | None = None, common: int | None = None
    ) -> None:
        super().__init__(week, may_move)
        # Fixed agendas are numbers, the others variables.
        self.often: dict[tuple[int, HalfDay], Any] = {}
        for each in week.practitioners:
            self._hold(each)
        self._ask(most)
        if common is not None:
            self._gather(common)
        for half in self.halves:
            self._limit(half)
            self._mix(half)
            self._company(half)

    def _hold(self, each: Practitioner) -> None:
        if each not in self.free:
            self.often |= {(each.agenda, half): self.held_now(each, half) for half in self.halves}
            return
        weeks = sum(n > 0 for n in each.needed)
        for half in self.halves:
            name = f"{each.agenda} {half}"
            one = self.model.new_int_var(0, weeks, name) if half in each.possible else 0
            self.often[each.agenda, half] = one
        self.model.add(sum(self.often[each.agenda, half] for half in self.halves) == sum(each.needed))

    def _ask(self, most: int | None) -> None:
        """Count whom a plan asks to move, and how many half-days."""
        asked = []
        for each in self.free:
            asks = self.model.new_bool_var(f"asks {each.agenda}")
            for half in self.halves:
                one, now = self.often[each.agenda, half], self.held_now(each, half)
                if isinstance(one, int):
                    continue
                more = self.model.new_int_var(0, len(each.now), f"more {each.agenda} {half}")
                self.model.add(more >= one - now)
                self.model.add(one <= now).only_enforce_if(~asks)
                self.cost.append(more * max(1, round(100 * MOVED * PARTS / len(each.now))))
            asked.append(asks)
        if most is not None:
            self.model.add(sum(asked) <= most)

    def _gather(self, common: int) -> None:
        """Let those who move share so many half-days, where nobody is called alone."""
        shared = []
        for half in self.halves:
            used = self.model.new_bool_var(f"used {half}")
            for each in self.free:
                self.model.add(self.often[each.agenda, half] == 0).only_enforce_if(~used)
            shared.append(used)
        self.model.add(sum(shared) <= common)

    def _limit(self, half: HalfDay) -> None:
        """Rooms, and the people whom officers can bring, on average over the weeks: each week is seen to later."""
        cycle, rooms = self.week.cycle, defaultdict(list)
        every = [(each, self.often[each.agenda, half] * (cycle // len(each.now))) for each in self.week.practitioners]
        for each, one in every:
            if each.room is not None:
                rooms[each.room].append(one)
        for ones in rooms.values():
            self.at_most(ones, cycle)
        if self.week.rooms is not None:
            self.at_most([one for _each, one in every], self.week.rooms * cycle)
        if (bring := self.week.bring.get(half)) is not None:
            self.at_most([one * round(10 * each.calls) for each, one in every], 10 * bring * cycle)

    def _mix(self, half: HalfDay) -> None:
        rate = {each.agenda: each.calls / len(each.now) for each in self.week.practitioners}
        load = {each.agenda: rate[each.agenda] * sum(map(len, each.now)) for each in self.week.practitioners}
        total = sum(load.values())
        for secret in secrets(self.week):
            own = sum(load[each.agenda] for each in self.week.practitioners if each.discipline in secret)
            if not own or own == total:
                continue
            weight = max(own / total, RARE if secret & self.week.sensitive else 0.0)
            far = self.model.new_int_var(0, 4 * PARTS, f"far {sorted(secret)} {half}")
            terms = sum(
                self.often[each.agenda, half]
                * round(PARTS * rate[each.agenda] * ((each.discipline in secret) / own - 1 / total))
                for each in self.week.practitioners
            )
            self.model.add(far >= terms)
            self.model.add(far >= -terms)
            self.cost.append(far * max(1, round(100 * weight)))

    def _company(self, half: HalfDay) -> None:
        """Let no half-day be held for sensitive disciplines alone."""
        terms, most, secret = [], 0, 0.0
        for each in self.week.practitioners:
            is_secret = each.discipline in self.week.sensitive
            rate = round(100 * each.calls / len(each.now)) * (1 if is_secret else -1)
            terms.append(self.often[each.agenda, half] * rate)
            most += max(0, rate) * len(each.now)
            secret += is_secret * 100 * each.calls / len(each.now) * sum(map(len, each.now))
        if most:
            excess = self.model.new_int_var(0, most, f"alone {half}")
            self.model.add(excess >= sum(terms))
            self.cost.append(excess * max(1, round(100 * ALONE * PARTS / secret)))

    def solve(self, effort: float) -> Often:
        solver = self.run(effort)
        return {key: one if isinstance(one, int) else solver.value(one) for key, one in self.often.items()}


class _Weeks(_Step):
    """Second step: in which weeks. No half-day of any week should hold more sensitive calls than others."""

    def __init__(self, week: UnitWeek, may_move: Collection[int], often: Often) -> None:
        super().__init__(week, may_move)
        self.held: dict[tuple[int, int, HalfDay], Any] = {}
        for each in week.practitioners:
            self._hold(each, often)
        for number in range(week.cycle):
            for half in self.halves:
                self._limit(number, half)
                self._company(number, half)

    def _hold(self, each: Practitioner, often: Often) -> None:
        is_asked = each in self.free and any(
            often[each.agenda, half] != self.held_now(each, half) for half in self.halves
        )
        for turn, old in enumerate(each.now):
            chosen = []
            for half in self.halves:
                one: Any = int(half in old)
                if is_asked:
                    one = self.model.new_bool_var(f"{each.agenda} {turn} {half}") if half in each.possible else 0
                    chosen.append(one)
                self.held[each.agenda, turn, half] = one
            if is_asked:
                self.model.add(sum(chosen) == each.needed[turn])
        if is_asked:
            for half in self.halves:
                self._as_often(each, half, often[each.agenda, half])

    def _as_often(self, each: Practitioner, half: HalfDay, wanted: int) -> None:
        """Keep to the first step; where rooms of some week forbid it, as nearly as can be."""
        off = self.model.new_int_var(0, len(each.now), f"off {each.agenda} {half}")
        held = sum(self.held[each.agenda, turn, half] for turn in range(len(each.now)))
        self.model.add(off >= held - wanted)
        self.model.add(off >= wanted - held)
        self.cost.append(off * 20 * PARTS)

    def _limit(self, number: int, half: HalfDay) -> None:
        rooms: dict[int, list[Any]] = defaultdict(list)
        every = [(each, self._at(each, number, half)) for each in self.week.practitioners]
        for each, one in every:
            if each.room is not None:
                rooms[each.room].append(one)
        for ones in rooms.values():
            self.at_most(ones, 1)
        if self.week.rooms is not None:
            self.at_most([one for _each, one in every], self.week.rooms)
        if (bring := self.week.bring.get(half)) is not None:
            self.at_most([one * round(10 * each.calls) for each, one in every], 10 * bring)

    def _company(self, number: int, half: HalfDay) -> None:
        terms, most = [], 0
        for each in self.week.practitioners:
            weight = round(10 * each.calls) * (1 if each.discipline in self.week.sensitive else -1)
            terms.append(self._at(each, number, half) * weight)
            most += max(0, weight)
        if most:
            excess = self.model.new_int_var(0, most, f"alone {number} {half}")
            self.model.add(excess >= sum(terms))
            self.cost.append(excess)

    def _at(self, each: Practitioner, number: int, half: HalfDay) -> Any:
        return self.held[each.agenda, number % len(each.now), half]

    def solve(self, effort: float) -> Turns:
        solver = self.run(effort)
        return {
            each.agenda: tuple(self._turn(solver, each, turn) for turn in range(len(each.now)))
            for each in self.week.practitioners
        }

    def _turn(self, solver: cp_model.CpSolver, each: Practitioner, turn: int) -> Turn:
        ones = {half: self.held[each.agenda, turn, half] for half in self.halves}
        return frozenset(
            half for half, one in ones.items() if (one if isinstance(one, int) else solver.boolean_value(one))
        )


def secrets(week: UnitWeek) -> list[frozenset[str]]:
    """Return the sets of disciplines whose share should be the same everywhere: each one, the sensitive together."""
    each = [frozenset({name}) for name in sorted({one.discipline for one in week.practitioners})]
    together = [week.sensitive, MENTAL & week.sensitive]
    return each + [found for found in together if len(found) > 1]
