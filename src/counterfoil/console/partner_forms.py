"""Setting up partners, inviting their people, allotting to them, suspending them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.partner_fields import (
    allotment_fields,
    member_fields,
    partner_fields,
    reason_field,
    suspension_fields,
)
from counterfoil.errors import (
    CounterfoilError,
    MailInvalid,
    MemberAlready,
    PartnerInvalid,
    PartnerSlugTaken,
)
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Approval, PartnerRole, Suspension
from counterfoil.models.ids import uuid7, uuid_of
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.request_allotment import request_allotment
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.queries.allotments import overview, together
from counterfoil.queries.entitlements import partners
from counterfoil.queries.partners import PartnerSeen, partner_by_name
from counterfoil.rules.grants import MOST
from counterfoil.rules.permissions import Permission

AT_FIELD: Mapping[type[CounterfoilError], str] = {
    PartnerSlugTaken: "slug",
    PartnerInvalid: "slug",
    MailInvalid: "mail",
    MemberAlready: "role",
}
Do = Callable[[Asked], str]
"""Does what was asked for, and says what came of it."""


@staff_only(Permission.MANAGE_PARTNERS)
def open_one(visit: Visit) -> HttpResponse:
    """Ask what a new partner is called, or set it up."""

    def do(asked: Asked) -> str:
        made = open_partner(
            slug=asked.needed("slug", _("Give it a short name.")),
            name=asked.needed("name", _("Give it a name.")),
            parent_id=_chosen(asked),
            by=visit.operator,
            at=timezone.now(),
        )
        messages.success(visit.request, _("It is set up."), fail_silently=True)
        return reverse("counterfoil:console-partner", args=[made.slug])

    page = {
        "title": _("Set up a partner"),
        "trace_url": reverse("counterfoil:console-partners"),
        "effects": [
            _("It sees its own entitlements in a portal of its own, and nobody else's."),
            _("It has nothing yet: invite its people, then allot something."),
        ],
        "submit_label": _("Set up"),
    }
    above = [(one.slug, one.name) for one in partners()]
    return asking(visit, do, partner_fields(above), page)


@staff_only(Permission.MANAGE_PARTNERS)
def invite(visit: Visit, slug: str) -> HttpResponse:
    """Ask who is to act for a partner, or invite them."""
    partner = partner_by_name(slug)

    def do(asked: Asked) -> str:
        role = asked.needed("role", _("Choose one."))
        if role not in PartnerRole.values:
            raise FieldWrong("role", _("Choose one."))
        invite_member(
            partner_id=partner.id,
            mail=asked.needed("mail", _("Give an address.")),
            name=asked.answers.get("name", "").strip()[:100],
            role=PartnerRole(role),
            by=visit.operator,
            at=timezone.now(),
        )
        messages.success(visit.request, _("They are invited."), fail_silently=True)
        return url_of(partner)

    page = {
        "title": _("Invite somebody"),
        "effects": [
            _("A mail tells them that they may act for this partner, and where."),
            _("They sign in with six digits that are mailed to them. There is no password."),
            _("Inviting somebody again sends the mail again."),
        ],
        "submit_label": _("Invite"),
    }
    return asking(visit, do, member_fields(), page, partner)


@staff_only(Permission.ALLOT)
def allot_to(visit: Visit, slug: str) -> HttpResponse:
    """Ask what a partner is given to hand out, or give it."""
    partner = partner_by_name(slug)

    def do(asked: Asked) -> str:
        given = request_allotment(
            request_id=asked.request_id(),
            partner_id=partner.id,
            product_id=asked.product().pk,
            quantity=asked.quantity(most=MOST),
            label=asked.answers.get("label", ""),
            allotment_id=uuid_of(asked.answers.get("allotment")),
            reference=asked.needed("reference", _("Name the case, contract or order."))[:200],
            reason=asked.why(_("Say why."))[:1000],
            by=visit.operator,
            at=timezone.now(),
        )
        if isinstance(given, Approval):
            said = _("That is more than one person gives alone. It waits for a second person.")
            messages.warning(visit.request, said, fail_silently=True)
            return reverse("counterfoil:console-approval", args=[given.pk])
        messages.success(visit.request, _("It is allotted."), fail_silently=True)
        return url_of(partner)

    page = {
        "title": _("Allot"),
        "effects": [
            _("They are issued by a grant, under the terms of today, for the partner to hand out."),
            _("Nobody is written to."),
        ],
        "submit_label": _("Allot"),
    }
    return asking(visit, do, allotment_fields(overview(partner.id)), page, partner)


@staff_only(Permission.SUSPEND_PARTNER)
def suspend(visit: Visit, slug: str) -> HttpResponse:
    """Say what suspending a partner does and ask how far, or do it."""
    partner = partner_by_name(slug)
    counts = together(overview(partner.id))

    def do(asked: Asked) -> str:
        mode = asked.needed("mode", _("Choose one."))
        if mode not in Suspension.values:
            raise FieldWrong("mode", _("Choose one."))
        reason = asked.why(_("Say why."))[:1000]
        about: dict[str, Any] = {"partner_id": partner.id, "reason": reason, "by": visit.operator}
        with_retries(lambda: suspend_partner(mode=Suspension(mode), at=timezone.now(), **about))
        messages.success(visit.request, _("It is suspended."), fail_silently=True)
        return url_of(partner)

    unclaimed = counts.free + counts.reserved + counts.sent + counts.unsold
    page = {
        "title": _("Suspend"),
        "effects": [
            _("Its people and its keys go on seeing what there is, and hand out nothing."),
            _("So do the partners below it."),
            _("With codes on hold, %(n)d here that nobody has claimed cannot be used.")
            % {"n": unclaimed},
            _("What somebody has claimed stays theirs. Nothing is deleted; it can be resumed."),
        ],
        "submit_label": _("Suspend"),
        "tone": "bad",
    }
    return asking(visit, do, suspension_fields(partner.suspension), page, partner)


@staff_only(Permission.SUSPEND_PARTNER)
def resume(visit: Visit, slug: str) -> HttpResponse:
    """Say what letting a partner go on does and ask why, or do it."""
    partner = partner_by_name(slug)

    def do(asked: Asked) -> str:
        reason = asked.why(_("Say why."))[:1000]
        about: dict[str, Any] = {"partner_id": partner.id, "reason": reason, "by": visit.operator}
        with_retries(lambda: resume_partner(at=timezone.now(), **about))
        messages.success(visit.request, _("It goes on."), fail_silently=True)
        return url_of(partner)

    page = {
        "title": _("Let it go on"),
        "effects": [
            _("It hands out again, and so do the partners below it that are not suspended."),
            _("The holds of this suspension are lifted, and no others."),
            _("What was on hold is valid for so much longer."),
        ],
        "submit_label": _("Let it go on"),
    }
    return asking(visit, do, (reason_field(),), page, partner)


def asking(
    visit: Visit,
    do: Do,
    fields: Sequence[Field],
    page: Mapping[str, Any],
    partner: PartnerSeen | None = None,
) -> HttpResponse:
    """Show a form, or do what it asks for and go where that leads."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            return redirect(do(asked))
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except CounterfoilError as refusal:
            errors[AT_FIELD.get(type(refusal), "form")] = str(refusal)
    context = {
        "section": "partners",
        "trace_url": url_of(partner) if partner else "",
        "fields": [
            field.shown(
                asked.answers.get(field.name, "") if asked.answers else None,
                errors.get(field.name, ""),
            )
            for field in fields
        ],
        "errors": errors,
        "request_id": asked.answers.get("request_id") or str(uuid7()),
    }
    return show(visit, "act", context | dict(page), status=409 if errors else 200)


def url_of(partner: PartnerSeen) -> str:
    """Give where a partner is shown."""
    return reverse("counterfoil:console-partner", args=[partner.slug])


def _chosen(asked: Asked) -> Any:
    chosen = asked.partner_named("parent")
    return chosen.pk if chosen else None
