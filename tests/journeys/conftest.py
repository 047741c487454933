"""After every journey: whatever must be done is done, and every promise is kept."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from counterfoil.effects.settling import settle
from counterfoil.queries.invariants import INVARIANTS, broken
from tests.shopify_world import ShopifyWorld, shopify_world
from tests.stripe_world import StripeWorld, stripe_world

__all__ = ["ShopifyWorld", "StripeWorld", "shopify_world", "stripe_world"]


@pytest.fixture(autouse=True)
def verify_clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold every invariant against the records that a journey leaves behind."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}
