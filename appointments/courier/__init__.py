"""The courier: carries editions to the prisons' databases, and what officers recorded back. It alone knows both sides.

Every step can be repeated: identifiers are derived, an edition is compared before it is written, a tap is kept once.
Killed anywhere, the next round does what is missing (docs/adr/0026).
"""
