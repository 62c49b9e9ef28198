"""What is kept against a bad day: sealed backups of both databases, and the day on paper (docs/backup.md).

Everything that leaves the databases is sealed to public keys (age); no private key stands where CareHub works.
"""
