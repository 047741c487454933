"""From a connection to the Shopify shop it speaks to."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from counterfoil.channels.shopify import PAGE_SIZE, Shopify, ShopifySettings
from counterfoil.channels.shopify_api import API_VERSION, shop_of
from counterfoil.channels.shopify_writing import Showing
from counterfoil.conf import conf
from counterfoil.errors import ConnectionIncomplete
from counterfoil.models import Connection

FULFIL = ("", "digital", "all")
AUTHORIZED = ("wait", "issue")
LARGEST_PAGE = 30


def shopify(connection: Connection) -> Shopify:
    """
    Give the shop of a connection.

    :raises ConnectionIncomplete: if it lacks a domain or secret, or has an option nobody knows.
    """
    secrets, options = connection.secrets(), connection.options
    shop = shop_of(options.get("shop"))
    if shop is None:
        raise ConnectionIncomplete("Its shop must be written as name.myshopify.com.")
    token = _text(secrets, "access_token")
    if not token:
        raise ConnectionIncomplete("Its access token was never set.")
    app_secrets = _several(secrets.get("app_secrets"))
    shop_secret = _text(secrets, "shop_secret")
    if not app_secrets and not shop_secret:
        raise ConnectionIncomplete("Its signing secret was never set.")
    return _shop(
        ShopifySettings(
            shop=shop,
            access_token=token,
            app_secrets=app_secrets,
            shop_secret=shop_secret,
            is_test=connection.is_test,
            authorized_is_paid=_choice(options, "authorized", AUTHORIZED) == "issue",
            showing=_showing(options),
            page_size=_page_size(options),
            api_version=str(options.get("api_version") or API_VERSION),
            api_base=options.get("api_base") or None,
        )
    )


@lru_cache(maxsize=64)
def _shop(settings: ShopifySettings) -> Shopify:
    # Kept, because it keeps its connection to Shopify open from one question to the next.
    return Shopify(settings)


def _showing(options: Mapping[str, Any]) -> Showing:
    wanted = options.get("write_back")
    if not isinstance(wanted, Mapping):
        return Showing()
    return Showing(
        status=wanted.get("status", True) is True,
        fulfil=_choice(wanted, "fulfil", FULFIL),
        tags=_several(wanted.get("tags")),
        company=conf.SITE_NAME,
    )


def _choice(options: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    found = options.get(name) or choices[0]
    if found not in choices:
        known = ", ".join(repr(one) for one in choices)
        raise ConnectionIncomplete(f"Its option {name!r} must be one of {known}.")
    return str(found)


def _page_size(options: Mapping[str, Any]) -> int:
    size = options.get("page_size") or PAGE_SIZE
    if not isinstance(size, int) or not 1 <= size <= LARGEST_PAGE:
        raise ConnectionIncomplete(f"Its option 'page_size' must be from 1 to {LARGEST_PAGE}.")
    return size


def _text(secrets: Mapping[str, Any], name: str) -> str:
    found = secrets.get(name)
    return found.strip() if isinstance(found, str) else ""


def _several(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(one.strip() for one in listed if isinstance(one, str) and one.strip())
