"""The clock of this machine beside what the database remembers: a clock that was set back shuts authenticators out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.factors import behind
from access.models import AuditEntry
from carehub.doctor.verdict import Verdict, judge

# What a machine that asks a time server is off by at most, and the time between two questions.
AGREE = timedelta(seconds=30)


def verdicts(alias: str) -> Iterator[Verdict]:
    """Compare this machine's clock with the database's, with the end of the log and with the last uses of codes."""
    here, there = timezone.now(), clock_of(alias)
    apart = abs(here - there)
    yield judge(
        apart <= AGREE,
        "This machine and the database server agree what time it is",
        f"This machine's clock and the database server's are {in_words(apart)} apart",
        "Set both by a time server (chronyc tracking, timedatectl). Codes are judged by the clock of each door's host.",
    )
    last = AuditEntry.objects.using(alias).order_by("-id").values_list("at", flat=True).first()
    ahead = last - there if last is not None else timedelta(0)
    yield judge(
        ahead <= AGREE,
        "No line of the access log lies ahead",
        f"The last line of the access log lies {in_words(ahead)} ahead of the database server's clock: it was set back",
        "Set the clock by a time server.",
    )
    shut_out = [lag for lag in map(behind, TOTPDevice.objects.using(alias).filter(confirmed=True)) if lag]
    yield judge(
        not shut_out,
        "No authenticator was used at a time that is still to come",
        f"{len(shut_out)} authenticators were used up to {in_words(max(shut_out, default=timedelta(0)))} ahead of this"
        " machine's clock: no code of theirs is accepted until then",
        "Set the clock by a time server. If it is right now and was wrong before: manage.py set_back_codes.",
    )


def clock_of(alias: str) -> datetime:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(now,)] = cursor.fetchall()
    instant: datetime = now
    return instant


def in_words(lag: timedelta) -> str:
    minutes = int(lag.total_seconds() // 60)
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes" if minutes else f"{lag.seconds} seconds"
