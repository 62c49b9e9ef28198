"""Puts CareHub on a Debian host: `python -m carehub.installation`, called by install.sh of an archive (make bundle).

Each step says what it does, can be printed without being done, and does nothing where it was done before. Knows no
Django: it runs before there is a database.
"""
