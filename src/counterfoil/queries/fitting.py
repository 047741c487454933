"""Does an order that is told to us fit what is sold through its connection?"""

from collections.abc import Iterator

from counterfoil.errors import Fault, SubjectInvalid
from counterfoil.models import Connection, ProductMapping
from counterfoil.models.subject_kinds import kind_for
from counterfoil.rules.declared import DeclaredLine, DeclaredOrderBody
from counterfoil.rules.declared_faults import MOST_UNITS
from counterfoil.rules.orders import OrderHolder
from counterfoil.rules.terms import Terms

COUPLED = "coupled"


def misfits(connection: Connection, order: DeclaredOrderBody) -> tuple[Fault, ...]:
    """
    Say what of an order is not sold through this connection, or not so.

    Every product must be mapped; a coupled shop has to name who has each unit, with everything the
    product's terms ask about the subject, and nobody else may.
    """
    return tuple(_misfits(connection, order))


def yield_of(connection: Connection, order: DeclaredOrderBody) -> int:
    """Count the entitlements that an order comes to, by what its products yield now."""
    found = ProductMapping.objects.filter(connection=connection, product__isnull=False)
    per_unit = dict(found.values_list("key", "entitlements_per_unit"))
    return sum(line.quantity * per_unit.get(f"sku:{line.sku}", 0) for line in order.lines)


def _misfits(connection: Connection, order: DeclaredOrderBody) -> Iterator[Fault]:
    keys = {f"sku:{line.sku}" for line in order.lines}
    found = ProductMapping.objects.filter(connection=connection, key__in=keys)
    mappings = {one.key: one for one in found.select_related("product")}
    total = 0
    for place, line in enumerate(order.lines):
        mapping = mappings.get(f"sku:{line.sku}")
        if mapping is None:
            yield Fault(f"lines.{place}.sku", "no such product is sold through this connection")
            continue
        if mapping.product is None:
            continue  # ignored on purpose
        units = line.quantity * mapping.entitlements_per_unit
        total += units
        if connection.channel == COUPLED:
            yield from _of_holders(place, line, units, mapping.product.newest_terms().terms)
        elif line.holders:
            yield Fault(f"lines.{place}.holders", "only a coupled shop names who has it")
    if total > MOST_UNITS:
        yield Fault("lines", f"they come to {total} entitlements, and {MOST_UNITS} are allowed")


def _of_holders(place: int, line: DeclaredLine, units: int, terms: Terms) -> Iterator[Fault]:
    where = f"lines.{place}.holders"
    if len(line.holders) != units:
        yield Fault(where, f"there are {len(line.holders)}, for {units} entitlements")
    for number, holder in enumerate(line.holders):
        yield from _of_subject(f"{where}.{number}.subject", holder, terms)


def _of_subject(where: str, holder: OrderHolder, terms: Terms) -> Iterator[Fault]:
    given = bool(holder.subject_kind or holder.subject_reference or holder.subject_data)
    if not terms.needs_subject:
        if given:
            yield Fault(where, "this product has no subject")
        return
    if not given:
        yield Fault(where, f"for whom or what it is is missing: a {terms.subject_kind}")
        return
    if holder.subject_kind != terms.subject_kind:
        yield Fault(f"{where}.kind", f"this product is for a {terms.subject_kind}")
    kind = kind_for(terms)
    if unknown := set(holder.subject_data) - set(kind.schema.get("properties", {})):
        yield Fault(f"{where}.data", f"nobody asks for {', '.join(sorted(unknown))[:100]}")
    try:
        kind.data(kind.from_form(holder.subject_data))
    except SubjectInvalid as refusal:
        yield Fault(f"{where}.data", str(refusal))
