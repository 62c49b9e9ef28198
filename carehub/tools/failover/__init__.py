"""A primary that dies under load and a replica that takes over, on this machine: what was acknowledged must be there.

`make failover` runs it. `pair` keeps the two servers, `bookers` book through the verb from processes of their own.
"""
