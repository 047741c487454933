"""One request that is sent several times at once."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from counterfoil.models import Entry, Reply
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.redeem import redeem
from counterfoil.operations.remember_reply import remember_reply
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import ORIGIN, Issued, issue_one, make_assignee, now
from tests.races.arena import SOME, fight

pytestmark = pytest.mark.django_db(transaction=True)


def redeem_once(secret: str, issued: Issued, key: str) -> Any:
    """Redeem over the API, with a client of one's own, as another process would."""
    return Client().post(
        "/v1/codes/redeem",
        {"code": issued.code, "account": {"external_reference": "user-1"}},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
    )


def test_one_request_is_done_once_and_the_others_are_told_so_or_to_wait() -> None:
    made = create_api_key(name="house", scopes=[Scope.REDEEM], by=SYSTEM, at=now())
    units = [issue_one() for _ in range(SOME)]

    def judge(number: int, outcomes: list[Any]) -> None:
        done = [one for one in outcomes if one.status_code == 200]
        waiting = [one for one in outcomes if one.status_code == 409]
        assert done
        assert len(done) + len(waiting) == len(outcomes)
        assert len({one.content for one in done}) == 1
        assert sum("Idempotency-Replayed" not in one for one in done) == 1
        assert {(one.json()["code"], one["Retry-After"]) for one in waiting} <= {
            ("request_in_flight", "1")
        }
        assert Reply.objects.count() == number + 1
        assert Entry.objects.filter(entitlement=units[number].id, move="redeem").count() == 1

    fight(
        [[partial(redeem_once, made.secret, one, f"k-{n}")] * 6 for n, one in enumerate(units)],
        judge,
    )


@transaction.atomic
def careless(issued: Issued, to: Assignee, key: str) -> None:
    """Answer once as one must not: look for the reply first, without a lock."""
    if Reply.objects.filter(principal=SYSTEM.id, key=key).exists():
        return
    redeem(code=issued.code, to=to, by=SYSTEM, at=now(), origin=ORIGIN)
    remember_reply(key=key, digest=b"", status=200, body="", by=SYSTEM, at=now())


def test_looking_without_a_lock_is_caught() -> None:
    ana, units = make_assignee(), [issue_one() for _ in range(SOME)]
    rounds = [[partial(careless, one, ana, f"k-{n}")] * 6 for n, one in enumerate(units)]
    with pytest.raises(IntegrityError):
        fight(rounds, lambda _number, _outcomes: None)
