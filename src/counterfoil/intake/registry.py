"""From a configured connection to the channel it speaks to."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from counterfoil.channels.base import Channel
from counterfoil.channels.declared import Declared, DeclaredSettings
from counterfoil.channels.native import Native, NativeSettings
from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_settings import WooCommerceSettings, settings_of
from counterfoil.conf import conf
from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.carts import cart_reader, paid_since
from counterfoil.intake.shopify import shopify
from counterfoil.intake.told import told_reader, told_since
from counterfoil.models import Connection
from counterfoil.rules.orders import OrderPath
from counterfoil.rules.people import Actor, ActorKind

Builder = Callable[[Connection], Channel]

PARTNER, COUPLED = "partner", "coupled"

_SOME_CART = UUID(int=0)


def adapter_for(connection: Connection) -> Channel:
    """
    Give the channel of a connection, ready to be asked.

    A host's own channels are named in ``COUNTERFOIL_CHANNELS``; their builders raise
    ``ConnectionIncomplete`` where a connection lacks something.

    :raises ConnectionIncomplete: if its channel is unknown, or a secret it needs was never set.
    """
    builder = _builders.get(connection.channel) or _builder_of_host(connection.channel)
    return builder(connection)


def _builder_of_host(channel: str) -> Builder:
    path = conf.CHANNELS.get(channel)
    if path is None:
        raise ConnectionIncomplete(f"Nobody knows the channel {channel!r}.")
    builder: Builder = import_string(path)
    return builder


def actor_of(connection: Connection) -> Actor:
    """Give whom the ledger names when a channel has something done."""
    return Actor(kind=ActorKind.CHANNEL, id=connection.slug, display=connection.name)


def native_secrets(connection: Connection) -> tuple[str, ...]:
    """
    Give the secrets our own messages are signed with, the current one first.

    :raises ConnectionIncomplete: if there is none.
    """
    return _several(connection.secrets(), "secrets")


def _stripe(connection: Connection) -> Stripe:
    secrets, options = connection.secrets(), connection.options
    api_key = secrets.get("api_key")
    if not isinstance(api_key, str) or not api_key.strip():
        raise ConnectionIncomplete("Its API key was never set.")
    return _stripe_client(
        StripeSettings(
            api_key=api_key,
            webhook_secrets=_several(secrets, "webhook_secrets"),
            is_test=connection.is_test,
            api_base=options.get("api_base") or None,
            modes=tuple(options.get("modes") or ("payment",)),
        )
    )


@lru_cache(maxsize=64)
def _stripe_client(settings: StripeSettings) -> Stripe:
    # Kept, because a client keeps its connection to Stripe open from one question to the next.
    return Stripe(settings)


def _woocommerce(connection: Connection) -> WooCommerce:
    return _woocommerce_client(
        settings_of(connection.secrets(), connection.options, is_test=connection.is_test)
    )


@lru_cache(maxsize=64)
def _woocommerce_client(settings: WooCommerceSettings) -> WooCommerce:
    return WooCommerce(settings)


def _native(connection: Connection) -> Native:
    return Native(
        NativeSettings(
            secrets=native_secrets(connection),
            read_cart=cart_reader(connection),
            carts_changed_since=paid_since(connection),
            pay_url=connection.options.get("pay_url") or _pay_url(),
        )
    )


def _declared(connection: Connection) -> Declared:
    return Declared(
        DeclaredSettings(
            read_declared=told_reader(connection),
            declared_since=told_since(connection),
            is_test=connection.is_test,
            path=OrderPath.COUPLED if connection.channel == COUPLED else OrderPath.NEW,
        )
    )


def _pay_url() -> str:
    try:
        found = reverse("counterfoil:test-payment", args=[_SOME_CART])
    except NoReverseMatch:
        return "/checkout/{cart}"  # a host with pages of its own
    return found.replace(str(_SOME_CART), "{cart}")


def _several(secrets: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = secrets.get(name)
    if not isinstance(found, list):
        found = [found]
    usable = tuple(one for one in found if isinstance(one, str) and one.strip())
    if not usable:
        raise ConnectionIncomplete("Its signing secret was never set.")
    return usable


_builders: dict[str, Builder] = {
    "native": _native,
    "shopify": shopify,
    "stripe": _stripe,
    "woocommerce": _woocommerce,
    PARTNER: _declared,
    COUPLED: _declared,
    "order_file": _declared,
    "point_of_sale": _declared,
}
