"""A corner shop connected to us, for tests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from counterfoil.models import Connection, Purchase
from counterfoil.rules.orders import OrderLine, OrderState
from counterfoil.testing.builders import a_line, an_order, make_connection, make_product, now
from tests.outside.corner_shop import BOOKS, Book

CHANNELS = {"corner": "tests.outside.corner_shop.corner_shop"}


@dataclass
class Corner:
    """The shop's book, and our connection to it."""

    book: Book
    connection: Connection

    def sell(
        self,
        reference: str = "C-1",
        *lines: OrderLine,
        ago: timedelta = timedelta(minutes=10),
        **changes: object,
    ) -> str:
        """Enter a paid order that nobody tells us of."""
        at = now() - ago
        order = replace(an_order(*(lines or (a_line(2),)), reference=reference), paid_at=at)
        return self.book.write(replace(order, **changes), at=at)  # type: ignore[arg-type]

    def change(self, reference: str, **changes: object) -> OrderState:
        """Let an order stand otherwise from now on."""
        order = replace(self.book.orders[reference], **changes)  # type: ignore[arg-type]
        self.book.write(order, at=now())
        return order

    def lose(self, reference: str) -> None:
        """Let the shop forget an order."""
        del self.book.orders[reference], self.book.changed_at[reference]

    def purchase(self, reference: str = "C-1") -> Purchase:
        """Give our purchase of an order."""
        return Purchase.objects.get(connection=self.connection, external_reference=reference)

    def live(self, reference: str = "C-1") -> int:
        """Count what is not withdrawn of it."""
        return self.purchase(reference).entitlements.exclude(state="revoked").count()


def open_corner(slug: str = "corner") -> Corner:
    """Connect a corner shop; the setting must name its channel."""
    BOOKS[slug] = Book()
    connection = make_connection(make_product(f"DNA-{slug}"), slug=slug, channel="corner")
    product = connection.mappings.get().product
    connection.mappings.update(key="sku:DNA-STD", product=product)
    return Corner(BOOKS[slug], connection)


@pytest.fixture
def corner(request: pytest.FixtureRequest, settings: object) -> Iterator[Corner]:
    """Give a corner shop of which we know nothing yet."""
    request.getfixturevalue("_django_db_helper")
    settings.COUNTERFOIL_CHANNELS = CHANNELS  # type: ignore[attr-defined]
    yield open_corner()
    BOOKS.clear()
