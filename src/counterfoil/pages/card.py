"""The card of a gift, to print and hand over: an A5 page, and a PDF where WeasyPrint is there."""

from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.effects.addresses import claim_page
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.pages.gift import Giving, admit
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.web.qr import claim_url, draw

STYLE = "counterfoil/card.css"
HAS_PDF = find_spec("weasyprint") is not None


@hosted()
def gift_card(request: PageRequest, handle: str, cart_id: UUID | None = None) -> HttpResponse:
    """
    Show the card with its code, in the answer and nowhere else; the ledger keeps that it was shown.

    A plain visit shows no code: it goes to the page of the gift.
    """
    giving = admit(request, handle, cart_id)
    if giving is None:
        return to_sign_in(reverse("counterfoil:gift", args=[handle]))
    if request.method != "POST":
        return redirect(giving.page)
    context = _context(giving)
    if "pdf" in request.POST and HAS_PDF:
        return _pdf(context)
    return show(request, "gift_card", context | {"has_pdf": HAS_PDF})


def _context(giving: Giving) -> dict[str, Any]:
    item, by = giving.read(), giving.request.visitor.actor
    code = reveal_code(entitlement_id=giving.entitlement_id, by=by, at=timezone.now())
    gift = item.gift if item.gift is not None and item.gift.is_open else None
    url = claim_url(code)
    return {
        "page": "my-purchases",
        "gift_url": giving.page,
        "card_url": giving.card_page,
        "product": item.product,
        "description": item.description,
        "valid_until": item.valid_until,
        "is_test": item.is_test,
        "words": gift.words if gift else None,
        "code": code,
        "qr": draw(url),
        "site": claim_page().partition("://")[2],
    }


def _pdf(context: dict[str, Any]) -> HttpResponse:
    """
    Make the PDF.

    :raises NotFound: if the style sheet of the card is not among the static files.
    """
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]

    style = finders.find(STYLE)
    if not isinstance(style, str):
        raise NotFound
    frame = {"brand_name": conf.SITE_NAME, "support_email": conf.SUPPORT_MAIL}
    text = render_to_string("counterfoil/pages/gift_card_pdf.html", frame | context)
    try:
        made = HTML(string=text, url_fetcher=_nothing).write_pdf(stylesheets=[CSS(filename=style)])
    except OSError as error:
        raise CounterfoilError from error
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="gift-card.pdf"'
    return response


def _nothing(url: str, *_args: Any, **_kwargs: Any) -> Any:
    """Fetch nothing from anywhere: a card is made of what stands in it."""
    raise ValueError(url)
