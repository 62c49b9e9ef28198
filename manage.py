#!/usr/bin/env python
"""Starts Django's command line in a checkout; an installation has carehub-manage."""

from __future__ import annotations

from carehub.command_line import main

if __name__ == "__main__":
    main()
