"""Signing in by way of an identity provider (OpenID Connect), at the care door alone (docs/adr/0040).

The library, Authlib, speaks with the provider; here stands what CareHub makes of its word: which existing account is
meant, whether a second factor was shown, and whom it never lets in.
"""
