"""From an exception to where it is mended, in one press."""

from typing import Any

import pytest
from django.test import Client
from tests.console.test_inbox import receive
from tests.outside.opening import Corner, corner

from counterfoil.errors import AccessLost
from counterfoil.intake.converging import converge_order
from counterfoil.intake.rounds import Rounds
from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import a_line, now

__all__ = ["corner"]
pytestmark = pytest.mark.django_db


def page_of(support: Client, kind: ExceptionKind) -> str:
    case = ExceptionCase.objects.get(kind=kind.value)
    answer: Any = support.get(f"/console/exceptions/{case.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_unmapped_product_leads_to_its_mapping(support: Client, corner: Corner) -> None:
    corner.sell("C-1", a_line(sku="NEW"))
    converge_order(connection=corner.connection, pointer="C-1")
    page = page_of(support, ExceptionKind.UNMAPPED_PRODUCT)
    assert 'href="/console/mapping/corner/?key=sku%3ANEW#form"' in page


def test_a_parked_message_leads_to_it(support: Client, corner: Corner) -> None:
    message = receive(corner, "C-1", is_parked=True)
    page = page_of(support, ExceptionKind.POISON_MESSAGE)
    assert f'href="/console/inbox/{message.pk}/"' in page


def test_a_broken_connection_leads_to_it(support: Client, corner: Corner) -> None:
    corner.book.trouble = AccessLost("gone")
    Rounds()()
    page = page_of(support, ExceptionKind.CONNECTION_BROKEN)
    assert 'href="/console/connections/corner/"' in page


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        (ExceptionKind.UNMAPPED_PRODUCT, {"connection": "no such/slug", "product_keys": []}),
        (ExceptionKind.POISON_MESSAGE, {}),
        (ExceptionKind.JOB_FAILED, {}),
        (ExceptionKind.CONNECTION_BROKEN, {"connection": None}),
        (ExceptionKind.ORDER_STUCK, {}),
    ],
)
def test_what_leads_nowhere_is_shown_all_the_same(
    support: Client, kind: ExceptionKind, evidence: dict[str, object]
) -> None:
    park(kind=kind, key="nonsense", evidence=evidence, by=SYSTEM, at=now())
    assert "What was found" in page_of(support, kind)
