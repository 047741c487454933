"""From a connection to the Stripe account it speaks to."""

from functools import lru_cache

from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.signing import signing_secrets
from counterfoil.models import Connection


def stripe(connection: Connection) -> Stripe:
    """
    Give the account of a connection.

    :raises ConnectionIncomplete: if it lacks a secret.
    """
    options, api_key = connection.options, connection.secrets().get("api_key")
    if not isinstance(api_key, str) or not api_key.strip():
        raise ConnectionIncomplete("Its API key was never set.")
    return _client(
        StripeSettings(
            api_key=api_key,
            webhook_secrets=signing_secrets(connection, "webhook_secrets"),
            is_test=connection.is_test,
            api_base=options.get("api_base") or None,
            modes=tuple(options.get("modes") or ("payment",)),
        )
    )


@lru_cache(maxsize=64)
def _client(settings: StripeSettings) -> Stripe:
    # Kept, because a client keeps its connection to Stripe open from one question to the next.
    return Stripe(settings)
