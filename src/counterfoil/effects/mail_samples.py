"""
Made-up data for the preview of every mail: nobody's name, no code that works, no link that leads
anywhere. Each mail of :mod:`counterfoil.rules.mail_forms` has its sample here.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.effects.addresses import (
    account_page,
    claim_page,
    my_purchases_page,
    portal_page,
    stop_page,
)
from counterfoil.effects.mail_samples_gifts import GIFT_SAMPLES
from counterfoil.effects.mail_samples_staff import STAFF_SAMPLES

Sample = Callable[[], Mapping[str, Any]]

PRODUCTS = ("Dog DNA test", "Club membership", "Health test")
PRODUCT = PRODUCTS[0]
UNTIL = datetime(2031, 6, 30, 12, tzinfo=UTC)
NO_CODE = "SAMPLESAMPLE0000"  # its check symbol is wrong, so that no code can ever be this one


def _codes(cause: str) -> Sample:
    def sample() -> Mapping[str, Any]:
        return {
            "cause": cause,
            "count": 2,
            "codes": [_code(PRODUCT), _code("Club membership")],
            "order_reference": "A-10077",
            "is_test": False,
            "claim_page": claim_page(),
            "my_purchases_url": my_purchases_page(),
        }

    return sample


def _code(product: str) -> Mapping[str, Any]:
    return {
        "product": product,
        "code": NO_CODE,
        "claim_url": f"{claim_page()}#sample",
        "valid_until": UNTIL,
        "waiting_until": None,
    }


def _codes_ready() -> Mapping[str, Any]:
    return {
        "cause": "issued",
        "count": 240,
        "order_reference": "A-10077",
        "is_test": False,
        "my_purchases_url": my_purchases_page(),
    }


def _invitation() -> Mapping[str, Any]:
    return {"partner": "Riverside Clinic", "is_admin": True, "url": portal_page()}


def _sign_in() -> Mapping[str, Any]:
    return {"one_time_code": "000000", "minutes": 15}


def _assigned(state: str) -> Sample:
    def sample() -> Mapping[str, Any]:
        return {
            "state": state,
            "product": PRODUCT,
            "giver": "" if state == "ready" else "Ann Example",
            "subject": "Bella" if state == "ready" else "",
            "valid_until": UNTIL,
            "url": my_purchases_page(),
        }

    return sample


def _transfer() -> Mapping[str, Any]:
    return {
        "sender": "Ann Example",
        "sender_mail": "ann@example.com",
        "product": PRODUCT,
        "answer_until": UNTIL,
        "valid_until": UNTIL,
        "url": my_purchases_page(),
    }


def _transfer_news(news: str) -> Sample:
    def sample() -> Mapping[str, Any]:
        other = "" if news == "moved" else "bob@example.com"
        return {"news": news, "other": other, "product": PRODUCT, "url": my_purchases_page()}

    return sample


def _items(*standings: str) -> Sample:
    def sample() -> Mapping[str, Any]:
        items = [
            {"product": name, "count": number, "valid_until": UNTIL, "standing": standing}
            for number, (name, standing) in enumerate(zip(PRODUCTS, standings, strict=False), 1)
        ]
        return {
            "items": items,
            "more": 0,
            "count": sum(range(1, len(items) + 1)),
            "product": PRODUCT,
            "first_end": UNTIL,
            "url": my_purchases_page(),
            "unsubscribe_url": stop_page("sample"),
        }

    return sample


def _account(event: str) -> Sample:
    def sample() -> Mapping[str, Any]:
        return {
            "event": event,
            "new_address": "b•••@example.com",
            "due": UNTIL,
            "url": account_page(),
        }

    return sample


SAMPLES: Mapping[str, Sample] = {
    "codes_issued": _codes("issued"),
    "codes_resent": _codes("resent"),
    "codes_replaced": _codes("replaced"),
    "codes_ready": _codes_ready,
    "invitation": _invitation,
    "sign_in_code": _sign_in,
    "assigned_ready": _assigned("ready"),
    "assigned_setting_up": _assigned("setting_up"),
    "assigned_subject_needed": _assigned("subject_needed"),
    "transfer": _transfer,
    "transfer_news_accepted": _transfer_news("accepted"),
    "transfer_news_declined": _transfer_news("declined"),
    "transfer_news_lapsed": _transfer_news("lapsed"),
    "transfer_news_cancelled": _transfer_news("cancelled"),
    "transfer_news_moved": _transfer_news("moved"),
    "reminder": _items("unused", "unused"),
    "expiry_warning": _items("unused", "given", "unfinished"),
    "account_news_mail_changed": _account("mail_changed"),
    "account_news_merged": _account("merged"),
    "account_news_erasure_asked": _account("erasure_asked"),
    **GIFT_SAMPLES,
    **STAFF_SAMPLES,
}
"""What stands in a mail when it is previewed, by the name of the mail."""
