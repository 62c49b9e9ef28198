"""Reviews of accounts: who has what at an establishment, side by side, each line confirmed or withdrawn by somebody.

Functions of the database write them, and their lines of the log: what is proof is no caller's to word.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from guardian.models import UserObjectPermission

from access import audit
from access.accounts import take_role
from access.databases import database_for, database_of, databases_of
from access.enums import ReviewDecision, Side, Verb
from access.kept_texts import KeptText
from access.models import AccessReview, Establishment, Membership, ReviewLine, User
from access.policy import scopes_of
from access.reach import require_administrator
from access.refusal import constraint_of
from access.roles import call
from access.scopes import kept_in_words
from access.second_words import in_role
from access.written import taken


@dataclass(frozen=True)
class ReviewedAccount:
    """One line as it is read: what stood there when the review opened, and what has changed since."""

    line: ReviewLine
    scope: list[str]
    has_changed: bool
    decided_by: str
    has_role: bool
    # The last sign-in, if there was one after the review opened.
    used_since: datetime | None = None
    # Role, dates and scope as they were confirmed, or are today while nobody has decided: if the line tells others.
    instead: list[str] = field(default_factory=list)
    # What tells the account of today from one that was changed after this was read.
    seen: str = ""

    @property
    def words(self) -> str:
        """Return what was decided, or that nothing was."""
        return str(self.line.get_decision_display()) if self.line.decision else _("not decided")

    def decided_at(self, establishment: Establishment) -> str:
        at = self.line.decided_at
        return f"{timezone.localtime(at, establishment.zone):%Y-%m-%d %H:%M}" if at else ""


def quarter_of(day: date) -> date:
    """Return the first day of the quarter of `day`."""
    return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)


def reviews_at(establishment: Establishment, side: str) -> QuerySet[AccessReview]:
    reviews = AccessReview.objects.using(database_for(side, establishment))
    return counted(reviews.filter(establishment_id=establishment.pk, side=side))


def open_reviews(establishment: Establishment) -> list[AccessReview]:
    """Return what is to be decided at an establishment, door by door. One query a database."""
    found: list[AccessReview] = []
    for database in databases_of(establishment):
        for row in OPEN.read(database, place=establishment.pk):
            review, counts = taken(AccessReview, row, database=database)
            review.total, review.decided = counts
            if database_for(review.side, establishment) == database:
                found.append(review)
    return sorted(found, key=lambda review: list(Side).index(Side(review.side)))


def counted(reviews: QuerySet[AccessReview]) -> QuerySet[AccessReview]:
    return reviews.annotate(total=Count("lines"), decided=Count("lines", filter=~Q(lines__decision="")))


OPEN = KeptText(
    lambda place: counted(AccessReview.objects.filter(establishment_id=place, closed_at=None)).order_by("-pk"),
    keys=["place"],
)


def all_reviews(establishment: Establishment) -> list[AccessReview]:
    found = [review for side in Side for review in reviews_at(establishment, side)]
    return sorted(found, key=lambda review: review.opened_at, reverse=True)


def review_or_404(establishment: Establishment, side: str, key: int) -> AccessReview:
    review = reviews_at(establishment, side).filter(pk=key).first() if side in Side.values else None
    if review is None:
        raise Http404
    return review


def open_review(establishment: Establishment, side: str, *, by: User | None) -> int:
    """Open a review of one side; return its key. Raises ValidationError when one is open, PermissionDenied."""
    require_administrator(by, establishment, side=side)
    database = database_for(side, establishment)
    try:
        with transaction.atomic(using=database):
            return int(call(database, "access_open_review", by, establishment, side))
    except IntegrityError as error:
        if constraint_of(error) != "one_open_review_a_side":
            raise
        raise ValidationError(_("A review of this door is open already. Finish it first.")) from error


def decide(
    line: ReviewLine, decision: ReviewDecision, *, by: User, establishment: Establishment, side: str, seen: str = ""
) -> None:
    """Confirm a line as its account stands, or withdraw the role that it tells of.

    `seen` is of what was read (ReviewedAccount.seen): nobody confirms what they have not seen. Raises ValidationError,
    PermissionDenied.
    """
    require_administrator(by, establishment, side=side)
    database = database_for(side, establishment)
    user = User.objects.using(database).filter(pk=line.user_id).first()
    try:
        with transaction.atomic(using=database):
            if decision == ReviewDecision.CONFIRMED and seen != digest_of(today_of([line], side, establishment)):
                raise ValidationError(
                    _("This account was changed after the page was shown. Nothing was decided: read the line again.")
                )
            if decision == ReviewDecision.WITHDRAWN and user is not None and has_role(user, establishment, database):
                take_role(user, by=by, establishment=establishment)
            call(database, "access_decide_line", by, establishment, line.pk, decision.value)
    except IntegrityError as error:
        raise ValidationError(sentence_for(constraint_of(error))) from error


def sentence_for(constraint: str) -> str:
    if constraint == "line_is_anothers":
        return _("This is your own account: another account administrator decides about it.")
    if constraint == "review_stays":
        return _("Somebody has decided about this line already.")
    return _("This could not be decided. Reload the page.")


def has_role(user: User, establishment: Establishment, database: str) -> bool:
    roles = Membership.objects.using(database).unended()
    return roles.filter(user_id=user.pk, establishment_id=establishment.pk).exists()


def lines_at(review: AccessReview) -> QuerySet[ReviewLine]:
    return ReviewLine.objects.using(database_of(review)).filter(review_id=review.pk)


def in_words(lines: list[ReviewLine], review: AccessReview, establishment: Establishment) -> list[ReviewedAccount]:
    """Return lines in words, with what became of each account: a number of queries that no line adds to."""
    database = database_of(review)
    keys = [line.user_id for line in lines]
    today = today_of(lines, review.side, establishment)
    used = dict(User.objects.using(database).filter(pk__in=keys).values_list("pk", "last_login"))
    names = names_of(line.decided_by_id for line in lines)
    return [
        ReviewedAccount(
            line=line,
            scope=scope_of(line, review.side),
            has_changed=line.user_id not in today or differs(line, today[line.user_id]),
            decided_by=names.get(line.decided_by_id or 0, ""),
            has_role=line.user_id in today,
            used_since=used_since(line, used.get(line.user_id)),
            instead=list(instead_of(line, line.stood if line.decision else today.get(line.user_id, {}), review.side)),
            seen=digest_of({key: has for key, has in today.items() if key == line.user_id}),
        )
        for line in lines
    ]


def today_of(lines: list[ReviewLine], side: str, establishment: Establishment) -> dict[int, dict[str, Any]]:
    """Return what accounts of lines have today, as a line keeps it; nothing of who has no role any more."""
    keys = [line.user_id for line in lines]
    roles = Membership.objects.using(database_for(side, establishment)).unended()
    held = rights_held(keys, side, establishment)
    return {
        role.user_id: {
            "role": role.role,
            "valid_from": role.valid_from.isoformat(),
            "valid_until": role.valid_until.isoformat() if role.valid_until else None,
            "administers": role.administers,
            "rights": held[role.user_id],
        }
        for role in roles.filter(establishment_id=establishment.pk, user_id__in=keys)
    }


def digest_of(today: dict[int, dict[str, Any]]) -> str:
    return hashlib.sha256(repr(today).encode()).hexdigest()


def differs(line: ReviewLine, has: dict[str, Any]) -> bool:
    """Whether that is another role, other dates, another scope or other accounts to manage than the line tells."""
    rows = ({(each["right"], each["row"]) for each in rights} for rights in (line.rights, has["rights"]))
    was, held = ({each for each in pairs if each[0] not in {"emergency", "administers"}} for pairs in rows)
    until = line.valid_until.isoformat() if line.valid_until else None
    told_of = (line.role, line.valid_from.isoformat(), until, "".join(told(line, "administers")))
    return told_of != tuple(has[word] for word in ("role", "valid_from", "valid_until", "administers")) or was != held


def instead_of(line: ReviewLine, has: dict[str, Any], side: str) -> Iterator[str]:
    """Say what an account has in the place of what the line tells, if it is something else."""
    if has and differs(line, has):
        yield in_role(has)
        yield from kept_in_words(has["role"], has["rights"], side=side, administers=has["administers"])


def rights_held(keys: list[int], side: str, establishment: Establishment) -> dict[int, list[dict[str, str]]]:
    """Return which rights accounts have on rows of an establishment, by name: a query for each kind of row, and one."""
    rows = {("establishment", str(establishment.pk)): establishment.name}
    for scope in scopes_of(side):
        here = scope.rows(establishment)
        rows |= {(str(here.model._meta.model_name), str(row.pk)): str(row) for row in here}
    given = UserObjectPermission.objects.using(database_for(side, establishment)).filter(user_id__in=keys)
    columns = ("user_id", "permission__codename", "content_type__model", "object_pk")
    held: dict[int, list[dict[str, str]]] = defaultdict(list)
    for user_id, right, model, row in given.values_list(*columns):
        if (model, row) in rows:
            held[user_id].append({"right": right, "row": row, "name": rows[model, row]})
    for rights in held.values():
        rights.sort(key=itemgetter("name", "row", "right"))
    return held


def used_since(line: ReviewLine, last_login: datetime | None) -> datetime | None:
    return last_login if last_login and (line.last_login is None or last_login > line.last_login) else None


def names_of(keys: Iterable[int | None]) -> dict[int, str]:
    """Return the names of administrators, whose accounts stand in the hospital's database."""
    wanted = {key for key in keys if key is not None}
    return dict(User.objects.filter(pk__in=wanted, side=Side.ACCOUNTS).values_list("pk", "full_name"))


