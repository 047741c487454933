"""From a connection to the WooCommerce site it speaks to."""

from functools import lru_cache

from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_settings import WooCommerceSettings, settings_of
from counterfoil.models import Connection


def woocommerce(connection: Connection) -> WooCommerce:
    """
    Give the site of a connection.

    :raises ConnectionIncomplete: if it lacks an address or secret, or has one that cannot be used.
    """
    return _site(settings_of(connection.secrets(), connection.options, is_test=connection.is_test))


@lru_cache(maxsize=64)
def _site(settings: WooCommerceSettings) -> WooCommerce:
    # Kept, because it keeps its connection to the site open from one question to the next.
    return WooCommerce(settings)
