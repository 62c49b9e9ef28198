"""How many lines of the access log are committed on a disk that takes milliseconds to keep anything.

`make slow-log` runs it. The disk is simulated: a library that is compiled here makes the server's fsync and fdatasync
sleep first. Drivers are pgbench's, with the care door's login and the function that every page view calls.
"""
