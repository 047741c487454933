"""Checks of what keeps people out: a mistake here opens a door, and nobody would notice."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

from counterfoil.conf import conf

SECOND_FACTOR = ("required", "offered", "elsewhere")


@register(Tags.security)
def check_second_factor(**_given: Any) -> list[CheckMessage]:
    """Find a word about the second factor of staff that means nothing."""
    if conf.STAFF_SECOND_FACTOR in ("", *SECOND_FACTOR):
        return []
    return [
        Error(
            f"COUNTERFOIL_STAFF_SECOND_FACTOR is none of {', '.join(SECOND_FACTOR)}.",
            hint="Until it is, a second factor is required.",
            id="counterfoil.E012",
        )
    ]


@register(Tags.security)
def check_trusted_hops(**_given: Any) -> list[CheckMessage]:
    """Find a number of proxies that would let clients say themselves where they come from."""
    hops = conf.TRUSTED_HOPS
    if isinstance(hops, int) and not isinstance(hops, bool) and hops >= 0:
        return []
    return [
        Error(
            "COUNTERFOIL_TRUSTED_HOPS is no number of proxies.",
            hint="Say how many stand in front and append to X-Forwarded-For; 0 if none does.",
            id="counterfoil.E013",
        )
    ]


@register(Tags.security, deploy=True)
def check_proxies(**_given: Any) -> list[CheckMessage]:
    """Find a site behind a proxy whose visitors would all be counted as one."""
    if conf.TRUSTED_HOPS or urlsplit(conf.SITE_URL).scheme != "https":
        return []
    return [
        Caution(
            "COUNTERFOIL_TRUSTED_HOPS is 0: behind a proxy, wrong codes of one visitor would shut"
            " out all.",
            hint="Say how many proxies stand in front. If none does, and this very server ends TLS,"
            " silence this.",
            id="counterfoil.W003",
        )
    ]


@register(Tags.security, deploy=True)
def check_test_codes(**_given: Any) -> list[CheckMessage]:
    """Find a site in use that takes the codes of tests, for which nobody paid."""
    if settings.DEBUG or not conf.REDEEM_TEST_CODES:
        return []
    return [
        Caution(
            "COUNTERFOIL_REDEEM_TEST_CODES is on: codes for which nobody paid can be redeemed.",
            hint="Leave it out: then they can be until a live connection is enabled.",
            id="counterfoil.W004",
        )
    ]
