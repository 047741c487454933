"""The place in a list is a row, whatever comes in meanwhile; what takes too long is stopped."""

from uuid import uuid4

import pytest
from django.db import connection

from counterfoil.errors import ListTooSlow
from counterfoil.models import Entitlement
from counterfoil.queries._bounded import in_time
from counterfoil.queries.listing import count, ids, rest_for_file
from counterfoil.testing.builders import issue_many

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("moment", ["", "created_at"])
def test_pages_have_everything_once_though_others_come_in(moment: str) -> None:
    before = set(issue_many(5, reference="first").entitlement_ids)
    rows = Entitlement.objects.all()

    first = ids(rows, moment=moment, most=2)
    issue_many(2, reference="second")
    second = ids(rows, moment=moment, before=first[-1], most=2)
    third = ids(rows, moment=moment, before=second[-1], most=2)

    assert len(third) == 1
    assert set(first + second + third) == before
    assert ids(rows, moment="created_at", before=uuid4()) == []


def test_those_without_a_moment_are_not_lost_on_the_way() -> None:
    issue_many(3)
    rows = Entitlement.objects.filter(expires_at__isnull=False)

    assert len(ids(rows, moment="expires_at")) == rows.count()


def test_a_file_is_read_page_by_page_and_counted_as_far_as_need_be() -> None:
    units = issue_many(3).entitlement_ids
    rows = Entitlement.objects.all()

    assert [list(page) for page in rest_for_file(rows, units, moment="")] == [list(units)]
    assert count(rows, most=1) == 2


def test_a_statement_that_takes_too_long_is_stopped_and_others_are_not() -> None:
    with pytest.raises(ListTooSlow), in_time(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()
        with in_time(5):
            cursor.execute("SELECT current_setting('statement_timeout')")
            assert cursor.fetchone() == ("5s",)
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == before
