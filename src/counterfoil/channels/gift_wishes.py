"""
Gifts: what the buyer typed in the shop about whom it is for.

No shop has fields for it, so themes and plugins send pairs of a name and a value: of the order
(Shopify: cart attributes; WooCommerce: its data), or of a line, which win. A name may begin with an
underscore, which by custom hides it from the buyer.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from counterfoil.channels.shopify_values import moment, text
from counterfoil.rules.orders import OrderGift

GIFT = "cf_gift"
RECIPIENT_MAIL = "cf_recipient_email"
RECIPIENT_NAME = "cf_recipient_name"
MESSAGE = "cf_gift_message"
SEND_AT = "cf_send_at"
SENDER_NAME = "cf_sender_name"
KEYS = (GIFT, RECIPIENT_MAIL, RECIPIENT_NAME, MESSAGE, SEND_AT, SENDER_NAME)

_NO = frozenset({"", "0", "false", "no", "off", "n"})
_LONGEST_NAME, _LONGEST_MESSAGE = 200, 2_000


def wishes(attributes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Take what is about a gift out of what a cart or a line carries; the last word counts."""
    found = {}
    for attribute in attributes:
        key = text(attribute.get("key")).strip().lower().removeprefix("_")
        if key in KEYS:
            found[key] = text(attribute.get("value")).strip()
    return found


def gift_of(wished: Mapping[str, str]) -> OrderGift | None:
    """
    Say what was wished, if anything was.

    Whoever names a recipient means a gift, unless the switch says that it is none. A date nobody
    can read is no date: it is given at once.
    """
    switch = wished.get(GIFT)
    if switch is not None and switch.lower() in _NO:
        return None
    if switch is None and not any(wished.get(key) for key in (RECIPIENT_MAIL, RECIPIENT_NAME)):
        return None
    return OrderGift(
        recipient_mail=wished.get(RECIPIENT_MAIL) or None,
        recipient_name=wished.get(RECIPIENT_NAME, "")[:_LONGEST_NAME],
        message=wished.get(MESSAGE, "")[:_LONGEST_MESSAGE],
        sender_name=wished.get(SENDER_NAME, "")[:_LONGEST_NAME],
        send_at=moment(wished.get(SEND_AT)),
    )
