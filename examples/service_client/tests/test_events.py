"""What Houndwell makes of events: only genuine ones, in the order of their versions, and once."""

import base64
from typing import Any

import pytest

from houndwell.desk import Desk
from houndwell.signed import is_signed, signature
from houndwell.store import Store

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"another key, which is of no use.").decode()
NOW = 1_800_000_000.0
BODY = b'{"type": "entitlement.assigned"}'


class Service:
    """Answers which dog it is for, and nothing else."""

    def dog_of(self, entitlement: str) -> str | None:
        return "Miso"


@pytest.fixture
def desk() -> Desk:
    store = Store(":memory:")
    store.write("INSERT INTO kits (entitlement, holder) VALUES ('ent_1', 'ann@example.com')")
    return Desk(store, Service())  # type: ignore[arg-type]


def event(kind: str, state: str, version: int) -> dict[str, Any]:
    told = {"entitlement": "ent_1", "state": state, "version": version}
    return {"id": f"{kind}-{version}", "type": f"entitlement.{kind}", "data": told}


ASSIGNED, REVOKED = event("assigned", "assigned", 2), event("revoked", "revoked", 4)


def samples(desk: Desk) -> list[tuple[str, ...]]:
    return desk.store.rows("SELECT holder, dog FROM samples")


def test_the_same_event_twice_makes_one_sample(desk: Desk) -> None:
    desk.take(ASSIGNED)
    desk.take(ASSIGNED)
    assert samples(desk) == [("ann@example.com", "Miso")]


def test_older_news_undoes_nothing(desk: Desk) -> None:
    desk.take(REVOKED)
    desk.take(ASSIGNED)
    assert samples(desk) == []


def test_a_withdrawal_removes_it(desk: Desk) -> None:
    desk.take(ASSIGNED)
    desk.take(REVOKED)
    assert samples(desk) == []


def headers(secret: str, *, at: float = NOW) -> dict[str, str]:
    made = signature(f"msg_1.{int(at)}.".encode() + BODY, secret).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at)),
        "webhook-signature": f"v1,bm90IHRoaXMgb25l v1,{made}",
    }


@pytest.mark.parametrize(
    ("body", "given", "is_right"),
    [
        (BODY, headers(SECRET), True),
        (BODY, headers(OTHER), False),
        (BODY + b" ", headers(SECRET), False),
        (BODY, headers(SECRET, at=NOW - 301), False),
        (BODY, headers(SECRET) | {"webhook-timestamp": "yesterday"}, False),
        (BODY, {}, False),
    ],
    ids=["right", "another secret", "another body", "old", "no time", "unsigned"],
)
def test_only_what_counterfoil_signed_just_now_is_heard(
    body: bytes, given: dict[str, str], is_right: bool
) -> None:
    assert is_signed(body, given, secrets=(SECRET,), now=NOW) is is_right
