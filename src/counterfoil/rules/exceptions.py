"""The kinds of things that need a person, and what lower rooms have to know of each."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ExceptionKind(StrEnum):
    """
    What the rooms below put before a person; the value never changes once released.

    These are not all kinds there are: what a playbook looks for itself is named only there.
    """

    UNMAPPED_PRODUCT = "unmapped_product"
    AMOUNT_DIFFERS = "amount_differs"
    REFUND_UNKNOWN_ENTITLEMENT = "refund_unknown_entitlement"
    REFUND_AFTER_ASSIGNMENT = "refund_after_assignment"
    DISPUTE_AFTER_ASSIGNMENT = "dispute_after_assignment"
    ORDER_INVALID = "order_invalid"
    PRINTED_UNSELLABLE = "printed_unsellable"
    LINE_CHANGED = "line_changed"
    HOLDER_DIFFERS = "holder_differs"
    NO_DELIVERY_ADDRESS = "no_delivery_address"
    DELIVERY_FAILED = "delivery_failed"
    PROVISIONING_PARKED = "provisioning_parked"
    PROVISIONING_DOWN = "provisioning_down"
    WRITE_BACK_FAILED = "write_back_failed"
    POISON_MESSAGE = "poison_message"
    ORDER_STUCK = "order_stuck"
    JOB_FAILED = "job_failed"
    RECONCILIATION_DIFFERENCE = "reconciliation_difference"
    MESSAGES_REFUSED = "messages_refused"
    CONNECTION_BROKEN = "connection_broken"
    PRIVACY_REQUEST = "privacy_request"
    ENTRY_STUCK = "entry_stuck"
    INVARIANT_BROKEN = "invariant_broken"
    WEBHOOK_FAILING = "webhook_failing"
    ADAPTER_FAILING = "adapter_failing"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseKind:
    """
    One kind of case: ``name`` is kept and never changes, ``title`` is what staff read in a list.

    ``summary`` says in a sentence or two what happened; ``due`` is within what time a case of it
    should be settled.
    """

    name: str
    title: str
    summary: str
    due: timedelta


UNKNOWN_DUE = timedelta(days=1)
_declared: dict[str, CaseKind] = {}


def declare(kind: CaseKind) -> None:
    """Let the rooms below know of a kind; the catalogue of playbooks does, when it is read."""
    _declared[kind.name] = kind


def kind_named(name: str) -> CaseKind:
    """Give a kind by its name; one that has no playbook (any more) still reads as something."""
    known = _declared.get(name)
    if known is not None:
        return known
    title = name.replace("_", " ").capitalize()
    return CaseKind(name=name, title=title, summary="", due=UNKNOWN_DUE)


def declared_kinds() -> tuple[CaseKind, ...]:
    """Give all kinds there are, in the order in which staff read them."""
    return tuple(sorted(_declared.values(), key=lambda one: one.title))
