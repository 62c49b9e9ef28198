"""The self-test for a data-protection officer: what the prison's database holds and what the list tells, on two pages.

Everything is read while the paper is made, with the owner's login; it names no person, practitioner or hour.
"""
