"""What someone learns who keeps the lists: a learner reads each person's rhythm out of half a year of them.

The ordinary observer does keep them: the prison's own system holds appointments for years. Half of the truth is given
to the learner, the other half is to be guessed; that is more than an observer should know, and tells what the lists
allow. Loads scikit-learn, which takes a second and much memory: the nightly measure imports this module, no page does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

from appointments.arithmetic.leakage import secrets_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence
    from datetime import date

    from appointments.arithmetic.leakage import ListedCall, Secret

    Matrix = np.ndarray[Any, np.dtype[np.float64]]

KNOWN = 0.5  # share of the lines of which the observer knows the truth
MOST_SUSPECTED = 0.05
NEVER = 999  # days since or until a call that is not there
CALLS_AT_LEAST = 100  # below it half a year of lists teaches nobody anything that could be judged
FOLLOWED_AT_LEAST = 10  # and with fewer persons of a kind there is nobody to learn from
FOLDS = 5
PLACES = 60  # weekdays and times that are told apart in a person's calls
GAPS = (0, 3, 10, 17, 24, 31, 60)  # days between two calls, parted around one to four weeks
# A bold learner and two careful ones: which does best depends on how much there is to learn. The observer is given the
# best figure of each, which no real one could choose beforehand.
# Nothing is held back to stop early by: a discipline called once could not be parted.
BOLD: dict[str, Any] = {"max_iter": 40, "early_stopping": False}
CAREFUL: dict[str, Any] = BOLD | {"max_iter": 60, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 60,
                           "l2_regularization": 5}  # fmt: skip
PATIENT: dict[str, Any] = CAREFUL | {"max_iter": 120, "min_samples_leaf": 40}
LEARNERS = (BOLD, CAREFUL, PATIENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLists:
    """What was guessed of the half of the lines that the observer did not know."""

    gain: float  # disciplines guessed right beyond always naming the commonest, a share
    above_half: float  # share of the sensitive lines that are held to be sensitive with more than one half
    precision: float  # of the 5 % of lines most suspected, how many are sensitive
    prior: float  # how many of all lines are
    auc: float  # of a sensitive line and another one, how often the right one is suspected more


class PersonRhythm(NamedTuple):
    """How well the followed people are told from the others: chance is 0.5."""

    followed: int
    auc: float
    auc_calls: float  # from the number of their calls alone


def kept_lists(
    calls: Iterable[ListedCall],
    *,
    sensitive: Collection[str],
    seed: int = 1,
    learners: Sequence[dict[str, Any]] = LEARNERS,
) -> KeptLists | None:
    """Learn from one half of the lines, guess the other; None when there is too little to learn. Ten seconds.

    Gradient-boosted trees (Friedman 2001) on histograms. A planner that compares many lists takes one of the learners.
    """
    lines = sorted(calls, key=_order)
    truth = np.array([line.discipline for line in lines])
    is_sensitive = np.isin(truth, list(sensitive))
    known = np.random.default_rng(seed).random(len(lines)) < KNOWN
    if len(lines) < CALLS_AT_LEAST or any(len(set(is_sensitive[half])) == 1 for half in (known, ~known)):
        return None
    seen = line_features(lines)
    tries = [_guesses(options, seen, truth, is_sensitive, known, seed=seed) for options in learners]
    return KeptLists(
        gain=max(each[0] for each in tries),
        above_half=max(each[1] for each in tries),
        precision=max(each[2] for each in tries),
        auc=max(each[3] for each in tries),
        prior=float(is_sensitive[~known].mean()),
    )


def line_features(lines: Sequence[ListedCall]) -> Matrix:
    """Return what stands on the lists about each line, and about all others of the same person.

    Whoever comes for two consultations at one time is called by one line: the list does not say that they are two.
    """
    shown = {(line.person, line.day, line.at) for line in lines}
    together = Counter((day, at) for _person, day, at in shown)
    that_day = Counter(day for _person, day, _at in shown)
    theirs = defaultdict(list)
    for person, day, at in sorted(shown, key=lambda each: each[1:]):
        theirs[person].append((day.toordinal(), at))
    return np.array(
        [
            [
                line.day.weekday(),
                line.at,
                (line.day.toordinal() - 1) // 7,
                (line.day.toordinal() - 1) // 7 % 4,
                together[line.day, line.at],
                that_day[line.day],
                *_around((line.day.toordinal(), line.at), theirs[line.person]),
            ]
            for line in lines
        ],
        dtype=float,
    )


def person_rhythms(
    calls: Iterable[ListedCall], *, sensitive: Collection[str], seed: int = 1
) -> dict[Secret, PersonRhythm | None]:
    """Return for each set and discipline how well its people are told by number, places and intervals of their calls.

    The area under the ROC curve (Hanley and McNeil 1982) of people who were left out of what the learner saw, in five
    parts; None when fewer than ten people are followed, or not followed. Finer kinds are left out: few people each.
    """
    lines = sorted(calls, key=_order)
    theirs: dict[Hashable, list[ListedCall]] = defaultdict(list)
    for line in lines:
        theirs[line.person].append(line)
    people = list(theirs.values())
    seen = person_features(people)
    found: dict[Secret, PersonRhythm | None] = {}
    for secret in secrets_of(((line.discipline, line.kind) for line in lines), sensitive):
        if secret.scope != "kind":
            followed = np.array([any(secret.holds(line.discipline, line.kind) for line in each) for each in people])
            found[secret] = _told(seen, followed, seed=seed)
    return found


def person_features(people: Sequence[Sequence[ListedCall]]) -> Matrix:
    """Return for each person how often they are called, on which weekdays, at which times, at which intervals."""
    usual = Counter((line.day.weekday(), line.at) for lines in people for line in lines).most_common(PLACES)
    rows = []
    for lines in people:
        days = sorted({line.day.toordinal() for line in lines})
        gaps = np.diff(days) if len(days) > 1 else np.array([NEVER])
        shown = {(line.day, line.at) for line in lines}
        places = Counter((day.weekday(), at) for day, at in shown)
        weekdays = Counter(day.weekday() for day, _at in shown)
        rows.append(
            [
                *(len(shown), len(days), days[-1] - days[0], max(places.values())),
                *(gaps.mean(), gaps.std(), gaps.min(), gaps.max(), float(np.median(gaps))),
                *(float((gaps % cycle == 0).mean()) for cycle in (7, 14, 28)),
                *(int(((gaps > low) & (gaps <= high)).sum()) for low, high in pairwise(GAPS)),
                *(weekdays[each] for each in range(7)),
                *(places[place] for place, _ in usual),
            ]
        )
    return np.array(rows, dtype=float)


def _order(line: ListedCall) -> tuple[date, int, str, str]:
    return line.day, line.at, str(line.person), line.kind


def _around(own: tuple[int, int], theirs: Sequence[tuple[int, int]]) -> list[float]:
    """Return when the person was called before and is called next, how often, and how often at the same hour."""
    day, at = own
    first, last = bisect_left(theirs, own), bisect_left(theirs, (day, at + 1))
    near = range(bisect_left(theirs, (day - 28, 0)), bisect_left(theirs, (day + 29, 0)))
    days = {each for each, _ in theirs[max(0, first - 4) : last + 4]}
    return [
        *(day + by in days for by in (-1, 1)),
        day - theirs[first - 1][0] if first else NEVER,
        theirs[last][0] - day if last < len(theirs) else NEVER,
        day - theirs[first - 2][0] if first > 1 else NEVER,
        theirs[last + 1][0] - day if last + 1 < len(theirs) else NEVER,
        first,
        len(theirs),
        len(near),
        sum(when == at and (each - day) % 7 == 0 for each, when in theirs),
        sum((each - day) % 7 == 0 for each, _ in theirs),
    ]


def _guesses(
    options: dict[str, Any], seen: Matrix, truth: Any, is_sensitive: Any, known: Any, *, seed: int
) -> tuple[float, float, float, float]:
    with threadpool_limits(1):  # lines are few: threads cost more than they bring, and the night is long
        model = HistGradientBoostingClassifier(random_state=seed, **options).fit(seen[known], truth[known])
        chances = model.predict_proba(seen[~known])
    hidden, sought = truth[~known], is_sensitive[~known]
    guessed = model.classes_[chances.argmax(axis=1)]
    suspicion = chances[:, np.isin(model.classes_, np.unique(truth[is_sensitive]))].sum(axis=1)
    most = np.argsort(-suspicion, kind="stable")[: max(1, round(MOST_SUSPECTED * len(hidden)))]
    return (
        float((guessed == hidden).mean()) - max(Counter(hidden.tolist()).values()) / len(hidden),
        float((suspicion[sought] > KNOWN).mean()),
        float(sought[most].mean()),
        float(roc_auc_score(sought, suspicion)),
    )


def _told(seen: Matrix, followed: Any, *, seed: int) -> PersonRhythm | None:
    number = int(followed.sum())
    if min(number, len(followed) - number) < FOLLOWED_AT_LEAST:
        return None
    parts = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    model = HistGradientBoostingClassifier(random_state=seed, **(CAREFUL | {"min_samples_leaf": 5}))
    with threadpool_limits(1):
        suspicion = cross_val_predict(model, seen, followed, cv=parts, method="predict_proba")[:, 1]
    return PersonRhythm(number, float(roc_auc_score(followed, suspicion)), float(roc_auc_score(followed, seen[:, 0])))
