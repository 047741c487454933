"""Reserving for an event, and letting go."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from counterfoil.errors import CounterfoilError, NotEnoughFree, NotFound
from counterfoil.operations.release import release
from counterfoil.operations.reserve import reserve
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.portal.sources import KEPT, source_named, value_of
from counterfoil.queries.allotments import overview
from counterfoil.queries.kept import KeptSeen, kept_by
from counterfoil.rules.handouts import RowFault, RowWrong, send_moment
from counterfoil.rules.partners import PartnerRight


@members_only(methods=METHODS, to_post=PartnerRight.HAND_OUT)
def keep(visit: Visit) -> HttpResponse:
    """List what is reserved, and reserve more."""
    errors: dict[str, str | Promise] = {}
    if visit.request.method == "POST":
        try:
            _reserve(visit)
        except RowWrong:
            errors["until"] = _("Name a day that is to come.")
        except NotFound:
            errors["source"] = _("Choose what to reserve.")
        except NotEnoughFree as refusal:
            errors["quantity"] = sentence(refusal)
        except CounterfoilError as refusal:
            errors["form"] = sentence(refusal)
        else:
            return redirect(visit.to("reservations"))
    context = _context(visit, errors)
    return show(visit, "reservations", context, status=422 if errors else 200)


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def let_go(visit: Visit, reservation_id: UUID) -> HttpResponse:
    """Let go of what a reservation still keeps."""
    release(
        reservation_id=reservation_id,
        owner=_owner(visit),
        by=visit.actor,
        at=timezone.now(),
    )
    return redirect(visit.to("reservations"))


def _reserve(visit: Visit) -> None:
    asked = asked_of(visit, "quantity", 6)
    source = source_named(visit, asked_of(visit, "source", 120))
    reserve(
        owner=_owner(visit),
        key=f"portal:{asked_of(visit, 'key', 64)}",
        product_id=source.product_id,
        quantity=int(asked) if asked.isascii() and asked.isdigit() else 0,
        partner_id=visit.partner_id,
        until=_until(visit),
        label=asked_of(visit, "label", 100),
        by=visit.actor,
        at=timezone.now(),
    )


def _until(visit: Visit) -> datetime:
    """Read until when; a day alone is meant whole, up to its last minute."""
    text, at = asked_of(visit, "until", 20), timezone.now()
    whole = f"{text} 23:59" if len(text) == len("2027-12-24") else text
    zone = ZoneInfo(timezone.get_current_timezone_name())
    moment = send_moment(whole, zone=zone, at=at)
    if moment is None:
        raise RowWrong(RowFault.DATE_UNREADABLE)
    return moment


def _owner(visit: Visit) -> str:
    return f"partner:{visit.partner_id}"


def _context(visit: Visit, errors: dict[str, str | Promise]) -> dict[str, Any]:
    form = Form(visit.request.POST, errors)
    products = {one.product_id: one.product for one in overview(visit.partner_id)}
    offered = [(value_of(pk, None), name) for pk, name in products.items()]
    alone = offered[0][0] if len(offered) == 1 else ""
    return {
        "section": "reservations",
        "errors": errors,
        "rows": [_told(visit, one) for one in kept_by(visit.partner_id)],
        "fields": [
            form.field("source", _("What"), "select", options=offered, default=alone),
            form.field("quantity", _("How many"), "number", inputmode="numeric", min=1),
            form.field("label", _("For what"), maxlength=100, hint=_("Such as: Spring fair.")),
            form.field("until", _("Until"), "date", hint=_("The whole of that day.")),
        ],
    }


def _told(visit: Visit, one: KeptSeen) -> dict[str, Any]:
    which = f"source={KEPT}:{one.product_id}:{one.id}"
    return {
        "seen": one,
        "hand_out_url": f"{visit.to('hand-out')}?{which}",
        "upload_url": f"{visit.to('list-new')}?{which}",
        "cards_url": f"{visit.to('cards')}?{which}",
        "release_url": visit.to("release", one.id),
    }
