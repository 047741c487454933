"""Paid for, and no product answers to it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import Connection, ExceptionCase, Product, ProductMapping
from counterfoil.operations.map_product import map_product
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which product of the channel it is, and how many units wait."""
    yield from parts.of_order(case)
    yield from parts.told(_("The line says"), case.evidence.get("description"))
    yield from parts.told(_("The channel calls it"), ", ".join(_keys(case)))
    yield from parts.told(_("Units paid for"), case.evidence.get("quantity"))
    yield from parts.told(_("Issued for this line"), _("nothing"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Map it to the product of the same name, by hand, or say that it is none of ours."""
    connection, keys = _connection(case), _keys(case)
    if connection is None or not keys:
        return
    known = ProductMapping.objects.filter(connection=connection, key__in=keys).first()
    if known is not None:
        yield from parts.ask_channel(case)
        return
    for key in keys:
        product = Product.objects.filter(sku__iexact=key.rpartition(":")[2]).first()
        if product is not None:
            yield _map(connection, key, product)
            break
    yield Lead(
        label=_("Choose the product"),
        says=_("You say what it is here, and the orders that wait for it are asked for again."),
        page="console-mapping-of",
        arguments=(connection.slug,),
        query={"key": keys[0]},
        fragment="form",
        permission=Permission.MAP_PRODUCT,
    )
    yield _ignore(connection, keys[0])


def _map(connection: Connection, key: str, product: Product) -> Suggestion:
    return Suggestion(
        name="map",
        label=_("Map it to %(product)s") % {"product": product.name},
        will=(
            _("From now on %(key)s at %(channel)s is %(product)s (%(sku)s), one for each unit.")
            % {
                "key": key,
                "channel": connection.name,
                "product": product.name,
                "sku": product.sku,
            },
            _("Nothing is issued by that alone: ask the channel again afterwards, here."),
        ),
        permission=Permission.MAP_PRODUCT,
        do=partial(_have_mapped, connection, key, product),
    )


def _ignore(connection: Connection, key: str) -> Suggestion:
    return Suggestion(
        name="ignore",
        label=_("It is not ours"),
        will=(
            _("From now on lines with %(key)s at %(channel)s are ignored, in every order.")
            % {"key": key, "channel": connection.name},
            _("Nothing is issued for this line. The other lines of the order are as they were."),
        ),
        permission=Permission.MAP_PRODUCT,
        do=partial(_have_mapped, connection, key, None),
        outcome="It is none of our products; such lines are ignored from now on.",
    )


def _have_mapped(connection: Connection, key: str, product: Product | None, doing: Doing) -> str:
    map_product(
        connection=connection,
        key=key,
        product=product,
        entitlements_per_unit=1,
        by=doing.by,
        at=doing.at,
    )
    if product is None:
        return _("Such lines are ignored from now on.")
    return _("It is mapped. Now ask the channel again, so that it is issued.")


def _connection(case: ExceptionCase) -> Connection | None:
    return case.purchase.connection if case.purchase else None


def _keys(case: ExceptionCase) -> list[str]:
    keys = case.evidence.get("product_keys")
    return [str(key) for key in keys if key] if isinstance(keys, list) else []


def brief(evidence: Mapping[str, Any]) -> str:
    """Name the product at the channel, and how many wait."""
    keys = evidence.get("product_keys")
    key = keys[0] if isinstance(keys, list) and keys else ""
    return f"{key}, units: {evidence.get('quantity', '?')}" if key else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.UNMAPPED_PRODUCT,
        title="Product not mapped",
        summary="Paid for, and no product answers to it. Map it, then re-sync.",
        due=timedelta(hours=8),
    ),
    arises="An order has a line whose product keys nobody has mapped at its connection.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
