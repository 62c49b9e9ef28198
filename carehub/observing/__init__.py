"""What a process tells of itself on a loopback port: that it lives, whether it is ready, and figures without people.

Never on a door's own address: a door's figures are for those who run it (docs/observing.md).
"""
