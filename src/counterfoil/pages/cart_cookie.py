"""The cookie that tells the browser that paid from any other that knows the address of the page."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

NAME = "counterfoil_cart"
SALT = "counterfoil.pages.cart"
AGE = 24 * 60 * 60  # seconds: as long as a payment page of a channel stays open


def bind(response: HttpResponse, cart_id: UUID) -> None:
    """Bind this browser to a cart; the cookie is sent to the pages of that cart only."""
    response.set_cookie(
        NAME,
        TimestampSigner(salt=SALT).sign(str(cart_id)),
        max_age=AGE,
        path=reverse("counterfoil:test-payment", args=[cart_id]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # the way back from a payment page is a plain link
    )


def is_bound(request: HttpRequest, cart_id: UUID) -> bool:
    """Tell whether this browser made that cart, a day ago at most."""
    try:
        value = TimestampSigner(salt=SALT).unsign(request.COOKIES.get(NAME, ""), max_age=AGE)
    except BadSignature:
        return False
    return value == str(cart_id)
