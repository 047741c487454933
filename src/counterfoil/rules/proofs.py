"""How staff know what they cannot know: whose address it is, and who agreed to what."""

from dataclasses import dataclass
from enum import StrEnum


class AddressProof(StrEnum):
    """How somebody made believe that an address is the buyer's."""

    ORDER_DETAILS = "order_details"
    CALLED_BACK = "called_back"
    DOCUMENT = "document"
    CHANNEL_RECORD = "channel_record"


class AgreedBy(StrEnum):
    """Who agreed, when staff write it down for them."""

    HOLDER = "holder"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"


class AgreedHow(StrEnum):
    """In which way they did."""

    PHONE = "phone"
    LETTER = "letter"
    MAIL = "mail"
    CHAT = "chat"
    IN_PERSON = "in_person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Who agreed to a text, and how staff came to know."""

    by: AgreedBy
    how: AgreedHow
