"""What a host's own policy is asked, and what it may answer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class RedeemRequest:
    """
    Who wants to redeem, or is to be given, what.

    ``account`` is the id the host gave us, or ours where it gave none; it is empty for somebody
    named by an address alone who has no account yet: a question opens none. ``mail`` is empty
    where no address is known; ``surface`` is where: ``page`` or ``api``. There is never a code in
    it.
    """

    handle: str
    product: str
    is_test: bool
    account: str
    mail: str = field(repr=False)
    surface: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundRequest:
    """
    A unit somebody has and whose money went back, or that was taken off its order.

    ``because`` says which: ``refunded``, ``cancelled`` or ``line_reduced``. ``purchase`` is the
    reference of the order in its channel.
    """

    handle: str
    product: str
    is_test: bool
    account: str
    state: str
    because: str
    purchase: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether it may be redeemed; ``words`` are what the customer reads if it may not."""

    allowed: bool
    words: str = ""


ALLOW = Verdict(allowed=True)


def refuse(words: str) -> Verdict:
    """Refuse, in words that the customer reads."""
    return Verdict(allowed=False, words=words)


class RefundAnswer(StrEnum):
    """What becomes of a unit somebody has, whose money went back."""

    WITHDRAW = "withdraw"
    KEEP = "keep"
    ASK = "ask"


class Policy(Protocol):
    """
    What a host decides in code of its own; made without arguments for each question.

    Both are called in a thread of their own, and given up after ``COUNTERFOIL_ADAPTER_SECONDS``.
    They may be called again about the same thing. Nobody keeps a transaction open meanwhile.
    """

    def may_redeem(self, request: RedeemRequest) -> Verdict:
        """
        Say whether this account may have this.

        About a code it is asked only where nothing else forbids it. About what is assigned or
        transferred on somebody's word it is asked first: the act may be refused after a yes.
        """
        ...

    def on_refund(self, request: RefundRequest) -> RefundAnswer:
        """Say what becomes of it, where its terms leave that to a person."""
        ...
