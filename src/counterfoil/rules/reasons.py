"""Why an entitlement is acted upon: what staff choose from, and what machines name."""

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.rules.acts import Act

OTHER = "other"
"""Something else: it has to be said in words."""

REASONS: Mapping[Act, tuple[str, ...]] = MappingProxyType(
    {
        Act.ASSIGN: ("customer_asked", "support_case", "mistake", OTHER),
        Act.UNASSIGN: ("wrong_person", "customer_asked", "mistake", OTHER),
        Act.REPLACE_CODE: ("lost", "exposed", "mail_not_received", OTHER),
        Act.REVEAL_CODE: ("mail_not_received", "support_case", OTHER),
        Act.REVOKE: ("customer_asked", "duplicate", "fraud", "mistake", OTHER),
        Act.REINSTATE: ("mistake", "customer_asked", "investigated", OTHER),
        Act.PLACE_HOLD: ("fraud", "compliance", "support_case", OTHER),
        Act.LIFT_HOLD: ("investigated", "mistake", OTHER),
        Act.EXTEND: ("goodwill", "customer_asked", "mistake", OTHER),
        Act.CORRECT_SUBJECT: ("wrong_subject", "customer_asked", "mistake", OTHER),
        Act.TRANSFER: ("customer_asked", "wrong_person", "support_case", "mistake", OTHER),
        Act.SET_GIFT: ("customer_asked", "support_case", "goodwill", OTHER),
        Act.CORRECT_RECIPIENT: ("wrong_person", "mail_not_received", "customer_asked", OTHER),
        Act.RESEND_CODE: ("mail_not_received", "customer_asked", "support_case", OTHER),
        Act.CANCEL_GIFT: ("customer_asked", "wrong_person", "mistake", OTHER),
        Act.RETRY_PROVISIONING: ("customer_asked", "support_case", "investigated", OTHER),
    }
)
"""Each in the words of :data:`counterfoil.queries.words.REASONS`."""
