"""What is looked for by a reference is led there by an index, however many rows there are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet

from counterfoil.models import Attempt, Cart, Dispute, Entry, ExceptionCase, GrantRecord, Refund
from counterfoil.rules.acts import Act
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
SINCE = now() - timedelta(hours=1)


@pytest.mark.parametrize(
    ("index", "asked"),
    [
        ("counterfoil_refund_reference", Refund.objects.filter(external_reference="re_1")),
        ("counterfoil_dispute_reference", Dispute.objects.filter(external_reference="dp_1")),
        ("counterfoil_grant_reference", GrantRecord.objects.filter(reference="CASE-1")),
        (
            "counterfoil_exception_about",
            ExceptionCase.objects.filter(kind="unmapped_product", key="x"),
        ),
        (
            "counterfoil_attempt_key",
            Attempt.objects.filter(api_key_id=uuid4(), counted=True, at__gt=SINCE),
        ),
        (
            "counterfoil_cart_paid",
            Cart.objects.filter(connection_id=uuid4(), paid_at__gte=SINCE).order_by("paid_at"),
        ),
        (
            "counterfoil_entry_till_sales",
            Entry.objects.filter(
                actor_id="7", act_name=Act.ACTIVATE_AT_SALE, recorded_at__gte=SINCE
            ).order_by("-recorded_at"),
        ),
    ],
)
def test_is_found_by_index(index: str, asked: QuerySet) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    assert index in asked.explain()