def scope_of(line: ReviewLine, side: str) -> list[str]:
    """Say what the account saw when the review opened, strongest level first, with the names of that day."""
    said = kept_in_words(line.role, line.rights, side=side, administers=next(iter(told(line, "administers")), ""))
    return [*said, *(emergencies_in_words(int(number)) for number in told(line, "emergency"))]


def told(line: ReviewLine, right: str) -> list[str]:
    """Return what the line says beside rights on rows: whose accounts, or how many emergency accesses."""
    return [each["row"] for each in line.rights if each["right"] == right]


def emergencies_in_words(number: int) -> str:
    words = ngettext(
        "%(number)s emergency access in the three months before",
        "%(number)s emergency accesses in the three months before",
        number,
    )
    return words % {"number": number}


def open_due(establishment: Establishment, *, now: datetime) -> list[str]:
    """Open this quarter's reviews of an establishment, with the owner's login; return of which sides.

    One that is still open from an earlier quarter is closed as it is: unfinished, and it says so for ever.
    """
    begins = datetime.combine(quarter_of(establishment.day_of(now)), time(0), tzinfo=establishment.zone)
    opened = []
    for side in Side:
        database = database_for(side, establishment)
        known = Establishment.objects.using(database).filter(pk=establishment.pk).exists()
        reviews = AccessReview.objects.using(database).filter(establishment_id=establishment.pk, side=side)
        roles = Membership.objects.using(database).unended().filter(establishment_id=establishment.pk, side=side)
        if not known or not roles.exists() or reviews.filter(opened_at__gte=begins).exists():
            continue
        with transaction.atomic(using=database):
            for left in reviews.filter(closed_at=None):
                reviews.filter(pk=left.pk).update(closed_at=now)
                audit.record(
                    by=None, verb=Verb.CLOSE_REVIEW, target=left, establishment=establishment, database=database
                )
            open_review(establishment, side, by=None)
        opened.append(str(side.value))
    return opened
