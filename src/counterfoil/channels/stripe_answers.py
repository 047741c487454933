"""What Stripe's refusals mean to whoever asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from counterfoil.errors import AccessLost, ChannelRefused, ChannelUnavailable


@contextmanager
def reading() -> Iterator[None]:
    """Take whatever goes wrong while asking for something that asking later may mend."""
    try:
        yield
    except stripe.StripeError as error:
        raise unavailable(error) from error


@contextmanager
def writing() -> Iterator[None]:
    """Tell what Stripe will never do from what it could not do just now."""
    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        raise ChannelRefused(_detail(error)) from error
    except stripe.StripeError as error:
        raise unavailable(error) from error


def unavailable(error: stripe.StripeError) -> ChannelUnavailable:
    """Say why there is no answer, and for how long Stripe wants to be left alone."""
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return AccessLost(_detail(error))
    return ChannelUnavailable(_detail(error), retry_after=_retry_after(error))


def _detail(error: stripe.StripeError) -> str:
    # Names and numbers only: the message of a refusal may quote what was sent.
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".strip()


def _retry_after(error: stripe.StripeError) -> float | None:
    headers = {name.lower(): value for name, value in dict(error.headers or {}).items()}
    try:
        return max(float(headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return None
