"""Calling the host's provisioner: for so long and no longer."""

from datetime import timedelta

from django.db import connection

from counterfoil.effects.provisioning import (
    ProvisioningFailed,
    ProvisioningPutOff,
    ProvisioningRequest,
    RemovalRequest,
    provisioner,
)
from counterfoil.hosting.asking import TooManyOpen, in_time
from counterfoil.rules.keepable import flaw_in

CUT_AFTER = timedelta(seconds=110)

NO_REFERENCE = "It gave no reference of what it made."
TOO_MANY = "It was not asked: too many calls wait for an answer."


class CallCut(Exception):
    """The host has not answered in time; nobody knows what it has done."""


def call(request: ProvisioningRequest | RemovalRequest) -> str | None:
    """
    Have a record made, and give its reference, or have it removed.

    Whoever hangs is waited for no longer, in a thread of its own, and its late answer is none: the
    same key is asked about again. Within a transaction, where only a test calls, the thread stays
    the same, so that the host's code sees what the test has written.

    :raises ProvisioningFailed: if it gives no reference.
    :raises CallCut: if it does not answer in time.
    :raises ProvisioningPutOff: if so many calls hang that no further one is made.
    :raises Exception: whatever else the host raises.
    """
    if connection.in_atomic_block:
        return _ask(request)
    try:
        answer = in_time("PROVISIONER", lambda: _answer(request), seconds=CUT_AFTER.total_seconds())
    except TooManyOpen:
        raise ProvisioningPutOff(TOO_MANY) from None
    except TimeoutError:
        raise CallCut from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(request: ProvisioningRequest | RemovalRequest) -> str | Exception | None:
    # A host that runs into a limit of its own may raise what we would take for ours.
    try:
        return _ask(request)
    except Exception as error:  # noqa: BLE001 - whatever the host raises
        return error


def _ask(request: ProvisioningRequest | RemovalRequest) -> str | None:
    host = provisioner()
    if isinstance(request, RemovalRequest):
        host.deprovision(request)
        return None
    answer: object = host.provision(request)
    if not isinstance(answer, str) or not answer.strip() or flaw_in(answer) is not None:
        raise ProvisioningFailed(NO_REFERENCE)
    return answer
