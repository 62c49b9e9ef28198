"""From where a request comes, as far as it can be believed: an address, and a browser in two words."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# In this order: Edge and Chromium also call themselves what comes after them.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chromium"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str:
    """Return the client's address, or "" where it cannot be known: behind a socket of the machine, or garbled."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """Return the client's address of a request that Django has not seen yet.

    A header is believed only when the installation names it (CAREHUB_CLIENT_ADDRESS_HEADER): anybody can send one.
    Of a list, the last was written by the proxy next to us.
    """
    header = settings.CAREHUB_CLIENT_ADDRESS_HEADER
    named = f"HTTP_{header.upper().replace('-', '_')}" if header else "REMOTE_ADDR"
    said = environ.get(named, "").rsplit(",", 1)[-1] if header else environ.get(named, "")
    try:
        address = ipaddress.ip_address(said.strip())
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def network_of(address: str) -> str:
    """Return what is counted as one client: an IPv4 address, or the /64 in which an IPv6 client picks its own."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def browser_of(request: HttpRequest) -> str:
    """Return the browser and its system, as its owner would name them; nothing that the browser says beside."""
    agent = request.headers.get("User-Agent", "")[:500]
    browser = next((name for word, name in BROWSERS if f"{word}/" in agent), "")
    system = next((name for word, name in SYSTEMS if re.search(word, agent)), "")
    return " · ".join(part for part in (browser, system) if part)
