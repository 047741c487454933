"""Whatever happens to the messages of an order, after a sweep everything is as if nothing had."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.models import Entitlement
from counterfoil_sim.errors import Refused
from tests.woocommerce_world import WooWorld, woo_world

__all__ = ["woo_world"]

COVERS = {
    "F1": ["test_the_way_of_the_messages_does_not_matter"],
    "F3": ["test_the_way_of_the_messages_does_not_matter"],
    "F41": ["test_the_way_of_the_messages_does_not_matter"],
}

pytestmark = pytest.mark.django_db

SKUS = ("DNA-STD", "DNA-HEALTH")

ACT = st.one_of(
    st.tuples(st.sampled_from(["processing", "on-hold", "completed", "failed", "cancelled"])),
    st.tuples(st.sampled_from(["trash", "restore"])),
    st.tuples(st.just("edit"), st.sampled_from(SKUS), st.integers(1, 4)),
    st.tuples(st.just("refund"), st.sampled_from(SKUS), st.integers(1, 2)),
    st.tuples(st.just("amount"), st.sampled_from(["0.01", "57.00", "243.00"])),
    st.tuples(st.just("delete"), st.integers(0, 2)),
)
FAULTS = st.fixed_dictionaries(
    {name: st.booleans() for name in ("repeat", "reorder", "drop", "wrong_secret")}
)
Acts = list[tuple[Any, ...]]


def refunded(world: WooWorld, order: int, line: int) -> int:
    """Count the units of a line that went back."""
    return sum(
        -item["quantity"]
        for refund in world.site.store.refunds.get(str(order), [])
        for item in refund["line_items"]
        if item["meta_data"][0]["value"] == str(line)
    )


def happen(world: WooWorld, order: int, act: tuple[Any, ...]) -> None:
    """Let something happen to an order, unless WooCommerce would not let it."""
    site = world.site
    try:
        match act:
            case ("trash",):
                site.trash(order)
            case ("restore",):
                site.restore(order)
            case ("edit", sku, quantity):
                line = world.line(order, sku)
                if quantity >= refunded(world, order, line):
                    site.edit(order, item=line, quantity=quantity)
            case ("refund", sku, quantity):
                line = world.line(order, sku)
                [item] = [one for one in site.order(order)["line_items"] if one["id"] == line]
                if refunded(world, order, line) + quantity <= item["quantity"]:
                    site.refund(order, quantities={line: quantity})
            case ("amount", amount):
                site.refund(order, amount=amount)
            case ("delete", which):
                known = site.store.refunds.get(str(order), [])
                if which < len(known):
                    site.delete_refund(order, known[which]["id"])
            case (status,):
                if site.order(order)["status"] != "trash":
                    site.set_status(order, status)
    except Refused:
        pass


def live(order: int) -> dict[str, int]:
    """Count what is not withdrawn, by product."""
    units = Entitlement.objects.filter(purchase__external_reference=str(order))
    found = list(units.exclude(state="revoked").values_list("product__sku", flat=True))
    return {sku: found.count(sku) for sku in SKUS}


def tell_in_order(world: WooWorld, order: int, acts: Acts) -> None:
    """Let everything happen, and every message arrive at once."""
    for act in acts:
        happen(world, order, act)
        world.arrive()


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    acts=st.lists(ACT, max_size=6),
    end=st.sampled_from(["completed", "cancelled"]),
    faults=st.lists(FAULTS, min_size=8, max_size=8),
    arrives=st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_the_way_of_the_messages_does_not_matter(
    woo_world: WooWorld, acts: Acts, end: str, faults: list[dict[str, bool]], arrives: list[bool]
) -> None:
    world = woo_world
    history: Acts = [("processing",), *acts, ("restore",), (end,)]
    straight = world.place(tests=2, health=2)
    tell_in_order(world, straight, history)

    crooked = world.place(tests=2, health=2)
    for act, wrong, comes in zip(history, faults * 2, arrives * 2, strict=False):
        happen(world, crooked, act)
        world.deliveries.switch(**wrong)
        if comes:
            world.arrive()
    world.arrive()
    world.deliveries.switch(**dict.fromkeys(faults[0], False))
    assert world.sweep().complete

    assert live(crooked) == live(straight)
    written = Entitlement.objects.count()
    world.sweep()
    assert Entitlement.objects.count() == written


EXAMPLES: dict[str, Callable[[WooWorld, int], None]] = {
    "a refund and its deletion": lambda world, order: tell_in_order(
        world, order, [("processing",), ("refund", "DNA-STD", 1), ("delete", 0)]
    ),
    "on hold and back": lambda world, order: tell_in_order(
        world, order, [("processing",), ("on-hold",), ("edit", "DNA-STD", 2), ("completed",)]
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_comes_to_nothing_leaves_everything(woo_world: WooWorld, name: str) -> None:
    order = woo_world.place(tests=2, health=2)
    EXAMPLES[name](woo_world, order)
    assert live(order) == {"DNA-STD": 2, "DNA-HEALTH": 2}
