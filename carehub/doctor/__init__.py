"""The doctor: what `manage.py doctor`, `verify_integrity` and a starting door look at. It changes nothing."""
