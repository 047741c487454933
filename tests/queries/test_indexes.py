"""What is looked for by a reference is led there by an index, however many rows there are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from counterfoil.models import (
    Attempt,
    Cart,
    CodeState,
    Dispute,
    Entry,
    ExceptionCase,
    GrantRecord,
    Hold,
    Note,
    Refund,
    Subject,
)
from counterfoil.queries.attempts import AttemptFilter
from counterfoil.queries.filtering import UnitFilter
from counterfoil.queries.listing_codes import CodeFilter
from counterfoil.queries.listing_purchases import PurchaseFilter
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.acts import Act
from counterfoil.rules.grants import GrantCategory
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
SINCE = now() - timedelta(hours=1)


@pytest.mark.parametrize(
    ("index", "asked"),
    [
        (
            "counterfoil_subject_name",
            Subject.objects.alias(name=Lower(KeyTextTransform("name", "data"))).filter(
                data__has_key="name", name="miso"
            ),
        ),
        (
            "counterfoil_subject_reference",
            Subject.objects.filter(external_reference="x").exclude(external_reference=""),
        ),
        (
            "counterfoil_note_reference",
            Note.objects.filter(reference__in=("ZD-1",)).exclude(reference=""),
        ),
        (
            "counterfoil_hold_reference",
            Hold.objects.filter(reference__in=("ZD-1",)).exclude(reference=""),
        ),
        (
            "counterfoil_entry_case",
            Entry.objects.alias(ticket=KeyTextTransform("case", "data")).filter(
                data__has_key="case", ticket="ZD-1"
            ),
        ),
        (
            "counterfoil_attempt_account",
            Attempt.objects.filter(account=uuid4()).exclude(outcome="ok").order_by("-at"),
        ),
        ("counterfoil_refund_reference", Refund.objects.filter(external_reference="re_1")),
        ("counterfoil_dispute_reference", Dispute.objects.filter(external_reference="dp_1")),
        ("counterfoil_grant_reference", GrantRecord.objects.filter(reference="CASE-1")),
        (
            "counterfoil_unit_on_hold",
            UnitFilter(held=True, test=ForTests.ALL).rows(now=SINCE).order_by("-created_at"),
        ),
        (
            "counterfoil_entitlement_ends",
            UnitFilter(expired=True, test=ForTests.ALL).rows(now=SINCE).order_by("-expires_at"),
        ),
        (
            "counterfoil_purchase_grants",
            PurchaseFilter(category=GrantCategory.EXCEPTION, test=ForTests.NO)
            .rows(now=SINCE)
            .order_by("-created_at", "-pk"),
        ),
        (
            "counterfoil_code_replaced",
            CodeFilter(state=(CodeState.REPLACED,), test=ForTests.ALL)
            .rows(now=SINCE)
            .order_by("-pk"),
        ),
        (
            "counterfoil_attempt_refused",
            AttemptFilter(reason="entitlement_expired").rows(now=SINCE).order_by("-pk"),
        ),
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
