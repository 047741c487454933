"""Two tills and one code, two approvers and one request, two who fetch one file."""

from functools import partial
from uuid import uuid4

import pytest

from counterfoil.errors import (
    ApprovalClosed,
    CodeAlreadyUsed,
    EntitlementAlreadySold,
    EntitlementNotSold,
    PrintFileGone,
)
from counterfoil.models import (
    Approval,
    Entitlement,
    GrantRecord,
    Line,
    PrintFile,
    Product,
    Purchase,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.approve import approve
from counterfoil.operations.fetch_print_file import fetch_print_file
from counterfoil.operations.make_print_file import make_print_file
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reject import reject
from counterfoil.operations.request_grant import request_grant
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    make_assignee,
    make_product,
    now,
)
from tests.batches import make_till, mint_batch
from tests.races.arena import SOME, fight
from tests.scenes import history
from tests.staff import make_colleague

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tills_sell_the_same_piece_once() -> None:
    printed = mint_batch(make_product(), SOME)
    tills = make_till("first"), make_till("second")

    def sell(till: int, place: int) -> object:
        return activate_at_sale(
            connection=tills[till],
            sale=f"R-{till}-{place}",
            presented=[printed.codes[place]],
            by=OPERATOR,
            at=now(),
        )

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [EntitlementAlreadySold]
        assert history(printed.entitlement_ids[number]) == ["mint", "activate_at_sale"]

    fight([[partial(sell, till, place) for till in (0, 1)] for place in range(SOME)], judge)
    assert Purchase.objects.count() == Line.objects.count() == SOME


def test_the_same_sale_told_twice_at_once_is_one_sale() -> None:
    printed, till = mint_batch(make_product(), SOME), make_till()

    def sell(place: int) -> object:
        return activate_at_sale(
            connection=till,
            sale=f"R-{place}",
            presented=[printed.codes[place]],
            by=OPERATOR,
            at=now(),
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        assert history(printed.entitlement_ids[number]) == ["mint", "activate_at_sale"]

    fight([[partial(sell, place)] * 3 for place in range(SOME)], judge)


def test_redeemed_while_it_is_being_sold_it_was_sold_first_or_refused() -> None:
    printed, till, ana = mint_batch(make_product(), SOME), make_till(), make_assignee()

    def sell(place: int) -> object:
        presented = [printed.codes[place]]
        return activate_at_sale(
            connection=till, sale=f"R-{place}", presented=presented, by=OPERATOR, at=now()
        )

    def use(place: int) -> object:
        code = printed.codes[place]
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        told = history(printed.entitlement_ids[number])
        if isinstance(outcomes[1], Exception):
            assert isinstance(outcomes[1], EntitlementNotSold | CodeAlreadyUsed)
            assert told == ["mint", "activate_at_sale"]
        else:
            assert told == ["mint", "activate_at_sale", "redeem"]

    fight([[partial(sell, place), partial(use, place)] for place in range(SOME)], judge, even=True)


def asked(product: Product, by: Actor) -> Approval:
    """Ask for more than one person may give."""
    found = request_grant(
        request_id=uuid4(),
        product=product,
        quantity=21,
        category=GrantCategory.EXCEPTION,
        reason="Because",
        reference="CASE-1",
        by=by,
        at=now(),
    )
    assert isinstance(found, Approval)
    return found


def test_of_two_who_decide_at_once_one_does() -> None:
    product, olga = make_product(), make_colleague("olga")
    bert, carl = make_colleague("bert"), make_colleague("carl")
    requests = [asked(product, olga) for _ in range(SOME)]

    def yes(place: int) -> object:
        return approve(approval_id=requests[place].pk, by=bert, at=now())

    def no(place: int) -> object:
        return reject(approval_id=requests[place].pk, comment="No", by=carl, at=now())

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [ApprovalClosed] * 2
        given = GrantRecord.objects.filter(
            purchase__external_reference=f"grant-{requests[number].subject}"
        )
        decision = Approval.objects.get(pk=requests[number].pk).decision
        assert given.count() == (decision == "approved")

    fight([[partial(one, place) for one in (yes, no, yes)] for place in range(SOME)], judge)
    assert Entitlement.objects.count() == 21 * GrantRecord.objects.count()


def test_of_two_who_fetch_a_file_one_has_it() -> None:
    product = make_product()
    batches = [mint_batch(product, 1, name=f"b-{uuid7().hex}").batch for _ in range(SOME)]
    for one in batches:
        make_print_file(batch_id=one.pk, number=1, claim_page="/c", by=OPERATOR, at=now())

    def fetch(place: int) -> object:
        return fetch_print_file(batch_id=batches[place].pk, by=OPERATOR, at=now())

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [PrintFileGone]
        assert batches[number].steps.filter(step="file_fetched").count() == 1

    fight([[partial(fetch, place)] * 2 for place in range(SOME)], judge)
    assert not PrintFile.objects.exclude(content=None).exists()
