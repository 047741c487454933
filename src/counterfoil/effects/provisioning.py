"""
What the host implements: making and removing its own record of an entitlement.

The setting ``COUNTERFOIL_PROVISIONER`` names a class of the host's that follows
:class:`Provisioner`; it is constructed without arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.errors import Unavailable


class ProvisioningFailed(Unavailable):
    """
    The host's system could not do it now.

    A provisioner may raise this to say in words what staff should read; of any other exception
    only the name is kept, for its words may quote a person.
    """

    code = "provisioning_failed"


class ProvisioningRefused(ProvisioningFailed):
    """
    The host's system answers, and will not do this one.

    It is tried again like any failure; but it says nothing about others, so nothing else waits.
    """

    code = "provisioning_refused"


class ProvisioningPutOff(ProvisioningFailed):
    """
    The host's system was not asked, for want of room here.

    It is tried again like any failure; but it says nothing about the system.
    """

    code = "provisioning_put_off"


class ProvisioningAccepted(Unavailable):
    """
    The host's system was asked, and will tell later that it is done.

    It tells by ``POST /v1/entitlements/{handle}/fulfilment``; until it does, it is asked again
    under the same key from time to time.
    """

    code = "provisioning_accepted"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvisioningRequest:
    """
    A record to be made.

    ``key`` is the same for every call about the same assignment, and another one for the next
    assignment of the same entitlement. ``account`` is the id the host gave us, or ours where it
    gave none. ``mail`` is empty where no address is known, or the person was erased. ``answers``
    are what was answered between claiming and using, by step, such as a shipping address.
    """

    key: str
    handle: str
    product: str
    is_test: bool
    account: str
    mail: str = field(repr=False)
    subject_kind: str
    subject: Mapping[str, Any] = field(repr=False)
    subject_reference: str = ""
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class RemovalRequest:
    """
    A record to be removed: the one that was made, or may have been made, under ``key``.

    ``reference`` is what :meth:`Provisioner.provision` gave for it, empty if no answer ever came.
    """

    key: str
    handle: str
    product: str
    is_test: bool
    reference: str


class Provisioner(Protocol):
    """
    Makes the downstream record that an assignment calls for.

    Called in the background, outside of any transaction, again and again until it answers: for up
    to 72 hours at growing intervals, then a person is told. Both methods may raise whatever they
    like and take their time, but should give up by themselves within a minute; a call that has not
    answered after 110 seconds is made again, under the same key, while the first may still be
    running. Each call has a thread of its own.
    """

    def provision(self, request: ProvisioningRequest) -> str:
        """
        Make the record, or find the one already made under this key, and give its reference.

        It is called again whenever an answer was lost, so a host that cannot pass the key on to
        its system must read before it creates. A key that was removed before stays removed: a
        late call must not bring its record back.

        :raises ProvisioningFailed: if it cannot be done now, in words that staff will read.
        :raises ProvisioningAccepted: if it is being done, and will be confirmed later.
        """

    def deprovision(self, request: RemovalRequest) -> None:
        """
        Remove the record made under this key; that there is none is success.

        :raises ProvisioningFailed: if it cannot be done now, in words that staff will read.
        """


class NoDownstream:
    """For hosts that keep nothing of their own: an assignment is fulfilled at once."""

    def provision(self, request: ProvisioningRequest) -> str:
        """Give the handle: it is the only reference there is."""
        return request.handle

    def deprovision(self, request: RemovalRequest) -> None:
        """Remove nothing."""


def provisioner() -> Provisioner:
    """Give the provisioner the host has configured."""
    return cast(Provisioner, import_string(conf.PROVISIONER)())
