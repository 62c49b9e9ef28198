"""Calls the database's functions that change accounts, and puts into words what they refuse."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, ProgrammingError, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.refusal import constraint_of

# What the prison's database says of an establishment or a building that the courier has not brought there.
UNKNOWN_THERE = ("log_establishment_known", "right_on_row_here")
# A right that was lost between the question and the deed.
NOT_YOURS = ("administrator_acts", "account_is_managed", "side_is_administered")
# What the database refuses although the code has asked nothing: in words.
RULES: dict[str, Any] = {
    "side_keeps_an_administrator": gettext_lazy(
        "This is the last account administrator of a side here. Give somebody else that role first, without a last day."
    ),
    "user_name_is_plain": gettext_lazy("A user name has letters, digits and . - _ only: it is no mail address."),
    "awaits_second_word": gettext_lazy(
        "This account waits for the word of a second person: the head of unit, whom the head named, or another "
        "administrator of the care side."
    ),
    "second_word_needed": gettext_lazy(
        "This person gives the second word: their second factors are not changed by one administrator alone. Ask for "
        "a reset; a second person confirms it, and then they enrol a token or an authenticator themselves."
    ),
    "word_asked_once": gettext_lazy("A second person was asked already. Wait for their answer."),
    "word_needed": gettext_lazy("This needs no second person any more. Reload the page."),
    "both_sides_by_agreement": gettext_lazy("No agreement on one administration for both sides is recorded here."),
    "word_of_entitled": gettext_lazy("You do not give the second word here."),
    "word_of_another_person": gettext_lazy("Whoever asks, or is concerned, does not confirm: another person does."),
    "word_given": gettext_lazy("Answered or asked anew meanwhile. Nothing of yours was applied: read what waits now."),
    "word_elsewhere": gettext_lazy(
        "The second persons of another establishment answer for this account: ask there, or its administrator."
    ),
    "word_late": gettext_lazy("The time to answer is over: the administrator has to ask again."),
    "word_of_independent": gettext_lazy(
        "The administrator who asks has had your sign-in in their hands a short time ago, or you theirs (opened, new "
        "password, new second factor): another person must confirm, or you three days later."
    ),
}


def call_function(database: str, function: str, *values: Any) -> Any:
    """Call a function of a database and return what it returns, or undo all that it did.

    Raises ValidationError for a refusal that has words, also when that database does not know the establishment yet;
    PermissionDenied for a right that was lost.
    """
    try:
        with transaction.atomic(using=database), connections[database].cursor() as cursor:
            cursor.callproc(function, values)
            [returned] = cursor.fetchone()
    except (IntegrityError, ProgrammingError) as error:
        rule = constraint_of(error)
        if rule in RULES:
            raise ValidationError(str(RULES[rule])) from error
        if rule in NOT_YOURS:
            raise PermissionDenied(_("You do not manage this account any more.")) from error
        if database == DEFAULT_DB_ALIAS or rule not in UNKNOWN_THERE:
            raise
        raise ValidationError(
            _(
                "The prison’s database does not know this establishment, or a building of it, yet. "
                "Try again in a minute; if it lasts, tell your IT service."
            )
        ) from error
    return returned
