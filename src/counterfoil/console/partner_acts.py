"""Handing on for a partner, and looking after its people."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.console.partner_fields import hand_on_fields
from counterfoil.console.partner_forms import asking, url_of
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.intake.retrying import with_retries
from counterfoil.models import PartnerRole
from counterfoil.models.ids import id_of, uuid_of
from counterfoil.operations.change_member_role import change_member_role
from counterfoil.operations.end_member import end_member
from counterfoil.operations.hand_on import hand_on
from counterfoil.queries.allotments import overview
from counterfoil.queries.batches import batch_of
from counterfoil.queries.partners import (
    PartnerSeen,
    membership,
    partner_by_name,
    sub_partner_by_name,
    sub_partners,
)
from counterfoil.rules.partners import MOST_AT_ONCE, Choice, Numbers
from counterfoil.rules.permissions import Permission

LONGEST = 7  # digits of a number that is asked for


@staff_only(Permission.ALLOT)
def hand_on_for(visit: Visit, slug: str) -> HttpResponse:
    """Ask what a partner hands on to whom, or hand it on in its stead."""
    partner = partner_by_name(slug)

    def do(asked: Asked) -> str:
        to, choice = _target(partner, asked), _choice(asked)
        request_id = asked.request_id()
        with_retries(
            lambda: hand_on(
                request_id=request_id,
                partner_id=partner.id,
                to_partner_id=to.id,
                choice=choice,
                by=visit.operator,
                at=timezone.now(),
            )
        )
        said = ngettext("%(n)d was handed on.", "%(n)d were handed on.", choice.count)
        messages.success(visit.request, said % {"n": choice.count}, fail_silently=True)
        return url_of(partner)

    page = {
        "title": _("Hand on to a sub-partner"),
        "effects": [
            _("They become the sub-partner's: it sees them, and this partner does not any more."),
            _("All of them or none. Only what is free is handed on."),
            _("What nobody has claimed can be taken back."),
        ],
        "submit_label": _("Hand on"),
    }
    fields = hand_on_fields(overview(partner.id), sub_partners(partner.id))
    return asking(visit, do, fields, page, partner)


@staff_only(Permission.MANAGE_PARTNERS, methods=("POST",))
def end_access(visit: Visit, member_id: UUID) -> HttpResponse:
    """End somebody's access."""
    where = url_of(membership(member_id).partner)
    end_member(member_id=member_id, by=visit.operator, at=timezone.now())
    messages.success(visit.request, _("They have no access any more."), fail_silently=True)
    return redirect(where)


@staff_only(Permission.MANAGE_PARTNERS, methods=("POST",))
def change_role(visit: Visit, member_id: UUID) -> HttpResponse:
    """Give somebody the other role."""
    found = membership(member_id)
    role = visit.request.POST.get("role", "")
    if role in PartnerRole.values:
        try:
            change_member_role(
                member_id=member_id,
                role=PartnerRole(role),
                by=visit.operator,
                at=timezone.now(),
            )
        except CounterfoilError as refusal:
            messages.error(visit.request, str(refusal), fail_silently=True)
    return redirect(url_of(found.partner))


def _target(partner: PartnerSeen, asked: Asked) -> PartnerSeen:
    try:
        return sub_partner_by_name(partner.id, asked.needed("to", _("Choose one.")))
    except NotFound:
        raise FieldWrong("to", _("Choose one.")) from None


def _choice(asked: Asked) -> Choice:
    """Read which ones are meant, in whichever way that was said."""
    handles = asked.answers.get("handles", "").replace(",", " ").split()
    batch = asked.answers.get("batch", "").strip()
    if handles:
        try:
            return Choice(entitlement_ids=tuple(id_of(one) for one in handles))
        except NotFound:
            raise FieldWrong("handles", _("One of these is no handle.")) from None
    if batch:
        first, last = _number(asked, "first"), _number(asked, "last")
        return Choice(numbers=Numbers(batch_id=batch_of(batch), first=first, last=last))
    kind, _separator, chosen = asked.needed("pool", _("Choose one.")).partition(":")
    found = uuid_of(chosen)
    quantity = asked.quantity(most=MOST_AT_ONCE)
    if kind == "allotment":
        return Choice(allotment_id=found, quantity=quantity)
    return Choice(product_id=found, quantity=quantity)


def _number(asked: Asked, name: str) -> int:
    text = asked.needed(name, _("Say which number."))
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise FieldWrong(name, _("Say which number."))
    return int(text)
