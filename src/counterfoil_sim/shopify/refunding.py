"""Refunds that an app makes: once for each idempotency key, whatever happens on the way."""

import json
from typing import Any

from graphql import GraphQLError

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.asking import Asked
from counterfoil_sim.shopify.line_views import View
from counterfoil_sim.shopify.views import order_view, refund_view
from counterfoil_sim.world import Obj

_ANSWERS_KEPT = 2000


def refund_create(asked: Asked, *, key: str | None, input: Obj) -> View:  # noqa: A002
    """
    Make a refund, or find the one that was made under this key.

    :raises GraphQLError: if there is no key, or it stood for another refund.
    """
    asked.require("write_orders")
    if key is None or not key.strip():
        raise GraphQLError(
            "The @idempotent directive is required for this mutation but was not provided.",
            extensions={"code": "BAD_REQUEST"},
        )
    answers = asked.shop.store.answers
    wanted = json.dumps(input, sort_keys=True, default=str)
    if (earlier := answers.get(key)) is not None:
        if earlier["asked"] != wanted:
            raise GraphQLError(
                "The same idempotency key cannot be used with different parameters.",
                extensions={"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"},
            )
        return _answer(asked, earlier["order"], earlier["refund"])
    number = str(input["orderId"]).rsplit("/", 1)[-1]
    try:
        refund = _make(asked, number, input)
    except (Refused, ValueError) as error:
        told = {"message": str(error), "field": ["input"]}
        return {"refund": None, "order": None, "userErrors": [told]}
    answers[key] = {"asked": wanted, "order": number, "refund": refund["id"]}
    while len(answers) > _ANSWERS_KEPT:
        del answers[next(iter(answers))]
    return _answer(asked, number, refund["id"])


def _make(asked: Asked, number: str, given: Obj) -> Obj:
    lines = given.get("refundLineItems") or []
    amount = sum(_cents(one["amount"]) for one in given.get("transactions") or [])
    note = given.get("note") or ""
    if not lines:
        return asked.shop.refund_amount(number, amount, note=note)
    quantities = {str(one["lineItemId"]).rsplit("/", 1)[-1]: one["quantity"] for one in lines}
    restock: Any = (lines[0].get("restockType") or "NO_RESTOCK").lower()
    return asked.shop.refund(number, quantities, amount=amount, restock=restock, note=note)


def _answer(asked: Asked, number: str, reference: int) -> View:
    order = asked.shop.store.order(number)
    [refund] = [one for one in order["refunds"] if one["id"] == reference]
    return {
        "refund": refund_view(refund, order, asked),
        "order": order_view(order, asked),
        "userErrors": [],
    }


def _cents(amount: object) -> int:
    whole, _, rest = str(amount).partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])
