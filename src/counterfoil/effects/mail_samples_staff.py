"""Made-up data for the preview of the mails to staff."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.effects.addresses import console_page

DAY = datetime(2031, 6, 30, 12, tzinfo=UTC)


def _approval() -> Mapping[str, Any]:
    lines = [("Asked by", "Ann Example"), ("How many", "40"), ("Reason", "A whole club waits")]
    return {
        "event": "approval",
        "what": "grant",
        "until": DAY,
        "sections": [{"title": "What is asked for", "lines": lines}],
        "url": console_page("approvals"),
    }


def _digest() -> Mapping[str, Any]:
    return {
        "event": "digest",
        "day": DAY,
        "sections": [
            {
                "title": "Given without a sale",
                "lines": [("Ann Example, customer service", "3 in 2 grants (3 of them alone)")],
            },
            {"title": "Cases", "lines": [("opened", "4"), ("closed", "6"), ("overdue now", "1")]},
        ],
        "checkpoint": "1204:" + "0" * 64,
        "url": console_page("ledger"),
    }


def _overdue() -> Mapping[str, Any]:
    return {
        "event": "overdue",
        "count": 2,
        "sections": [{"title": "Overdue", "lines": [("Product not mapped", "2")]}],
        "url": console_page("exceptions"),
    }


STAFF_SAMPLES = {
    "staff_news_approval": _approval,
    "staff_news_digest": _digest,
    "staff_news_overdue": _overdue,
}
