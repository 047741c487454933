"""The kinds of things that need a person."""

from enum import StrEnum


class ExceptionKind(StrEnum):
    """What an exception is about; the value never changes once released."""

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
