"""Sheets of cards: codes printed to be handed over."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.effects.addresses import claim_page
from counterfoil.errors import CounterfoilError, KeyReused, NotFound, RecipientInvalid
from counterfoil.operations.print_cards import Printed, print_cards
from counterfoil.operations.reprint_cards import reprint_cards
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.portal.sources import choices, source_field, source_named
from counterfoil.queries.handouts import one_handout
from counterfoil.rules.handouts import LONGEST_MESSAGE
from counterfoil.rules.partners import PartnerRight
from counterfoil.web.qr import claim_url, draw

A_SHEET = 8


@members_only(PartnerRight.PRINT_CARDS, methods=METHODS)
def make_cards(visit: Visit) -> HttpResponse:
    """Ask how many cards are wanted, and show them in the answer and nowhere else."""
    errors: dict[str, str | Promise] = {}
    more = {}
    if visit.request.method == "POST":
        try:
            return _sheet(visit, _print(visit))
        except NotFound:
            errors["source"] = _("Choose what to print.")
        except RecipientInvalid:
            most = {"most": conf.CARDS_MAX}
            errors["quantity"] = _("Print between 1 and %(most)d cards at once.") % most
        except CounterfoilError as refusal:
            errors["quantity"] = sentence(refusal)
            if isinstance(refusal, KeyReused):
                more["key"] = uuid4().hex  # printed and gone back: they are other cards
    form = Form(visit.request.POST, errors)
    context = {
        "section": "lists",
        "errors": errors,
        "is_empty": not choices(visit),
        "a_sheet": A_SHEET,
        "fields": [
            source_field(visit, form),
            form.field(
                "quantity",
                _("How many cards"),
                "number",
                inputmode="numeric",
                min=1,
                max=conf.CARDS_MAX,
                default=str(A_SHEET),
            ),
            form.field(
                "message",
                _("A line on every card"),
                required=False,
                maxlength=min(LONGEST_MESSAGE, 120),
            ),
        ],
    }
    return show(visit, "cards", context | more, status=422 if errors else 200)


@members_only(PartnerRight.PRINT_CARDS, methods=("POST",))
def print_again(visit: Visit, handout_id: UUID) -> HttpResponse:
    """Show cards again that nobody has claimed."""
    printed = reprint_cards(
        handout_id=handout_id, partner_id=visit.partner_id, by=visit.actor, at=timezone.now()
    )
    return _sheet(visit, printed)


def _print(visit: Visit) -> Printed:
    asked = asked_of(visit, "quantity", 6)
    return print_cards(
        partner_id=visit.partner_id,
        source=source_named(visit, asked_of(visit, "source", 120)),
        quantity=int(asked) if asked.isascii() and asked.isdigit() else 0,
        message=asked_of(visit, "message", 120),
        key=asked_of(visit, "key", 64),
        by=visit.actor,
        at=timezone.now(),
    )


def _sheet(visit: Visit, printed: Printed) -> HttpResponse:
    seen = one_handout(visit.partner_id, printed.handout.pk)
    context = {
        "section": "lists",
        "list_url": visit.to("list", seen.id),
        "product": seen.product,
        "claim_page": claim_page().partition("://")[2],
        "cards": [_card(one) for one in printed.cards],
    }
    return show(visit, "sheet", context)


def _card(one: Any) -> dict[str, Any]:
    return {
        "code": one.code,
        "handle": one.handle,
        "message": one.message,
        "qr": draw(claim_url(one.code)),
        "valid_until": one.expires_at,
    }
