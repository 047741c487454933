"""What a partner has, one by one: found, filtered, and taken back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from counterfoil.models.ids import id_of
from counterfoil.operations.take_back import take_back
from counterfoil.portal import words
from counterfoil.portal.doors import Visit, asked_of, id_asked, members_only, show
from counterfoil.queries.allotments import one_allotment
from counterfoil.queries.attention import SOON
from counterfoil.queries.pieces import PAGE, Asked, Piece, pieces
from counterfoil.rules.partners import PartnerRight

KEPT = ("product", "allotment", "bought", "standing", "bounced", "soon")


@members_only()
def show_stock(visit: Visit) -> HttpResponse:
    """List what a partner has, as far as it was asked for."""
    return show(visit, "stock", _context(visit))


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def take_back_many(visit: Visit) -> HttpResponse:
    """Take back what is chosen, and say of how many that could not be done."""
    chosen = visit.request.POST.getlist("piece")[:PAGE]
    told = take_back(
        partner_id=visit.partner_id,
        entitlement_ids=[id_of(handle) for handle in chosen],
        by=visit.actor,
        at=timezone.now(),
    )
    done = sum(not why for why in told.values())
    refused = [words.refusal(why) for why in told.values() if why]
    context = _context(visit) | {"done": _taken_back(done), "refused": sorted(set(refused))}
    return show(visit, "stock", context, status=409 if refused else 200)


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def take_back_one(visit: Visit, handle: str) -> HttpResponse:
    """Take one back, and go to how it stands."""
    entitlement_id = id_of(handle)
    told = take_back(
        partner_id=visit.partner_id,
        entitlement_ids=[entitlement_id],
        by=visit.actor,
        at=timezone.now(),
    )
    why = told[entitlement_id]
    return redirect(f"{visit.to('piece', handle)}?{urlencode({'told': why or 'taken_back'})}")


def piece_told(visit: Visit, one: Piece) -> dict[str, Any]:
    """Put one of them in words."""
    return {
        "seen": one,
        "url": visit.to("piece", one.handle),
        "standing": words.worded(words.STANDINGS, one.standing),
        "tone": words.TONES[one.standing],
        "mail": one.contact.masked if one.contact else "",
    }


def _context(visit: Visit) -> dict[str, Any]:
    asked, search = asked_for(visit), asked_of(visit, "q", 254)
    found = pieces(visit.partner_id, asked, after=id_asked(visit, "after"))
    kept = {name: value for name in KEPT if (value := asked_of(visit, name, 40))}
    more = kept | {"q": search, "after": str(found[-1].id) if found else ""}
    return {
        "section": "stock",
        "rows": [piece_told(visit, one) for one in found],
        "search": search,
        "kept": kept,
        "standings": [
            {"value": name, "label": label, "is_current": asked.standing == name}
            for name, label in words.STANDINGS.items()
        ],
        "can_take_back": any(one.can_take_back for one in found),
        "is_filtered": bool(search or asked.standing or asked.bounced_only or asked.ending_before),
        "next_url": f"?{urlencode(more)}" if len(found) == PAGE else "",
        "export_url": f"{visit.to('export')}?{urlencode(kept)}",
    }


def asked_for(visit: Visit) -> Asked:
    """
    Read which ones are asked for.

    :raises NotFound: if that is another partner's allotment.
    """
    standing = asked_of(visit, "standing", 20)
    return Asked(
        product_id=id_asked(visit, "product"),
        allotment_id=_own(visit, id_asked(visit, "allotment")),
        bought_only=bool(asked_of(visit, "bought")),
        standing=standing if standing in words.STANDINGS else "",
        search=asked_of(visit, "q", 254),
        bounced_only=bool(asked_of(visit, "bounced")),
        ending_before=timezone.now() + SOON if asked_of(visit, "soon") else None,
    )


def _own(visit: Visit, allotment_id: UUID | None) -> UUID | None:
    """Let another partner's allotment be no allotment at all."""
    if allotment_id is not None:
        one_allotment(visit.partner_id, allotment_id)
    return allotment_id


def _taken_back(count: int) -> str:
    words_ = ngettext("%(count)d was taken back.", "%(count)d were taken back.", count)
    return words_ % {"count": count} if count else ""
