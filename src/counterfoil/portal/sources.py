"""What can be handed out, as a choice in a form: an allotment, or what is reserved."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.errors import NotFound
from counterfoil.models.ids import uuid_of
from counterfoil.portal.doors import Visit, asked_of
from counterfoil.portal.fields import Form
from counterfoil.queries.allotments import AllotmentSeen, overview
from counterfoil.queries.kept import KeptSeen, kept_by
from counterfoil.rules.handouts import Source

ALLOTTED, LOOSE, KEPT = "allotment", "product", "reservation"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to take from: how a form names it, its words, what it is, and how many are free."""

    value: str
    label: str
    source: Source
    free: int
    product: str


def choices(visit: Visit) -> list[Choice]:
    """Give what a partner can take from, what it has none of left out."""
    found = [_allotted(one) for one in overview(visit.partner_id) if one.counts.free]
    return found + [_kept(one) for one in kept_by(visit.partner_id) if one.left]


def source_field(visit: Visit, form: Form) -> dict[str, Any]:
    """Ask what to take from; where there is one thing only, it is chosen."""
    offered = choices(visit)
    alone = offered[0].value if len(offered) == 1 else ""
    return form.field(
        "source",
        _("What"),
        "select",
        options=[(one.value, one.label) for one in offered],
        default=asked_of(visit, "source", 120) or alone,
    )


def source_named(visit: Visit, text: str) -> Source:
    """
    Read what to take from, as a form names it; whether it is this partner's is seen to by the act.

    :raises NotFound: if it names nothing.
    """
    kind, _colon, rest = text.partition(":")
    names = [uuid_of(one) for one in rest.split(":")]
    if len(names) == 1 and kind == LOOSE and names[0]:
        return Source(product_id=names[0])
    if len(names) == 2 and names[0] and names[1]:
        if kind == ALLOTTED:
            return Source(product_id=names[0], allotment_id=names[1])
        if kind == KEPT:
            return Source(product_id=names[0], reservation_id=names[1])
    raise NotFound("There is no such choice.")


def value_of(product_id: UUID, allotment_id: UUID | None) -> str:
    """Name an allotment, or what is loose of a product, as a form does."""
    if allotment_id is None:
        return f"{LOOSE}:{product_id}"
    return f"{ALLOTTED}:{product_id}:{allotment_id}"


def _allotted(one: AllotmentSeen) -> Choice:
    name = f"{one.product}, {one.label}" if one.label else one.product
    return Choice(
        value=value_of(one.product_id, one.id),
        label=_with_free(name, one.counts.free),
        source=Source(product_id=one.product_id, allotment_id=one.id),
        free=one.counts.free,
        product=one.product,
    )


def _kept(one: KeptSeen) -> Choice:
    name = _("%(product)s, reserved: %(label)s") % {"product": one.product, "label": one.label}
    return Choice(
        value=f"{KEPT}:{one.product_id}:{one.id}",
        label=_with_free(name, one.left),
        source=Source(product_id=one.product_id, reservation_id=one.id),
        free=one.left,
        product=one.product,
    )


def _with_free(name: str, free: int) -> str:
    words = ngettext("%(name)s (%(count)d free)", "%(name)s (%(count)d free)", free)
    return words % {"name": name, "count": free}
