"""
What a host's customers go through, written once.

A host is whatever sells and uses entitlements: a platform with Counterfoil inside it, or one that
talks to it from outside. It subclasses :class:`Journeys` with a fixture ``host``, and its customers
come to the same.
"""

import re
from collections.abc import Sequence
from typing import Protocol

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")

ANN, BEN = "ann@example.com", "ben@example.com"


class Refused(Exception):
    """The customer was told that this cannot be done."""


class Host(Protocol):
    """A platform, as its customers and its staff meet it."""

    def buy(self, mail: str, quantity: int = 1) -> str:
        """Let somebody pay for so many kits, and give the order's reference."""
        ...

    def refund(self, order: str) -> None:
        """Give all the money of an order back."""
        ...

    def give(self, order: str, *, to: str) -> None:
        """Let the buyer give the order's only kit to somebody, by mail."""
        ...

    def replace_lost_code(self, order: str) -> None:
        """Let staff replace the code of the order's only kit; the buyer is written to."""
        ...

    def hand_out(self, to: str) -> None:
        """Let a partner that has kits hand one of them to somebody, by mail."""
        ...

    def mails_to(self, mail: str) -> Sequence[str]:
        """Give what was written to somebody, the newest last."""
        ...

    def claim(self, mail: str, code: str) -> str:
        """
        Let somebody use a code with their account at the platform, and give the entitlement.

        :raises Refused: if it cannot be used.
        """
        ...

    def name_dog(self, mail: str, entitlement: str, dog: str) -> None:
        """Let somebody say which dog a kit of theirs is for."""
        ...

    def samples(self) -> Sequence[tuple[str, str]]:
        """Give whom and which dog the lab waits for: address and name."""
        ...


def newest_code(host: Host, mail: str) -> str:
    """Find the code in the newest mail that has one."""
    found = [code for text in host.mails_to(mail) for code in CODE.findall(text)]
    assert found, f"no code was mailed to {mail}"
    return str(found[-1])


def is_refused(host: Host, mail: str, code: str) -> bool:
    """Try a code, and tell whether it was refused."""
    try:
        host.claim(mail, code)
    except Refused:
        return True
    return False


class Journeys:
    """Subclass this, and give a fixture named ``host``."""

    def test_buy_for_oneself(self, host: Host) -> None:
        host.buy(ANN)
        kit = host.claim(ANN, newest_code(host, ANN))
        host.name_dog(ANN, kit, "Miso")

        assert host.samples() == [(ANN, "Miso")]

    def test_give_away(self, host: Host) -> None:
        order = host.buy(ANN)
        bought = newest_code(host, ANN)
        host.give(order, to=BEN)
        given = newest_code(host, BEN)
        kit = host.claim(BEN, given)
        host.name_dog(BEN, kit, "Otto")

        assert host.samples() == [(BEN, "Otto")]
        assert is_refused(host, ANN, bought)

    def test_say_later_which_dog(self, host: Host) -> None:
        host.buy(ANN)
        kit = host.claim(ANN, newest_code(host, ANN))
        assert host.samples() == []

        host.name_dog(ANN, kit, "Miso")
        assert host.samples() == [(ANN, "Miso")]

    def test_refund_after_use(self, host: Host) -> None:
        order = host.buy(ANN)
        code = newest_code(host, ANN)
        kit = host.claim(ANN, code)
        host.name_dog(ANN, kit, "Miso")
        host.refund(order)

        assert host.samples() == []
        assert is_refused(host, BEN, code)

    def test_lose_the_code(self, host: Host) -> None:
        order = host.buy(ANN)
        lost = newest_code(host, ANN)
        host.replace_lost_code(order)
        new = newest_code(host, ANN)

        assert is_refused(host, ANN, lost)
        assert host.claim(ANN, new)

    def test_be_handed_one_by_a_partner(self, host: Host) -> None:
        host.hand_out(BEN)
        kit = host.claim(BEN, newest_code(host, BEN))
        host.name_dog(BEN, kit, "Otto")

        assert host.samples() == [(BEN, "Otto")]
