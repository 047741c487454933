"""Writers who read the same version of an entitlement, and write at once."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from counterfoil.errors import StaleEntitlement
from counterfoil.models import Entitlement, Entry
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.extend import extend
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import Issued, issue_one, now
from tests.races.arena import SOME, fight

pytestmark = pytest.mark.django_db(transaction=True)
READ = '"1"'


def years(number: int) -> str:
    return f"{2100 + number}-01-01T00:00:00Z"


def write(secret: str, issued: Issued, number: int) -> Any:
    """Write over the API what was made of version 1, each writer something else."""
    return Client().post(
        f"/v1/entitlements/{issued.entitlement().handle}/extend",
        {"reason": "goodwill", "until": years(number)},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "If-Match": READ},
    )


def test_of_those_who_read_the_same_one_writes() -> None:
    made = create_api_key(name="house", scopes=[Scope.REPAIR], by=SYSTEM, at=now())
    units = [issue_one() for _ in range(SOME)]

    def judge(number: int, outcomes: list[Any]) -> None:
        assert sorted(one.status_code for one in outcomes) == [200] + [412] * 3
        assert Entry.objects.filter(entitlement=units[number].id).count() == 2

    fight([[partial(write, made.secret, one, n) for n in range(4)] for one in units], judge)


def careless(issued: Issued, number: int) -> None:
    """Write as one must not: compare the version first, outside the transaction of the act."""
    if Entitlement.objects.get(pk=issued.id).version != 1:
        raise StaleEntitlement
    until = now().replace(year=2100 + number)
    extend(entitlement_id=issued.id, until=until, by=SYSTEM, at=now())


def test_comparing_before_the_act_is_caught() -> None:
    units = [issue_one() for _ in range(SOME)]

    def judge(number: int, outcomes: list[Any]) -> None:
        assert sum(not isinstance(one, Exception) for one in outcomes) == 1

    rounds = [[partial(careless, one, n) for n in range(4)] for one in units]
    with pytest.raises(AssertionError):
        fight(rounds, judge)
