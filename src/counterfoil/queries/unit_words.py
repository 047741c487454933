"""Where entitlements stand and come from, as lists and figures of staff name it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as later

from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State


class Source(StrEnum):
    """Where entitlements come from; each comes from one of these."""

    SALE = "sale"
    GRANT = "grant"
    BATCH = "batch"


class ForTests(StrEnum):
    """Whether those made for tests are meant."""

    NO = "no"
    YES = "yes"
    ALL = "all"


STATES = {
    State.MINTED: later("printed, not sold"),
    State.ISSUED: later("issued"),
    State.RESERVED: later("reserved"),
    State.ASSIGNED: later("assigned"),
    State.FULFILLED: later("fulfilled"),
    State.REVOKED: later("revoked"),
}
SOURCES = {
    Source.SALE: later("bought"),
    Source.GRANT: later("granted without a sale"),
    Source.BATCH: later("printed, not sold yet"),
}
CATEGORIES = {
    GrantCategory.CUSTOMER_SERVICE: later("customer service"),
    GrantCategory.TEST: later("test account"),
    GrantCategory.PARTNER_DISTRIBUTION: later("partner distribution"),
    GrantCategory.EXCEPTION: later("exception"),
}
TESTS = {
    ForTests.NO: later("real ones"),
    ForTests.YES: later("only tests"),
    ForTests.ALL: later("real ones and tests"),
}
