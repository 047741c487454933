"""What the buttons of the pages do."""

from collections.abc import Callable
from typing import Any

from counterfoil_sim import forms
from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.admin_api import AdminApi
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.sums import current
from counterfoil_sim.shopify.webhooks import Webhooks

Form = dict[str, Any]

_ON_ORDERS: dict[str, Callable[[Shopify, str, Form], object]] = {
    "pay": lambda shop, of, _: shop.pay(of),
    "fail_payment": lambda shop, of, _: shop.fail_payment(of),
    "refund": lambda shop, of, form: _refund(shop, of, form),
    "refund_all": lambda shop, of, form: shop.refund_all(of, restock=form.get("restock", "")),
    "refund_amount": lambda shop, of, form: shop.refund_amount(of, _cents(form)),
    "edit": lambda shop, of, form: _edit(shop, of, form),
    "cancel": lambda shop, of, form: shop.cancel(
        of, reason=form.get("reason", "other"), refund="with_refund" in form
    ),
    "dispute": lambda shop, of, _: shop.dispute(of),
    "inquiry": lambda shop, of, _: shop.dispute(of, "inquiry"),
    "dispute_won": lambda shop, of, _: shop.close_dispute(of, "won"),
    "dispute_lost": lambda shop, of, _: shop.close_dispute(of, "lost"),
    "ask_for_data": lambda shop, of, _: shop.ask_for_data(of),
    "redact_customer": lambda shop, of, _: shop.redact_customer(of),
}
_ON_THE_APP: dict[str, Callable[[Shopify, str, Form], object]] = {
    "revoke_token": lambda shop, _of, _form: shop.revoke_token(),
    "accept_token": lambda shop, _of, _form: shop.accept_token_again(),
    "rotate_secret": lambda shop, _of, _form: shop.rotate_secret(),
    "revoke_secret": lambda shop, _of, _form: shop.revoke_oldest_secret(),
    "show_buyers": lambda shop, _of, _form: shop.show_buyers(shown=True),
    "hide_buyers": lambda shop, _of, _form: shop.show_buyers(shown=False),
    "uninstall": lambda shop, _of, _form: shop.uninstall(),
    "redact_shop": lambda shop, _of, _form: shop.redact_shop(),
    "unsubscribe": lambda shop, of, _form: shop.remove_subscription(of),
    "unsubscribe_all": lambda shop, _of, _form: shop.remove_subscriptions(),
    "subscribe": lambda shop, _of, form: _subscribe(shop, form),
}


def concerns_app(act: str) -> bool:
    """Tell whether a button stands on the page of the app."""
    return act in _ON_THE_APP or act == "api_faults"


def perform(webhooks: Webhooks, api: AdminApi, form: Form) -> str:
    """
    Do what a button says, and give the address of the page that shows it.

    :raises Refused: if it cannot be done.
    """
    act, of = str(form.get("act", "")), str(form.get("of", ""))
    match act:
        case "faults":
            webhooks.switch(**{name: name in form for name, _ in webhooks.faults.words()})
            return "/deliveries"
        case "deliver":
            webhooks.deliver_now()
            return "/deliveries"
        case "redeliver":
            if of not in webhooks.shop.store.deliveries:
                raise Refused("That message was forgotten: too many came after it.")
            webhooks.redeliver(of)
            return "/deliveries"
        case "api_faults":
            api.switch(**{name: name in form for name, _ in api.faults.words()})
            return "/app"
        case _ if act in _ON_THE_APP:
            _ON_THE_APP[act](webhooks.shop, of, form)
            return "/app"
        case _ if act in _ON_ORDERS:
            _ON_ORDERS[act](webhooks.shop, of, form)
            return f"/orders/{of}"
        case _:
            raise Refused("There is no such button.")


def _refund(shop: Shopify, of: str, form: Form) -> object:
    return shop.refund(
        of,
        _units(form),
        amount=0 if "no_money" in form else None,
        restock=form.get("restock", "no_restock"),
        succeeds="fails" not in form,
    )


def _edit(shop: Shopify, of: str, form: Form) -> object:
    order = shop.order(of)
    known = {str(line["id"]): current(line) for line in order["lines"]}
    changed = {key: count for key, count in _units(form).items() if known.get(key) != count}
    added = str(form.get("added", ""))
    more = {added: forms.integer(form, "added_quantity") or 1} if added else None
    return shop.edit(of, changed, added=more, as_refund="as_refund" in form)


def _subscribe(shop: Shopify, form: Form) -> object:
    address = str(form.get("address", ""))
    if not address.startswith(("http://", "https://")):
        raise Refused("Say where to: an address that begins with http.")
    return shop.subscribe(str(form.get("topic", "")), address, by_app=False)


def _units(form: Form) -> dict[str, int]:
    given = form.get("units")
    told = given if isinstance(given, dict) else {}
    return {name.removeprefix("l"): forms.integer(told, name) or 0 for name in told}


def _cents(form: Form) -> int:
    whole, _, rest = str(form.get("amount", "")).strip().partition(".")
    if not (whole + rest).isdecimal() or len(whole) > 9 or len(rest) > 2:
        raise Refused("Write an amount such as 5.00.")
    return int(whole or 0) * 100 + int((rest + "00")[:2])
