"""Giving entitlements without a sale."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.conf import conf
from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError, ReferenceUnknown
from counterfoil.models import Approval, Product, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations.request_grant import request_grant
from counterfoil.queries.entitlements import partners
from counterfoil.rules.grants import MOST, GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission


@staff_only(Permission.GRANT)
def give(visit: Visit) -> HttpResponse:
    """Ask what to give to whom and why, or give it and go to its trace."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            given = _grant(asked, visit.operator)
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except ReferenceUnknown as refusal:
            errors["reference"] = str(refusal)
        except CounterfoilError as refusal:
            errors["form"] = str(refusal)
        else:
            return _done(visit, given, asked.quantity(most=MOST))
    return show(visit, "act", _context(asked, errors), status=409 if errors else 200)


def _done(visit: Visit, given: Purchase | Approval, quantity: int) -> HttpResponse:
    if isinstance(given, Approval):
        told = _("That is more than one person gives alone. It waits for a second person.")
        messages.warning(visit.request, told, fail_silently=True)
        return redirect("counterfoil:console-approval", given.pk)
    told = ngettext("%(n)d was granted.", "%(n)d were granted.", quantity) % {"n": quantity}
    messages.success(visit.request, told, fail_silently=True)
    return redirect(trace_url(str(given.pk)))


def _grant(asked: Asked, by: Actor) -> Purchase | Approval:
    return request_grant(
        request_id=asked.request_id(),
        product=asked.product(),
        quantity=asked.quantity(most=MOST),
        category=asked.category(),
        reason=asked.needed("why", _("Say why."))[:1000],
        reference=asked.needed("reference", _("Name the order, case or account."))[:200],
        reference_kind=asked.reference_kind(),
        partner=asked.partner(),
        recipient=asked.answers.get("recipient", "").strip(),
        by=by,
        at=timezone.now(),
    )


def _fields() -> tuple[Field, ...]:
    products = Product.objects.order_by("name").values_list("sku", "name")
    categories = ((one.value, one.value.replace("_", " ").capitalize()) for one in GrantCategory)
    limit = _("Up to %(limit)d you give alone, and %(daily)d in a day; more needs a second person.")
    limit %= {"limit": conf.GRANT_LIMIT, "daily": conf.GRANT_DAILY_LIMIT}
    return (
        Field(name="product", label=_("Product"), type="select", options=tuple(products)),
        Field(
            name="quantity",
            label=_("How many"),
            type="number",
            value="1",
            min="1",
            max=str(MOST),
            inputmode="numeric",
            hint=limit,
        ),
        Field(name="category", label=_("Category"), type="select", options=tuple(categories)),
        *_about(),
        Field(
            name="why",
            label=_("Reason"),
            type="textarea",
            maxlength=1000,
            hint=_("For colleagues and auditors. No codes, no personal data."),
        ),
        Field(
            name="recipient",
            label=_("Send the codes to"),
            type="email",
            required=False,
            maxlength=254,
            hint=_("Without an address nothing is sent; reveal the code, or give one later."),
        ),
    )


def _about() -> tuple[Field, ...]:
    """Ask whose they are, if there are partners, and what the grant is about."""
    known = tuple((one.slug, one.name) for one in partners())
    return (
        *(
            [
                Field(
                    name="partner", label=_("Partner"), type="select", required=False, options=known
                )
            ]
            if known
            else []
        ),
        Field(
            name="reference_kind",
            label=_("It is about"),
            type="select",
            options=(
                (ReferenceKind.ORDER.value, _("an order we have")),
                (ReferenceKind.ACCOUNT.value, _("an account we have")),
                (ReferenceKind.CASE.value, _("a case kept elsewhere")),
            ),
        ),
        Field(
            name="reference",
            label=_("Its number, or the address of the account"),
            maxlength=200,
        ),
    )


def _context(asked: Asked, errors: dict[str, str]) -> dict[str, Any]:
    return {
        "section": "grant",
        "title": _("Grant entitlements"),
        "trace_url": "",
        "effects": [
            _(
                "They are issued at once, without any payment, under the terms of today; above"
                " what you give alone, when a second person has approved."
            ),
            _("The grant is found like a purchase, under the reference you give."),
        ],
        "fields": [
            field.shown(
                asked.answers.get(field.name, "") if asked.answers else None,
                errors.get(field.name, ""),
            )
            for field in _fields()
        ],
        "errors": errors,
        "request_id": asked.answers.get("request_id") or str(uuid7()),
        "submit_label": _("Grant"),
    }
