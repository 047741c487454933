"""Giving entitlements without a sale, one person at a time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError, ReferenceUnknown
from counterfoil.models import Approval, Product, Purchase
from counterfoil.models.granting import allowance
from counterfoil.models.ids import uuid7
from counterfoil.operations.request_grant import request_grant
from counterfoil.queries.entitlements import partners
from counterfoil.queries.grant_words import CATEGORIES
from counterfoil.rules.grants import MOST, ReferenceKind
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
    return show(visit, "grant", _context(visit, asked, errors), status=409 if errors else 200)


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
        reason=asked.why(_("Say why."))[:1000],
        reference=asked.about(asked.reference_kind(), _("Name the order, case or account.")),
        reference_kind=asked.reference_kind(),
        partner=asked.partner(),
        recipient=asked.answers.get("recipient", "").strip(),
        by=by,
        at=timezone.now(),
    )


def _fields(left: int) -> tuple[Field, ...]:
    products = Product.objects.order_by("name").values_list("sku", "name")
    alone = _("Up to %(left)d you give alone now; more waits for a second person.")
    nothing = _("You have given all you give alone for now: this waits for a second person.")
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
            hint=alone % {"left": left} if left else nothing,
        ),
        *why_fields(),
        Field(
            name="recipient",
            label=_("Send the codes to"),
            type="email",
            required=False,
            maxlength=254,
            hint=_("Without an address nothing is sent; reveal the code, or give one later."),
        ),
    )


def why_fields() -> tuple[Field, ...]:
    """Ask under which category something is given, whose it is then, what it is about, and why."""
    categories = ((code, name.capitalize()) for code, name in CATEGORIES.items())
    known = tuple((one.slug, one.name) for one in partners())
    return (
        Field(name="category", label=_("Category"), type="select", options=tuple(categories)),
        *(
            [
                Field(
                    name="partner",
                    label=_("Partner"),
                    type="select",
                    required=False,
                    options=known,
                    hint=_("For partner distribution only: whose they are then."),
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
        Field(
            name="why",
            label=_("Reason"),
            type="textarea",
            maxlength=1000,
            hint=_("For colleagues and auditors. No codes, no personal data."),
        ),
    )


def _context(visit: Visit, asked: Asked, errors: dict[str, str]) -> dict[str, Any]:
    alone = allowance(visit.operator.id, at=timezone.now())
    return {
        "section": "grant",
        "allowance": alone,
        "effects": [
            _("They are issued at once, without any payment, under the terms of today."),
            _("Above what you give alone, they are issued when a second person has approved."),
            _("The grant is found like a purchase, under what you name here, with your name."),
        ],
        "fields": [
            field.shown(
                asked.answers.get(field.name, "") if asked.answers else None,
                errors.get(field.name, ""),
            )
            for field in _fields(alone.left)
        ],
        "errors": errors,
        "request_id": asked.answers.get("request_id") or str(uuid7()),
    }
