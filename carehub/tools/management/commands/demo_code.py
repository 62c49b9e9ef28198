"""manage.py demo_code: shows the one-time code of an account of the demonstration. Never in production."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.models import Q
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_totp.models import TOTPDevice


class Command(BaseCommand):
    help = "Show the one-time code of an account of the demonstration."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="a name from the list that make demo prints")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("CAREHUB_ENV is production: only the person's own authenticator shows codes there.")
        # A name may stand on either side, and on both.
        mine = Q(user__username__iexact=username, confirmed=True)
        devices = [each for side in connections for each in TOTPDevice.objects.using(side).filter(mine).order_by("pk")]
        for device in devices:
            totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
            left = device.step - int(time.time() - device.t0) % device.step
            self.stdout.write(f"{totp.token():0{device.digits}d}  (valid for {left} s)")
        tokens = [each for side in connections for each in HOTPDevice.objects.using(side).filter(mine).order_by("pk")]
        for token in tokens:
            code = hotp(token.bin_key, token.counter, token.digits)
            self.stdout.write(f"{code:0{token.digits}d}  (what the button of {token.name} shows next)")
        if not devices and not tokens:
            raise CommandError(f"{username} has no second factor yet. Check the name, or sign in once to get it.")
