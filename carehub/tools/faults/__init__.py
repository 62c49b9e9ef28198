"""Breaks the courier and its databases on purpose, while officers tap and the unit books, and counts what is missing.

`manage.py courier_faults` prints the table that docs/security.md shows. It works in empty databases only.
"""
