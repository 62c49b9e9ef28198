"""What a page seals for its sender: opened by the same word, for the same purpose, in time, and whole."""

from __future__ import annotations

import base64

import pytest
import time_machine

from access.sealing import SKEW_SECONDS, seal, unseal

TEXT = "ce que quelqu’un a écrit"
NOON = 1_790_000_000


def opened(sealed: str, *, purpose: str = "draft", word: str = "4") -> str | None:
    return unseal(sealed, purpose=purpose, word=word, seconds=600)


def test_seal_is_opened_by_its_word_for_its_purpose_and_by_nothing_else() -> None:
    sealed = seal(TEXT, purpose="draft", word="4")

    assert opened(sealed) == TEXT
    assert opened(sealed, word="5") is None
    assert opened(sealed, purpose="unsent") is None


def test_same_text_is_never_sealed_alike() -> None:
    assert len({seal(TEXT, purpose="draft", word="4") for _nth in range(50)}) == 50


@pytest.mark.parametrize(
    "at", [0, 1, 8, 9, 20, 21, -1], ids=["mark", "instant", "its end", "nonce", "its end too", "text", "tag"]
)
def test_one_changed_bit_anywhere_breaks_the_seal(at: int) -> None:
    whole = bytearray(base64.urlsafe_b64decode(seal(TEXT, purpose="draft", word="4")))
    whole[at] ^= 1

    assert opened(base64.urlsafe_b64encode(whole).decode()) is None


@pytest.mark.parametrize("nonsense", ["", "x", "é", "====", "AAAA", "A" * 400, "not base64 at all", "\x00"])
def test_what_is_no_seal_is_nothing(nonsense: str) -> None:
    assert opened(nonsense) is None


@pytest.mark.parametrize(("later", "is_read"), [(0, True), (600, True), (602, False), (-SKEW_SECONDS - 2, False)])
def test_seal_is_read_for_its_time_only(later: int, *, is_read: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        sealed = seal(TEXT, purpose="draft", word="4")
    with time_machine.travel(NOON + later, tick=False):
        assert (opened(sealed) is not None) == is_read
