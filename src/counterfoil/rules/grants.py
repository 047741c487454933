"""Why something is given without a sale."""

from enum import StrEnum


class GrantCategory(StrEnum):
    """The kinds of grants; the value never changes once released."""

    CUSTOMER_SERVICE = "customer_service"
    TEST = "test"
    PARTNER_DISTRIBUTION = "partner_distribution"
    EXCEPTION = "exception"
