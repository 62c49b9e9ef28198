"""What an answer says of itself that is given before Django's middleware is reached, or without it."""

from __future__ import annotations

from django.conf import settings

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
OWN_STYLE = "; style-src 'self'; img-src 'self'"


def bare_headers(*, has_style: bool = False) -> dict[str, str]:
    """Return headers that allow a page nothing but to be read, and to fetch the door's own style if it has one."""
    headers = {
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": NOTHING + (OWN_STYLE if has_style else ""),
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    return headers
