"""Who a provider says that somebody is, as far as CareHub believes it. Pure: no request, no database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# An address of the prison administration's, also as a directory writes its guests (name_justice.fr#EXT#@other.example),
# and with whatever stands around it (“Anne Martin <a.martin@justice.fr>”), as long as the host ends there.
JUSTICE = re.compile(r"[@_]([a-z0-9-]+\.)*justice(\.gouv)?\.fr(?![a-z0-9-]|\.[a-z0-9])", re.IGNORECASE)
JUSTICE_HOST = re.compile(r"([a-z0-9-]+\.)*justice(\.gouv)?\.fr\.?", re.IGNORECASE)
LONGEST = 255


class NotBelieved(Exception):
    """The provider's word leads to nobody here; `why` is one of the words of access.provider.refusals."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Identity:
    """What is kept of a provider's word."""

    issuer: str
    subject: str
    # Whether the provider says that a second factor was shown, in a word that this installation trusts.
    shows_two_factors: bool


def identity(
    token: Mapping[str, Any], more: Mapping[str, Any], *, issuer: str, claim: str, trusted: frozenset[str]
) -> Identity:
    """Return whom the claims of a checked ID token mean; `more` is what the provider tells of them beside it.

    Raises NotBelieved. How somebody was recognised is read in the signed token alone.
    """
    for said in (token, more):
        if any(JUSTICE.search(text.strip()) for text in texts(said)):
            raise NotBelieved("justice")
    subject = token.get(claim, more.get(claim))
    if isinstance(subject, int) and not isinstance(subject, bool):
        subject = str(subject)
    if not isinstance(subject, str) or not subject.strip() or len(subject) > LONGEST or "\x00" in subject:
        raise NotBelieved("no_identifier")
    return Identity(issuer, subject.strip(), not trusted.isdisjoint(ways(token)))


def ways(token: Mapping[str, Any]) -> set[str]:
    """Return the words by which a provider says how somebody was recognised (acr: one, amr: several)."""
    acr, amr = token.get("acr"), token.get("amr")
    found = {acr} if isinstance(acr, str) else set()
    return found | ({word for word in amr if isinstance(word, str)} if isinstance(amr, list) else set())


def texts(said: Any) -> Iterator[str]:
    """Every text in what a provider says, however deep it stands: an address may come as mail, upn, or anything."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        for value in said.values():
            yield from texts(value)
    elif isinstance(said, list):
        for value in said:
            yield from texts(value)


def is_host_of_justice(host: str) -> bool:
    return JUSTICE_HOST.fullmatch(host) is not None
