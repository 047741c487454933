"""The shop itself: what is on sale, a cart, and a till that takes no money."""

from html import escape
from typing import Any

from counterfoil_sim import forms
from counterfoil_sim.errors import Refused
from counterfoil_sim.markup import POLICY, Frame, code, money
from counterfoil_sim.responses import Response, as_html
from counterfoil_sim.shopify.frame import badges
from counterfoil_sim.shopify.ordering import Payment, Wanted
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.sums import original_total
from counterfoil_sim.world import Obj

Form = dict[str, Any]

_GIFT = (
    ("cf_recipient_email", "Their e-mail", "email"),
    ("cf_recipient_name", "Their name", "text"),
    ("cf_gift_message", "A few words", "text"),
    ("cf_send_at", "Send it on (UTC)", "datetime-local"),
)
_PAYMENTS: dict[str, Payment] = {"pay": "paid", "pay_later": "pending", "authorize": "authorized"}


def show(shop: Shopify, *, frame: Frame, form: Form | None = None, problem: str = "") -> Response:
    """Show what is on sale, and what was filled in if it could not be ordered."""
    filled = form or {}
    goods = "".join(_good(variant, shop, filled) for variant in shop.store.variants.values())
    if not goods:
        nothing = '<p class="card">Nothing is on sale yet.</p>'
        return as_html(frame.page(shop.identity["name"], nothing, here="/"), policy=POLICY)
    said = f'<p class="card problem" role="alert">{escape(problem)}</p>' if problem else ""
    body = f"""{said}<form method="post" action="/buy">
<div class="wares">{goods}</div>
<div class="card"><h2>For you</h2>
<div class="fields"><label>E-mail
<input type="email" name="email" value="{_value(filled, "email")}" autocomplete="email">
</label><label>Name <input name="name" value="{_value(filled, "name")}" autocomplete="name">
</label></div>
<p class="quiet">Without an e-mail it is an order of somebody at a till.</p>
<details{" open" if filled.get("cf_gift") else ""}><summary>It is a gift</summary>
{_gift_fields("", filled)}</details>
<details><summary>For testers</summary>
<label class="choice"><input type="checkbox" name="live" value="1">
a live order: not marked as a test</label></details>
<div class="row buttons"><button class="main" name="act" value="pay">Pay now</button>
<button name="act" value="pay_later">Pay later</button>
<button name="act" value="authorize">Reserve the money</button></div></div></form>"""
    status = 400 if problem else 200
    page = frame.page(shop.identity["name"], body, here="/")
    return as_html(page, status=status, policy=POLICY)


def thanks(shop: Shopify, reference: str, *, frame: Frame) -> Response:
    """Show a buyer what they ordered."""
    order = shop.store.order(reference)
    rows = "".join(
        f"<tr><td>{escape(line['title'])}"
        f'<span class="quiet">&nbsp;&times;&nbsp;{line["quantity"]}</span></td>'
        f'<td class="number">{money(line["price"] * line["quantity"], order["currency"])}</td></tr>'
        for line in order["lines"]
    )
    where = (
        f"A mail goes to {code(order['email'])}." if order["email"] else "No mail was asked for."
    )
    if not any(one["status"] == "success" for one in order["transactions"]):
        where = "Once it is paid, what you bought comes by mail."
    total = money(original_total(order), order["currency"])
    body = f"""<div class="card"><p>{badges(order)}</p><p class="amount">{total}</p>
<table>{rows}</table></div><p>{where}</p>
<p class="row"><a class="button" href="/">Back to the shop</a>
<a class="button" href="/orders/{order["id"]}">See it as staff</a></p>"""
    return as_html(
        frame.page(f"Thank you: order #{order['number']}", body, narrow=True), policy=POLICY
    )


def buy(shop: Shopify, form: Form) -> Obj:
    """
    Order what the form says.

    :raises Refused: if it is nothing, or more than the shop sells.
    """
    lines = []
    for variant in shop.store.variants.values():
        said = form.get(f"v{variant['id']}") or {}
        quantity = forms.integer(said, "quantity") or 0
        if quantity:
            wanted = Wanted(sku=variant["sku"], quantity=quantity, properties=_gift(said))
            lines.append(wanted)
    if not lines:
        raise Refused("Choose how many you want of something.")
    return shop.place_order(
        lines,
        payment=_PAYMENTS.get(str(form.get("act")), "paid"),
        email=str(form.get("email", "")).strip() or None,
        buyer=str(form.get("name", "")).strip(),
        attributes=_gift(form),
        test="live" not in form,
    )


def _good(variant: Obj, shop: Shopify, filled: Form) -> str:
    name = f"v{variant['id']}"
    said = filled.get(name) or {}
    gift = ""
    if not variant["requires_shipping"]:
        gift = (
            f"<details{' open' if said.get('cf_gift') else ''}>"
            f"<summary>These are for somebody else</summary>{_gift_fields(name, said)}</details>"
        )
    return f"""<section class="card ware"><h2>{escape(variant["title"])}</h2>
<p>{escape(variant["description"])}</p>
<p class="price">{money(variant["price"], shop.identity["currency"])}</p>
<label>How many
<input type="number" name="{name}[quantity]" value="{_value(said, "quantity") or 0}" min="0"
 max="1000" inputmode="numeric"></label>{gift}</section>"""


def _gift_fields(within: str, filled: Form) -> str:
    def named(key: str) -> str:
        return f"{within}[{key}]" if within else key

    rows = "".join(
        f'<label>{label} <input type="{kind}" name="{named(key)}" value="{_value(filled, key)}">'
        "</label>"
        for key, label, kind in _GIFT
    )
    checked = " checked" if filled.get("cf_gift") else ""
    return (
        f'<label class="choice"><input type="checkbox" name="{named("cf_gift")}" value="true"'
        f'{checked}> yes, a gift</label><div class="fields">{rows}</div>'
    )


def _gift(said: Form) -> dict[str, str]:
    """Give what the cart carries, under the names that the shop's theme would use."""
    if not said.get("cf_gift"):
        return {}
    given = {key: str(said.get(key, "")).strip() for key, _, _ in _GIFT}
    if given["cf_send_at"]:
        given["cf_send_at"] += ":00Z"
    return {"cf_gift": "true", **{key: value for key, value in given.items() if value}}


def _value(filled: Form, name: str) -> str:
    return escape(str(filled.get(name, "")))
