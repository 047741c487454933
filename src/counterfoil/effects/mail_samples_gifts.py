"""Made-up data for the preview of the mails about gifts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.effects.addresses import claim_page, gift_page, my_purchases_page

PRODUCT = "Dog DNA test"
MAIL = "e•••@example.com"
UNTIL = datetime(2031, 6, 30, 12, tzinfo=UTC)
NO_CODE = "SAMPLESAMPLE0000"  # its check symbol is wrong, so that no code can ever be this one


def _gift() -> Mapping[str, Any]:
    return {
        "sender": "Ann Example",
        "partner": "",
        "recipient": "Bob Example",
        "message": "Happy birthday! Have fun with it.",
        "product": PRODUCT,
        "description": "",
        "code": NO_CODE,
        "claim_url": f"{claim_page()}#sample",
        "claim_page": claim_page(),
        "valid_until": UNTIL,
        "is_bound": False,
        "is_test": False,
    }


def _bought() -> Mapping[str, Any]:
    given = {
        "product": PRODUCT,
        "recipient": "Bob Example",
        "recipient_mail": MAIL,
        "send_at": UNTIL,
        "time_zone": "Europe/Berlin",
    }
    return {
        "given": [given],
        "order_reference": "A-10077",
        "is_test": False,
        "my_purchases_url": my_purchases_page(),
    }


def _news() -> Mapping[str, Any]:
    return {
        "product": PRODUCT,
        "recipient": "Bob Example",
        "recipient_mail": MAIL,
        "is_card": False,
        "another_address": True,
        "gift_url": gift_page("ent_sample"),
        "my_purchases_url": my_purchases_page(),
    }


GIFT_SAMPLES = {
    "gift": _gift,
    "gift_bought": _bought,
    "gift_opened": _news,
    "gift_claimed": _news,
    "gift_bounced": _news,
}
