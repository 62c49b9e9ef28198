"""Accounts: a person, on one side of the wall, with one role per establishment. No password or code flow here."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Lower, Now
from django.utils.translation import gettext_lazy as _

from access.enums import ROLES_OF_SIDE, Administered, Role, Side

ROLE_IN_WORDS: dict[str, Any] = dict(Role.choices)
# The position of the doctors' associations: care staff must not depend on a @justice.fr address
# ("les assujettissant de fait à un organigramme pénitentiaire"). justice.gouv.fr is the same administration.
JUSTICE_MAIL = r"@([a-z0-9-]+\.)*justice(\.gouv)?\.fr$"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds accounts by name; opening one is the business of access.accounts."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(username__iexact=username)
        return user


class PasswordField(models.CharField):  # type: ignore[type-arg]
    """A password's hash. The accounts door reads accounts of all sides, and the hashes of its own, by a function."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Return what stands for the column in a query."""
        if settings.CAREHUB_DOOR != Side.ACCOUNTS:
            return sql, params
        key = f'{sql.removesuffix(compiler.quote_name_unless_alias(self.column))}"id"'
        return f"access_administrator_password({key})", params


class User(AbstractBaseUser):
    """Somebody who signs in, at the door of their side only. There is no superuser."""

    password = PasswordField(_("password"), max_length=128)
    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(default=True)
    second_factor_since = models.DateTimeField(null=True, blank=True)
    # Since when something happened to the sign-in that no other session of theirs has been told of.
    untold_since = models.DateTimeField(null=True, blank=True)
    # Where they worked last, for who works at several: there the next session begins.
    last_establishment = models.ForeignKey(
        "access.Establishment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    date_joined = models.DateTimeField(auto_now_add=True)
    # Until when the sheet with the enrolment code can be used, told to administrators; the code itself knows it, too.
    sheet_until = models.DateTimeField(null=True, blank=True)
    # Closed by the nightly work because nobody had used it; and since when its days are counted anew.
    suspended_at = models.DateTimeField(null=True, blank=True)
    counted_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "side"]
    # guardian and Django ask for it; nobody here passes over the rules.
    is_superuser = False
    is_staff = False

    class Meta:
        ordering = ["full_name", "id"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_once",
                violation_error_message=_("This user name is taken. Choose another."),
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="user_side_known"),
            models.CheckConstraint(
                condition=~Q(side=Side.CARE) | ~Q(email__iregex=JUSTICE_MAIL),
                name="care_account_without_justice_mail",
                violation_error_message=_(
                    "A care account cannot use a justice.fr address: care staff must not depend on the prison "
                    "administration's mail. Give the hospital's address, or none."
                ),
            ),
            models.UniqueConstraint(fields=["id", "side"], name="user_of_side"),
            models.CheckConstraint(condition=Q(suspended_at=None) | Q(is_active=False), name="suspended_is_closed"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name


class UsedPassword(models.Model):
    """The digest of a password's hash that an account has had. Written by a trigger; no login of a door reads it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="password_is_new")]

    def __str__(self) -> str:
        return f"former password of {self.user_id}"


def today_there() -> Cast:
    """Today in the establishment of the row: in Nouméa it begins ten hours before Paris."""
    here = Func(F("establishment__time_zone"), Now(), function="timezone", output_field=models.DateTimeField())
    return Cast(here, models.DateField())


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Roles that count today, the last day included."""
        return self.unended().filter(valid_from__lte=today_there())

    def unended(self) -> MembershipQuerySet:
        """Roles that count today or will begin (a locum's or an intern's role ends by itself)."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today_there()))


def today_utc() -> date:
    """The default first day of a new role; the establishment, and so its local day, is not known here."""
    from django.utils import timezone

    return timezone.now().date()


class Membership(models.Model):
    """The role of an account at one establishment, between two dates."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    # Its index is that of one_role_per_establishment, which no search for one person's role mistakes for a short way.
    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    # Repeated here so that the database itself keeps a role on its side of the wall (membership_on_side_of_user).
    side = models.CharField(max_length=10, choices=Side.choices)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("from"), default=today_utc)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    # Of an account administrator: whose accounts. Both sides’ only where an agreement says so (a trigger).
    administers = models.CharField(max_length=10, choices=Administered.choices, blank=True, default="")
    # When the role of head was taken from it (a trigger): for some days it is still guarded as a head's.
    was_head_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["establishment", "user", "id"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "user"], name="one_role_per_establishment"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="role_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(side=Side.CARE, role__in=ROLES_OF_SIDE[Side.CARE])
                | Q(side=Side.PRISON, role__in=ROLES_OF_SIDE[Side.PRISON])
                | Q(side=Side.ACCOUNTS, role__in=ROLES_OF_SIDE[Side.ACCOUNTS]),
                name="role_belongs_to_side",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ACCOUNT_ADMIN, administers__in=Administered.values)
                | ~Q(role=Role.ACCOUNT_ADMIN) & Q(administers=""),
                name="administrators_have_a_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.establishment}"

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """Django's own reads all words of all roles for each; every page says this one."""
        return str(ROLE_IN_WORDS.get(self.role, self.role))

    def clean(self) -> None:
        if self.role and self.side and self.role not in ROLES_OF_SIDE[Side(self.side)]:
            raise ValidationError({"role": _("This role belongs to the other side of the wall.")})
