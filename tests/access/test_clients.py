"""From where a request comes: an address that the proxy has written, or none; never what a stranger says."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings

from access.clients import address_of, browser_of, network_of

TRUSTED = override_settings(CAREHUB_CLIENT_ADDRESS_HEADER="X-Forwarded-For")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("10.0.0.1, 203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unknown", ""),
        ("192.0.2.1, <script>", ""),
        ("192.0.2.1:8080", ""),
        ("9" * 5000, ""),
        ("１９２.0.2.1", ""),
    ],
)
def test_address_is_the_last_that_a_trusted_header_names(said: str, address: str) -> None:
    with TRUSTED:
        assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": said})) == address


@pytest.mark.parametrize(("peer", "address"), [("127.0.0.1", "127.0.0.1"), ("", ""), ("b''", "")])
def test_without_a_trusted_header_it_is_who_connects(peer: str, address: str) -> None:
    request = RequestFactory(REMOTE_ADDR=peer).get("/", headers={"X-Forwarded-For": "192.0.2.1"})

    assert address_of(request) == address


def test_trusted_header_that_is_missing_makes_nobody_the_proxy() -> None:
    with TRUSTED:
        assert address_of(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/")) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_client_of_ipv6_is_its_whole_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/150.0", "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36", "Chromium · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Safari/604.1", "Safari · iOS"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_browser_is_told_in_two_words_of_our_own(agent: str, browser: str) -> None:
    assert browser_of(RequestFactory().get("/", headers={"User-Agent": agent})) == browser
