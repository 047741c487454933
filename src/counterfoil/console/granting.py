"""Giving entitlements without a sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.conf import conf
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError
from counterfoil.models import Product, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations.grant import grant
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was posted."""

    answers: Mapping[str, str]

    def needed(self, name: str, sentence: str) -> str:
        """
        Give a required answer.

        :raises FieldWrong: with this sentence, if it is missing.
        """
        text = self.answers.get(name, "").strip()
        if not text:
            raise FieldWrong(name, sentence)
        return text

    def product(self) -> Product:
        """
        Give the product that was chosen.

        :raises FieldWrong: if none was.
        """
        sku = self.needed("product", _("Choose what to give."))
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise FieldWrong("product", _("Choose what to give."))
        return product

    def quantity(self) -> int:
        """
        Give how many.

        :raises FieldWrong: if it is no number one person may give.
        """
        text = self.needed("quantity", _("Say how many."))
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        if not 1 <= number <= conf.GRANT_LIMIT:
            limit = {"limit": conf.GRANT_LIMIT}
            raise FieldWrong(
                "quantity", _("From 1 to %(limit)d; more needs a second person.") % limit
            )
        return number

    def category(self) -> GrantCategory:
        """
        Give the category.

        :raises FieldWrong: if none was chosen.
        """
        text = self.needed("category", _("Choose one."))
        if text not in set(GrantCategory):
            raise FieldWrong("category", _("Choose one."))
        return GrantCategory(text)

    def request_id(self) -> UUID:
        """
        Give the id of this form, by which sending it twice gives once.

        :raises FieldWrong: if the form is not one of ours.
        """
        try:
            return UUID(self.answers.get("request_id", ""))
        except ValueError:
            raise FieldWrong("form", _("Open this page again.")) from None


@staff_only(Permission.GRANT)
def give(visit: Visit) -> HttpResponse:
    """Ask what to give to whom and why, or give it and go to its trace."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            given = _grant(asked, visit.operator)
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except CounterfoilError as refusal:
            errors["form"] = str(refusal)
        else:
            told = ngettext("%(n)d was granted.", "%(n)d were granted.", asked.quantity())
            told %= {"n": asked.quantity()}
            messages.success(visit.request, told, fail_silently=True)
            return redirect(trace_url(str(given.pk)))
    return show(visit, "act", _context(asked, errors), status=409 if errors else 200)


def _grant(asked: Asked, by: Actor) -> Purchase:
    return grant(
        request_id=asked.request_id(),
        product=asked.product(),
        quantity=asked.quantity(),
        category=asked.category(),
        reason=asked.needed("why", _("Say why."))[:1000],
        reference=asked.needed("reference", _("Name the order, case or account."))[:200],
        recipient=asked.answers.get("recipient", "").strip(),
        by=by,
        at=timezone.now(),
    )


def _fields() -> tuple[Field, ...]:
    products = Product.objects.order_by("name").values_list("sku", "name")
    categories = ((one.value, one.value.replace("_", " ").capitalize()) for one in GrantCategory)
    limit = _("At most %(limit)d; more needs a second person.") % {"limit": conf.GRANT_LIMIT}
    return (
        Field(name="product", label=_("Product"), type="select", options=tuple(products)),
        Field(
            name="quantity",
            label=_("How many"),
            type="number",
            value="1",
            min="1",
            max=str(conf.GRANT_LIMIT),
            inputmode="numeric",
            hint=limit,
        ),
        Field(name="category", label=_("Category"), type="select", options=tuple(categories)),
        Field(
            name="reference",
            label=_("Order, case or account it is about"),
            maxlength=200,
        ),
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


def _context(asked: Asked, errors: dict[str, str]) -> dict[str, Any]:
    return {
        "title": _("Grant entitlements"),
        "trace_url": "",
        "effects": [
            _("They are issued at once, without any payment, under the terms of today."),
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
