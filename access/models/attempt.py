"""Counted failures of signing in, and what an account's owner is told of what happened to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import ThrottlingMixin

from access.enums import Happening, Side

# Failures that cost nothing: a password mistyped, capitals left on.
FREE_FAILURES = 3
# With the tenth failure the wait is 512 seconds, and grows no more.
COUNTED_FAILURES = 10
FORGOTTEN_AFTER = timedelta(days=1)


class NoDevice:
    """The end of django-otp's chain: its mixin asks the class behind it for leave."""

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        return True, None


class FailedAttempts(ThrottlingMixin, NoDevice, models.Model):  # type: ignore[misc]
    """Failures in a row of one lane: a name from unknown devices, a name from a known one, a name with a factor.

    The growing wait is django-otp's own, as for wrong codes. What is counted is known by a keyed digest alone: a
    password that somebody typed as a name stands nowhere.
    """

    side = models.CharField(max_length=10, choices=Side.choices)
    lane = models.CharField(max_length=64)
    user = models.ForeignKey("access.User", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["side", "lane"], name="lane_once_per_side")]
        indexes = [models.Index(fields=["throttling_failure_timestamp"], name="attempts_last_failure")]

    def __str__(self) -> str:
        return f"{self.throttling_failure_count} failures on a lane of {self.side}"

    def get_throttle_factor(self) -> int:
        return 1

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Say whether to wait; never by a failure that lies ahead, where the clock was set back."""
        last = self.throttling_failure_timestamp
        if self.throttling_failure_count <= FREE_FAILURES or last is None or last > timezone.now():
            return True, None
        allowed: tuple[bool, dict[str, Any] | None] = super().verify_is_allowed()
        return allowed

    def throttle_increment(self, commit: bool = True) -> None:  # noqa: FBT001, FBT002 the package's own
        last = self.throttling_failure_timestamp
        if last is not None and abs(timezone.now() - last) > FORGOTTEN_AFTER:
            self.throttling_failure_count = 0
        super().throttle_increment(commit=False)
        self.throttling_failure_count = min(self.throttling_failure_count, COUNTED_FAILURES)
        if commit:
            self.save()


class AccountEvent(models.Model):
    """What happened to an account's sign-in, for its owner to read. The access log is another thing, and not theirs."""

    user = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), db_default=Now())
    what = models.CharField(max_length=20, choices=Happening.choices)
    browser = models.CharField(max_length=60, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    # Which session did it (access.session_life.MARK): that one need not be told.
    session = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes = [models.Index(fields=["user", "-at"], name="events_of_account")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
