"""Where a request comes from, behind any number of proxies."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from counterfoil.web.client import client_address, places_of


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (0, None, "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.1, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (3, "lie", "192.0.2.1"),
    ],
)
def test_the_address_is_what_our_own_proxy_wrote(
    settings: Settings, hops: int, forwarded: str | None, address: str
) -> None:
    settings.COUNTERFOIL_TRUSTED_HOPS = hops
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    request = RequestFactory().get("/c", headers=headers, REMOTE_ADDR="192.0.2.1")

    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "place", "network"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.7:4711", "203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "unknown", "unknown"),
        ("unix:", "unknown", "unknown"),
        ("<script>", "unknown", "unknown"),
    ],
)
def test_guesses_are_counted_by_address_and_network(address: str, place: str, network: str) -> None:
    assert places_of(address) == (place, network)
