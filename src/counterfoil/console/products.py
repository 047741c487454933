"""Products: the list, one with its terms and what was done with it, and changing it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.product_fields import facts_from, facts_of, product_fields, stamp_of
from counterfoil.console.terms_words import told
from counterfoil.errors import ProductChanged, ProductInvalid, SkuTaken
from counterfoil.models import Product
from counterfoil.operations.change_product import change_product
from counterfoil.operations.make_product import make_product
from counterfoil.operations.put_on_sale import put_on_sale
from counterfoil.operations.take_off_sale import take_off_sale
from counterfoil.queries.kept_settings import Kept, kept_about
from counterfoil.queries.products import (
    COUNTED_TO,
    mapped_at,
    product_by_id,
    products_seen,
    versions_of,
)
from counterfoil.rules.permissions import Permission
from counterfoil.rules.terms import Terms
from counterfoil.templatetags.counterfoil_tags import money

ACTS: Mapping[str, str | Promise] = {
    "make_product": later("put it into the catalogue"),
    "change_product": later("changed it"),
    "put_on_sale": later("put it on sale"),
    "take_off_sale": later("took it off sale"),
    "publish_terms": later("published terms"),
}
PARTS: Mapping[str, str | Promise] = {
    "name": later("Name"),
    "description": later("Description"),
    "currency": later("Currency"),
    "unit_amount": later("Price"),
}


@staff_only(methods=("GET", "HEAD"))
def list_products(visit: Visit) -> HttpResponse:
    """List the products, those on sale first."""
    context = {
        "section": "products",
        "rows": [{"one": one, "url": url_of(one.product)} for one in products_seen()],
        "may_change": visit.may(Permission.MANAGE_PRODUCTS),
    }
    return show(visit, "products", context)


@staff_only(methods=("GET", "HEAD"))
def show_product(visit: Visit, product_id: UUID) -> HttpResponse:
    """Show one product: what is promised with it, where it is sold, and what staff did."""
    product = product_by_id(product_id)
    versions = versions_of(product)
    context = {
        "section": "products",
        "product": product,
        "newest": versions[0] if versions else None,
        "told": told(versions[0].terms) if versions else (),
        "versions": [
            {
                "one": one,
                "url": reverse("counterfoil:console-terms-version", args=[product.pk, one.version]),
            }
            for one in versions
        ],
        "counted_to": COUNTED_TO,
        "mapped": [
            {"one": one, "url": _mapping_url(one.connection.slug, one.keys, product.sku)}
            for one in mapped_at(product)
        ],
        "log": [
            {"one": one, "act": ACTS.get(one.act, one.act), "changes": _changes(one, product)}
            for one in kept_about(f"product:{product.sku}")
        ],
        "may_change": visit.may(Permission.MANAGE_PRODUCTS),
        "may_map": visit.may(Permission.MAP_PRODUCT),
    }
    return show(visit, "product", context)


@staff_only(Permission.MANAGE_PRODUCTS)
def make(visit: Visit) -> HttpResponse:
    """Ask what a new product is called and costs, or make it."""
    answers, errors = visit.request.POST.dict(), {}
    if visit.request.method == "POST":
        try:
            made = make_product(
                sku=answers.get("sku", "").strip(),
                facts=facts_from(answers),
                terms=Terms(),
                by=visit.operator,
                at=timezone.now(),
            )
        except ProductInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except SkuTaken as refusal:
            errors = {"sku": str(refusal)}
        else:
            said = _("It is there. Say now what is promised with it, then map and sell it.")
            messages.success(visit.request, said, fail_silently=True)
            return redirect("counterfoil:console-terms", made.pk)
    context = {
        "product": None,
        "fields": product_fields(answers, errors, is_new=True),
        "errors": errors,
    }
    return show(
        visit, "product_form", context | {"section": "products"}, status=409 if errors else 200
    )


@staff_only(Permission.MANAGE_PRODUCTS)
def change(visit: Visit, product_id: UUID) -> HttpResponse:
    """Ask what is to be different about a product, or change it."""
    product, answers = product_by_id(product_id), visit.request.POST.dict()
    errors: dict[str, str] = {}
    now = facts_of(product)
    if visit.request.method == "POST":
        try:
            seen = facts_from(answers, prefix="was_")
            change_product(
                product_id=product.pk,
                facts=facts_from(answers),
                instead_of=seen,
                by=visit.operator,
                at=timezone.now(),
            )
        except ProductInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except ProductChanged:
            errors = {"form": _("Somebody else changed it meanwhile. It is now as said below.")}
        else:
            messages.success(visit.request, _("It is saved."), fail_silently=True)
            return redirect(url_of(product))
    context = {
        "section": "products",
        "product": product,
        "now": now if "form" in errors else None,
        "stamp": stamp_of(now),
        "fields": product_fields(answers or stamp_of(now, prefix=""), errors, is_new=False),
        "errors": errors,
    }
    return show(visit, "product_form", context, status=409 if errors else 200)


@staff_only(Permission.MANAGE_PRODUCTS, methods=("POST",))
def sell(visit: Visit, product_id: UUID) -> HttpResponse:
    """Offer a product in our own checkout."""
    product = product_by_id(product_id)
    if put_on_sale(product_id=product.pk, by=visit.operator, at=timezone.now()):
        messages.success(visit.request, _("Our checkout offers it."), fail_silently=True)
    return redirect(url_of(product))


@staff_only(Permission.MANAGE_PRODUCTS, methods=("POST",))
def stop_selling(visit: Visit, product_id: UUID) -> HttpResponse:
    """Offer a product in our own checkout no longer."""
    product = product_by_id(product_id)
    if take_off_sale(product_id=product.pk, by=visit.operator, at=timezone.now()):
        said = _("Our checkout offers it no longer. What was sold stays valid.")
        messages.success(visit.request, said, fail_silently=True)
    return redirect(url_of(product))


def url_of(product: Product) -> str:
    """Give where a product is shown."""
    return reverse("counterfoil:console-product", args=[product.pk])


def _mapping_url(slug: str, keys: tuple[str, ...], sku: str) -> str:
    where = reverse("counterfoil:console-mapping-of", args=[slug])
    return f"{where}?{urlencode({'key': keys[0] if keys else f'sku:{sku}'})}#form"


def _changes(one: Kept, product: Product) -> list[tuple[str, str, str]]:
    """Give what an act changed: label, before, after."""
    before, after = one.data.get("before"), one.data.get("after")
    if one.act == "publish_terms":
        return [(_("Version"), str(before or ""), str(after))]
    if one.act != "change_product" or not isinstance(before, dict) or not isinstance(after, dict):
        return []
    was = before.get("currency", product.currency)
    will = after.get("currency", product.currency)
    return [
        (str(PARTS.get(name, name)), _value(name, before[name], was), _value(name, new, will))
        for name, new in after.items()
    ]


def _value(name: str, value: Any, currency: str) -> str:
    return money(value, currency) if name == "unit_amount" else str(value)
