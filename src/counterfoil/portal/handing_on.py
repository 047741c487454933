"""Sub-partners: handing on to them, and taking back what they have not handed out."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from counterfoil.errors import ChoiceInvalid, CounterfoilError, NotFound
from counterfoil.models.ids import id_of, uuid_of
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.return_to_pool import return_to_pool
from counterfoil.portal import words
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.portal.sources import source_named, value_of
from counterfoil.queries.allotments import overview
from counterfoil.queries.partners import PartnerSeen, sub_partners
from counterfoil.queries.printed import batches_of
from counterfoil.rules.partners import Choice, Numbers, PartnerRight

WAYS = ("quantity", "handles", "numbers")
MOST_HANDLES = 1_000


@members_only(PartnerRight.HAND_ON, methods=METHODS)
def hand_on_some(visit: Visit) -> HttpResponse:
    """List the sub-partners and what they have, and hand something on to one."""
    errors: dict[str, str | Promise] = {}
    if visit.request.method == "POST":
        try:
            hand_on(
                request_id=_request_id(visit),
                partner_id=visit.partner_id,
                to_partner_id=_below(visit, asked_of(visit, "to", 40)).id,
                choice=_choice(visit),
                by=visit.actor,
                at=timezone.now(),
            )
        except CounterfoilError as refusal:
            errors["form"] = sentence(refusal)
        else:
            return redirect(f"{visit.to('sub-partners')}?{urlencode({'told': 'handed_on'})}")
    context = _context(visit, errors)
    return show(visit, "sub_partners", context, status=422 if errors else 200)


@members_only(PartnerRight.GIVE_BACK, methods=("POST",))
def take_back_from(visit: Visit, sub_partner_id: UUID) -> HttpResponse:
    """Take back so many of what a sub-partner was handed on and has free."""
    below = _below(visit, str(sub_partner_id))
    try:
        source = source_named(visit, asked_of(visit, "source", 120))
        return_to_pool(
            request_id=_request_id(visit),
            partner_id=below.id,
            choice=Choice(
                product_id=source.product_id,
                allotment_id=source.allotment_id,
                quantity=_number(visit, "quantity"),
            ),
            by=visit.actor,
            at=timezone.now(),
        )
    except CounterfoilError as refusal:
        context = _context(visit, {"taking": sentence(refusal)})
        return show(visit, "sub_partners", context, status=422)
    return redirect(f"{visit.to('sub-partners')}?{urlencode({'told': 'taken_back'})}")


def _choice(visit: Visit) -> Choice:
    """
    Read which ones are meant, in the one way that was chosen.

    :raises ChoiceInvalid: if that is not filled in.
    """
    match asked_of(visit, "way", 10):
        case "handles":
            named = asked_of(visit, "handles", 40 * MOST_HANDLES).replace(",", " ").split()
            return Choice(entitlement_ids=tuple(id_of(one) for one in named))
        case "numbers":
            batch = uuid_of(asked_of(visit, "batch", 40))
            if batch is None:
                raise ChoiceInvalid
            first, last = _number(visit, "first"), _number(visit, "last")
            return Choice(numbers=Numbers(batch_id=batch, first=first, last=last))
        case _:
            source = source_named(visit, asked_of(visit, "source", 120))
            return Choice(
                product_id=source.product_id,
                allotment_id=source.allotment_id,
                quantity=_number(visit, "quantity"),
            )


def _below(visit: Visit, text: str) -> PartnerSeen:
    """
    Find one of the sub-partners; everybody else's do not exist.

    :raises NotFound: if it is none.
    """
    for one in sub_partners(visit.partner_id):
        if str(one.id) == text:
            return one
    raise NotFound


def _number(visit: Visit, name: str) -> int:
    text = asked_of(visit, name, 9)
    return int(text) if text.isascii() and text.isdigit() else 0


def _request_id(visit: Visit) -> UUID:
    key = uuid_of(asked_of(visit, "key", 40))
    if key is None:
        raise ChoiceInvalid
    return key


def _context(visit: Visit, errors: dict[str, str | Promise]) -> dict[str, Any]:
    form, below = Form(visit.request.POST, errors), sub_partners(visit.partner_id)
    pools = [one for one in overview(visit.partner_id) if one.counts.free or one.counts.unsold]
    way = asked_of(visit, "way", 10)
    told = asked_of(visit, "told", 20) if visit.request.method != "POST" else ""
    return {
        "section": "sub_partners",
        "errors": errors,
        "below": [_told(visit, one) for one in below],
        "way": way if way in WAYS else WAYS[0],
        "to": form.field("to", _("To"), "select", options=[(str(it.id), it.name) for it in below]),
        "source": form.field(
            "source",
            _("Of what"),
            "select",
            options=[(value_of(it.product_id, it.id), _name(it)) for it in pools],
        ),
        "quantity": form.field("quantity", _("How many"), "number", inputmode="numeric", min=1),
        "handles": form.field(
            "handles",
            _("Their handles"),
            "textarea",
            hint=_("As in ent_…, with spaces or lines between them."),
        ),
        "batch": form.field(
            "batch",
            _("Printed batch"),
            "select",
            options=[(str(pk), name) for pk, name in batches_of(visit.partner_id)],
        ),
        "first": form.field("first", _("From number"), "number", inputmode="numeric", min=1),
        "last": form.field("last", _("To number"), "number", inputmode="numeric", min=1),
        "told": _said(told),
    }


def _told(visit: Visit, below: PartnerSeen) -> dict[str, Any]:
    return {
        "seen": below,
        "take_back_url": visit.to("take-back-from", below.id),
        "pools": [
            {
                "seen": one,
                "name": _name(one),
                "value": value_of(one.product_id, one.id),
                "counts": [
                    (words.worded(words.STANDINGS, name), count)
                    for name in words.STANDINGS
                    if (count := getattr(one.counts, name))
                ],
            }
            for one in overview(below.id)
            if one.id is not None
        ],
    }


def _name(one: Any) -> str:
    return f"{one.product}, {one.label}" if one.label else str(one.product)


def _said(code: str) -> str:
    said = {"handed_on": _("They were handed on."), "taken_back": _("They were taken back.")}
    return said.get(code, "")
