"""Reading the feed while others write: whoever goes on from a cursor misses nothing."""

from threading import Event as Signal
from uuid import UUID

import pytest
from django.db import transaction

from counterfoil.effects.publishing import publish
from counterfoil.models import Event
from counterfoil.models.ids import uuid7
from counterfoil.operations._announcing import announce
from counterfoil.queries.events import feed
from counterfoil.rules.events import EventType
from counterfoil.testing.builders import now
from tests.races.arena import PATIENCE, crew

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 3, 20


def tell() -> UUID:
    """Write an event, in the transaction of whoever calls."""
    return announce(EventType.PARTNER_RESUMED, {}, at=now()).pk


class FeedReader:
    """Goes on from the cursor of the page before."""

    def __init__(self) -> None:
        self.cursor, self.read = 0, list[UUID]()

    def go_on(self) -> None:
        """Read what there is by now."""
        has_more = True
        while has_more:
            page = feed(after=self.cursor, limit=7)
            self.read += [one.pk for one in page.events]
            self.cursor, has_more = page.cursor, page.has_more


class CarelessReader(FeedReader):
    """Goes on from the newest id it has read, as if ids were given in the order of commits."""

    def go_on(self) -> None:
        """Read what there is by now."""
        newer = Event.objects.filter(position__isnull=False).order_by("pk")
        if self.read:
            newer = newer.filter(pk__gt=self.read[-1])
        self.read += newer.values_list("pk", flat=True)


def read_beside_a_late_commit(reader: FeedReader) -> tuple[UUID, UUID]:
    """Let one transaction write first and commit last, and read in between and afterwards."""
    wrote, may_commit = Signal(), Signal()
    ids: dict[str, UUID] = {}

    def late() -> None:
        with transaction.atomic():
            ids["late"] = tell()
            wrote.set()
            assert may_commit.wait(PATIENCE)

    def early() -> None:
        assert wrote.wait(PATIENCE)
        try:
            while uuid7().int >> 80 == ids["late"].int >> 80:
                pass  # ids of one millisecond have no order
            ids["early"] = tell()
            publish()
            reader.go_on()
        finally:
            may_commit.set()

    with crew(2) as hired:
        hired.run([late, early])
    publish()
    reader.go_on()
    return ids["late"], ids["early"]


def test_what_is_committed_late_is_read_all_the_same() -> None:
    reader = FeedReader()
    late, early = read_beside_a_late_commit(reader)
    assert reader.read == [early, late]


def test_a_reader_by_id_would_miss_it() -> None:
    reader = CarelessReader()
    _, early = read_beside_a_late_commit(reader)
    assert reader.read == [early]


def test_many_writers_and_numberers_lose_nothing() -> None:
    reader, done = FeedReader(), [Signal() for _ in range(WRITERS)]

    def write(number: int) -> None:
        try:
            for nth in range(EACH):
                with transaction.atomic():
                    tell()
                    if nth % (number + 2) == 0:
                        publish(limit=3)  # whoever numbers commits late, too
                    tell()
        finally:
            done[number].set()

    def read() -> None:
        while not all(one.is_set() for one in done):
            publish(limit=5)
            reader.go_on()

    with crew(WRITERS + 1) as hired:
        hired.run([read, *(lambda number=number: write(number) for number in range(WRITERS))])
    while publish():
        pass
    reader.go_on()

    assert len(reader.read) == len(set(reader.read)) == 2 * WRITERS * EACH
    assert set(reader.read) == set(Event.objects.values_list("pk", flat=True))
