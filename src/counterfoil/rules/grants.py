"""Why something is given without a sale."""

from enum import StrEnum

MOST = 100_000


class GrantCategory(StrEnum):
    """The kinds of grants; the value never changes once released."""

    CUSTOMER_SERVICE = "customer_service"
    TEST = "test"
    PARTNER_DISTRIBUTION = "partner_distribution"
    EXCEPTION = "exception"


class ReferenceKind(StrEnum):
    """What the reference of a grant names; an order or account must be one we know."""

    ORDER = "order"
    ACCOUNT = "account"
    CASE = "case"
