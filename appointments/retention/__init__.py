"""Forgets what a unit keeps no longer, kind by kind, with a record of it (docs/adr/0049). The owner's login alone does.

`periods` says how long each kind is kept, `kinds` what is due and in which order it goes, `purge` does it in batches,
`log` forgets the oldest lines of the access log of either side.
"""
