"""What a connection to a WooCommerce site has to say, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from counterfoil.channels.woocommerce_status import Meaning, Statuses
from counterfoil.errors import ConnectionIncomplete

PLAIN_SECRET = re.compile(r"[A-Za-z0-9_-]{8,200}\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class WooCommerceSettings:
    """
    One WooCommerce site as this connection uses it.

    ``statuses`` says what the statuses of the site's plugins mean, where that is not *paid as soon
    as there is a date of payment*. ``locale`` is the language of buyers of whom nothing else says.
    """

    site_url: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    is_test: bool
    statuses: Statuses = ()
    locale: str = ""
    connect_seconds: float = 3.05
    read_seconds: float = 20.0


def settings_of(
    secrets: Mapping[str, Any], options: Mapping[str, Any], *, is_test: bool
) -> WooCommerceSettings:
    """
    Read what was set for a connection.

    :raises ConnectionIncomplete: if something is missing, or cannot be right.
    """
    return WooCommerceSettings(
        site_url=_site(options.get("site_url")),
        consumer_key=_key(secrets, "consumer_key"),
        consumer_secret=_key(secrets, "consumer_secret"),
        webhook_secrets=_webhook_secrets(secrets.get("webhook_secrets")),
        is_test=is_test,
        statuses=_statuses(options.get("statuses") or {}),
        locale=str(options.get("locale") or "")[:16],
    )


def _site(value: object) -> str:
    """Give the address of the site; without encryption its key would travel readable."""
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ConnectionIncomplete("Its site_url is not an address such as https://shop.example.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise ConnectionIncomplete("Its site_url must begin with https.")
    return parts.geturl().rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _key(secrets: Mapping[str, Any], name: str) -> str:
    value = secrets.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ConnectionIncomplete(f"Its {name} was never set.")
    return value.strip()


def _webhook_secrets(value: object) -> tuple[str, ...]:
    """
    Give the secrets that sign messages.

    WordPress decodes a secret before it signs (``&amp;`` becomes ``&``) and strips others while it
    saves them, so one with such characters would never fit what its own page shows.
    """
    given = value if isinstance(value, list) else [value]
    usable = tuple(one for one in given if isinstance(one, str) and one.strip())
    if not usable:
        raise ConnectionIncomplete("Its signing secret was never set.")
    if not all(PLAIN_SECRET.match(one) for one in usable):
        raise ConnectionIncomplete(
            "A signing secret has characters that WordPress changes, or is too short: take at"
            " least eight letters and digits."
        )
    return usable


def _statuses(value: object) -> Statuses:
    try:
        if isinstance(value, Mapping):
            return tuple(sorted((str(name), Meaning(meaning)) for name, meaning in value.items()))
    except ValueError:
        pass  # said below
    raise ConnectionIncomplete("Its option statuses may call a status only paid, waiting or dead.")
