"""Hands a person's open care over to another unit, in a file sealed to that unit's key; and takes one over here.

`keys` finds the unit's private key, which no database holds; `content` is what a file says; `sealing` seals and opens
it; `partners` keeps other units' keys; `sending` and `taking` are the two steps (docs/adr/0049).
"""
