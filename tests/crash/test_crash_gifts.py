"""Whenever it is killed, an act of giving is done or not begun: no code dies without a new one."""

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import CodeState, Gift, GiftEnd
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.testing.builders import Issued, issue_one, now
from tests.crash.doomed import Doomed, kill_everywhere
from tests.giving import GIVER, give

pytestmark = pytest.mark.django_db(transaction=True)


def sold() -> Issued:
    return issue_one()


def set_it(issued: Issued) -> object:
    return give(issued.id)


def was_set(issued: Issued) -> None:
    assert Gift.objects.filter(entitlement=issued.id, ended_at=None).count() == 1


def sent() -> Issued:
    issued = issue_one()
    give(issued.id)
    settle()
    return issued


def correct(issued: Issued) -> object:
    return correct_recipient(
        entitlement_id=issued.id, recipient_mail="eve@example.com", by=GIVER, at=now()
    )


def was_corrected(issued: Issued) -> None:
    assert issued.entitlement().codes.filter(state=CodeState.LIVE).count() == 1
    assert issued.entitlement().codes.filter(state=CodeState.REPLACED).count() == 1
    ends = Gift.objects.filter(entitlement=issued.id).order_by("created_at", "pk")
    assert list(ends.values_list("ended_because", flat=True)) == [GiftEnd.CORRECTED, ""]


def cancel(issued: Issued) -> object:
    return cancel_gift(entitlement_id=issued.id, by=GIVER, at=now())


def was_cancelled(issued: Issued) -> None:
    assert issued.entitlement().codes.filter(state=CodeState.LIVE).count() == 1
    assert issued.entitlement().codes.filter(state=CodeState.REPLACED).count() == 1
    assert Gift.objects.get(entitlement=issued.id).ended_because == GiftEnd.CANCELLED


ACTS = {
    "set_gift": Doomed(scene=sold, act=set_it, check=was_set),
    "correct_recipient": Doomed(scene=sent, act=correct, check=was_corrected),
    "cancel_gift": Doomed(scene=sent, act=cancel, check=was_cancelled),
}


@pytest.mark.parametrize("name", ACTS)
def test_it_is_done_or_not_begun(name: str) -> None:
    assert kill_everywhere(ACTS[name]) >= 4
