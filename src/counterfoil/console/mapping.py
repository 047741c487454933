"""Products and mapping: what a channel's products are here, and what nobody has mapped yet."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.connecting import found
from counterfoil.console.doors import Visit, asked, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import MappingInvalid
from counterfoil.intake.resyncing import resync_purchases
from counterfoil.models import Connection, Product
from counterfoil.models.ids import uuid7
from counterfoil.operations.map_product import map_product
from counterfoil.operations.request_job import request_job
from counterfoil.queries.connections import audit_of
from counterfoil.queries.mapping import Unmapped, mapped, unmapped, waiting_for
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.permissions import Permission

IGNORE = "-"
AT_ONCE = 5  # orders that are asked for while somebody waits; more is long work


@staff_only(methods=("GET", "HEAD"))
def list_mappings(visit: Visit) -> HttpResponse:
    """Show what is unmapped on top, then the connections, then the products."""
    context = {
        "section": "mapping",
        "unmapped": [_open(one) for one in unmapped()],
        "connections": [
            {
                "name": one.name,
                "slug": one.slug,
                "count": one.mappings.count(),
                "url": reverse("counterfoil:console-mapping-of", args=[one.slug]),
            }
            for one in Connection.objects.order_by("name")
        ],
        "products": Product.objects.order_by("name")[:500],
    }
    return show(visit, "mapping", context)


@staff_only(methods=("GET", "HEAD"))
def show_mapping(visit: Visit, slug: str) -> HttpResponse:
    """Show the mapping of one connection, with the form filled in for a key if one is named."""
    key = asked(visit.request.GET, "key")
    row = next((one for one in mapped(slug) if one.key == key), None)
    answers = {"key": key}
    if row is not None:
        answers["product"] = row.sku or IGNORE
        answers["entitlements_per_unit"] = str(row.entitlements_per_unit)
    return show(visit, "mapping_of", _context(visit, found(slug), answers, {}))


@staff_only(Permission.MAP_PRODUCT, methods=("POST",))
def save_mapping(visit: Visit, slug: str) -> HttpResponse:
    """Save what a key is, and offer to re-sync the orders that waited for it."""
    connection, answers = found(slug), visit.request.POST.dict()
    key = answers.get("key", "").strip()
    try:
        map_product(
            connection=connection,
            key=key,
            product=_product(answers.get("product", "")),
            entitlements_per_unit=_number(answers.get("entitlements_per_unit", "")),
            by=visit.operator,
            at=timezone.now(),
        )
    except FieldWrong as wrong:
        return _again(visit, connection, answers, {wrong.field: str(wrong)})
    except MappingInvalid as refusal:
        return _again(visit, connection, answers, {"key": str(refusal)})
    messages.success(visit.request, _("It is saved."), fail_silently=True)
    where = reverse("counterfoil:console-mapping-of", args=[slug])
    waits = waiting_for(slug, key)
    return redirect(f"{where}?{urlencode({'key': key})}#waiting" if waits else where)


@staff_only(Permission.RESYNC, methods=("POST",))
def resync_mapped(visit: Visit, slug: str) -> HttpResponse:
    """Ask the channel again for the orders that waited for a key: a few at once, many later."""
    connection, key = found(slug), asked(visit.request.POST, "key")
    waits = waiting_for(slug, key)
    if len(waits) > AT_ONCE:
        job = request_job(
            kind=JobKind.RESYNC,
            key=f"{connection.name}: {key[:100]} ({uuid7().hex[-6:]})",
            parameters={"purchases": [str(one) for one in waits]},
            by=visit.operator,
            at=timezone.now(),
            total=len(waits),
        )
        return redirect("counterfoil:console-job", job.pk)
    came = resync_purchases(purchase_ids=waits, by=visit.operator)
    orders = ngettext("%(n)d order was asked for", "%(n)d orders were asked for", came.asked)
    issued = ngettext("%(n)d entitlement issued", "%(n)d entitlements issued", came.issued)
    said = f"{orders % {'n': came.asked}}; {issued % {'n': came.issued}}."
    messages.success(visit.request, said, fail_silently=True)
    for order, why in came.failed:
        messages.error(visit.request, f"{order}: {why}", fail_silently=True)
    return redirect("counterfoil:console-mapping-of", slug)


def _product(sku: str) -> Product | None:
    if sku == IGNORE:
        return None
    product = Product.objects.filter(sku=sku.replace("\x00", "")).first() if sku else None
    if product is None:
        raise FieldWrong("product", _("Choose a product, or say that such lines are ignored."))
    return product


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 10_000):
        raise FieldWrong("entitlements_per_unit", _("A whole number from 1 to 10,000."))
    return int(text)


def _again(
    visit: Visit, connection: Connection, answers: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    return show(visit, "mapping_of", _context(visit, connection, answers, errors), status=409)


def _context(
    visit: Visit, connection: Connection, answers: dict[str, str], errors: dict[str, str]
) -> dict[str, Any]:
    key = answers.get("key", "")
    rows = mapped(connection.slug)
    is_known = any(one.key == key for one in rows)
    where = reverse("counterfoil:console-mapping-of", args=[connection.slug])
    return {
        "section": "mapping",
        "connection": connection,
        "rows": [
            {"one": one, "url": f"{where}?{urlencode({'key': one.key})}#form"} for one in rows
        ],
        "unmapped": [_open(one) for one in unmapped(connection.slug)],
        "key": key,
        "waiting": len(waiting_for(connection.slug, key)) if key and is_known else 0,
        "fields": [
            one.shown(answers.get(one.name, one.value), errors.get(one.name, ""))
            for one in _fields()
        ],
        "errors": errors,
        "audit": audit_of(connection.slug, acts=("map_product",)),
        "may_map": visit.may(Permission.MAP_PRODUCT),
        "may_resync": visit.may(Permission.RESYNC),
    }


def _fields() -> tuple[Field, ...]:
    products = Product.objects.order_by("name").values_list("sku", "name")
    return (
        Field(
            name="key",
            label=_("What the channel calls it"),
            maxlength=200,
            hint=_("Exactly as the order names it, such as sku:KIT-1 or price:price_123."),
        ),
        Field(
            name="product",
            label=_("What it is here"),
            type="select",
            options=(
                *((sku, f"{name} ({sku})") for sku, name in products),
                (IGNORE, _("nothing: ignore such lines")),
            ),
        ),
        Field(
            name="entitlements_per_unit",
            label=_("Entitlements for each unit"),
            type="number",
            value="1",
            min="1",
            max="10000",
            inputmode="numeric",
        ),
    )


def _open(one: Unmapped) -> dict[str, Any]:
    where = reverse("counterfoil:console-mapping-of", args=[one.slug])
    waits = f"{where}?{urlencode({'key': one.mapped_as})}#waiting"
    return {
        "one": one,
        "mapped_url": waits if one.mapped_as else "",
        "keys": [
            {"key": key, "url": f"{where}?{urlencode({'key': key})}#form"} for key in one.keys
        ],
    }
