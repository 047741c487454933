"""From a configured connection to the channel it speaks to."""

from collections.abc import Callable
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from counterfoil.channels.base import Channel
from counterfoil.channels.declared import Declared, DeclaredSettings
from counterfoil.channels.native import Native, NativeSettings
from counterfoil.conf import conf
from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.carts import cart_reader, paid_since
from counterfoil.intake.signing import signing_secrets
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

    :raises ConnectionIncomplete: if its channel is unknown or not installed, or a secret it needs
        was never set.
    """
    found = _builders.get(connection.channel) or conf.CHANNELS.get(connection.channel)
    if found is None:
        raise ConnectionIncomplete(f"Nobody knows the channel {connection.channel!r}.")
    return (_imported(found) if isinstance(found, str) else found)(connection)


def _imported(path: str) -> Builder:
    try:
        builder: Builder = import_string(path)
    except ModuleNotFoundError as missing:
        raise ConnectionIncomplete(
            f"Its channel needs {missing.name}, which is not installed."
        ) from missing
    return builder


def actor_of(connection: Connection) -> Actor:
    """Give whom the ledger names when a channel has something done."""
    return Actor(kind=ActorKind.CHANNEL, id=connection.slug, display=connection.name)


def native_secrets(connection: Connection) -> tuple[str, ...]:
    """
    Give the secrets our own messages are signed with, the current one first.

    :raises ConnectionIncomplete: if there is none.
    """
    return signing_secrets(connection, "secrets")


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


_builders: dict[str, Builder | str] = {
    "native": _native,
    PARTNER: _declared,
    COUPLED: _declared,
    "order_file": _declared,
    "point_of_sale": _declared,
    # By their paths, because what they need is installed only where it is wanted.
    "shopify": "counterfoil.intake.shopify.shopify",
    "stripe": "counterfoil.intake.stripe.stripe",
    "woocommerce": "counterfoil.intake.woocommerce.woocommerce",
}
