"""Django's command line; settings come from the environment only. In an installation it is called carehub-manage."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carehub.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
