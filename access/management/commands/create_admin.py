"""manage.py create_admin: opens the first account administrator of one or several establishments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import transaction

from access import accounts
from access.enums import Administered, Role, Side
from access.models import Establishment, JointAdministration, User


class Command(BaseCommand):
    help = "Open an account administrator's account and print its first password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the name to sign in with")
        parser.add_argument("--name", required=True, help="the person's name, as colleagues know it")
        parser.add_argument("--email", default="", help="mail address, if any")
        parser.add_argument(
            "--establishment",
            metavar="CODE",
            action="append",
            required=True,
            help="code of an establishment to manage; repeat it for several",
        )

        parser.add_argument(
            "--side",
            choices=Administered.values,
            help="whose accounts: care, prison, or both where an agreement is recorded (manage.py"
            " joint_administration); left out, both where it is",
        )

    @no_translations
    def handle(self, *args: Any, username: str, name: str, email: str, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        establishments = [establishment_of(code) for code in dict.fromkeys(options["establishment"])]
        side = side_for(establishments, options["side"])
        try:
            with transaction.atomic():
                user, password = open_admin(establishments, side, username=username, name=name, email=email)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write(
            f"Account {user.username} opened at the accounts door for {', '.join(map(str, establishments))}."
        )
        self.stdout.write(f"First password, shown this once: {password}")
        self.stdout.write("At the first sign-in CareHub asks for an authenticator, then for a password of one's own.")


def establishment_of(code: str) -> Establishment:
    establishment = Establishment.objects.filter(code__iexact=code).first()
    if establishment is None:
        known = ", ".join(Establishment.objects.order_by("code").values_list("code", flat=True))
        hint = f"Known codes: {known}." if known else "None exists yet: start with manage.py create_establishment."
        raise CommandError(f"No establishment has the code {code}. {hint}")
    return establishment


def side_for(establishments: list[Establishment], side: str | None) -> str:
    """Return whose accounts the new administrator manages; the same at each establishment."""
    agreed = JointAdministration.objects.filter(establishment__in=establishments).count() == len(establishments)
    if side is None and not agreed:
        raise CommandError(
            "Say whose accounts: --side care or --side prison. For one administrator of both sides an agreement is"
            " recorded first: manage.py joint_administration CODE --decided-by … --decided-on …"
        )
    return side or Administered.BOTH.value


def open_admin(
    establishments: list[Establishment], administers: str, *, username: str, name: str, email: str
) -> tuple[User, str]:
    """Open the account at the first establishment and give it the same role at the others."""
    first, *others = establishments
    user, password = accounts.open_account(
        first,
        by=None,
        side=Side.ACCOUNTS,
        role=Role.ACCOUNT_ADMIN,
        username=username,
        full_name=name,
        email=email,
        administers=administers,
    )
    for establishment in others:
        accounts.give_role(user, by=None, establishment=establishment, role=Role.ACCOUNT_ADMIN, administers=administers)
    return user, password
