"""The host's policy is asked about a refund while nothing is locked, whoever told of the refund."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from counterfoil.models import Entitlement, ExceptionCase, Purchase
from counterfoil.rules.policies import RefundAnswer, RefundRequest
from counterfoil.testing.builders import make_product
from tests.api.partners import an_order, make_teller
from tests.converged import use_one

pytestmark = pytest.mark.django_db(transaction=True)


class Looks:
    """Looks at the purchase first, as a host's code may, and waits for nobody."""

    @transaction.atomic
    def on_refund(self, request: RefundRequest) -> RefundAnswer:
        Purchase.objects.select_for_update(nowait=True).get(external_reference=request.purchase)
        Entitlement.objects.select_for_update(nowait=True).get(state="assigned")
        return RefundAnswer.WITHDRAW


def test_it_is_asked_after_the_transaction_of_whoever_told(client: Client, settings: Any) -> None:
    settings.COUNTERFOIL_POLICY = f"{__name__}.Looks"
    vets = make_teller(client, make_product())
    assert vets.post("", an_order()).status_code == 201
    use_one(Purchase.objects.get())

    told = vets.post("/PO-1/cancel", {"reference": "C-1", "whole": True})

    assert told.status_code == 200, told.json()
    assert not ExceptionCase.objects.filter(kind="adapter_failing").exists()
    case = ExceptionCase.objects.get(kind="refund_after_assignment")
    assert case.resolved_by == "The site's policy"
    assert not Entitlement.objects.exclude(state="revoked").exists()
