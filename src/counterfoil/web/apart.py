"""Every view answers outside of a transaction, whatever the host has set for its own."""

from django.db import transaction
from django.urls import URLPattern, URLResolver


def apart(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """
    Keep the views behind these addresses out of a host's ``ATOMIC_REQUESTS``.

    What is remembered of a refusal would be rolled back with an error that follows it, and whoever
    is waited for would be waited for with rows locked.
    """
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            apart(pattern.url_patterns)
        elif pattern.callback is not None:
            pattern.callback = transaction.non_atomic_requests(pattern.callback)
    return patterns
