"""Breaks every process and what it stands on, under load over HTTP, and counts what was acknowledged and is not there.

`make torture` prints the table that docs/torture.md shows. Loopback alone, in databases of its own.
"""
