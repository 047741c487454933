"""The pages of the simulated site's staff. Looking changes nothing; only buttons do."""

from decimal import Decimal
from html import escape

from counterfoil_sim import delivery_page
from counterfoil_sim.markup import POLICY, Frame, badge, button, code
from counterfoil_sim.responses import Response, as_html
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_gate import TROUBLES
from counterfoil_sim.woocommerce_objects import decimal_text
from counterfoil_sim.woocommerce_world import PAID, WooCommerceSite
from counterfoil_sim.world import Obj

PRODUCTS: tuple[Obj, ...] = (
    {"name": "Breed test for dogs", "sku": "DNA-STD", "price": "114.00", "product_id": 51},
    {
        "name": "Breed & health test for dogs",
        "sku": "DNA-HEALTH",
        "price": "129.00",
        "product_id": 52,
        "variation_id": 53,
    },
    {"name": "Mug with a paw", "sku": "", "price": "12.50", "product_id": 54},
)
FRAME = Frame(
    name="WooCommerce",
    places=(("/", "Orders"), ("/deliveries", "Deliveries"), ("/webhooks", "Webhooks")),
)

_SHOWN = 50
_MOODS = {"processing": "good", "completed": "good", "failed": "bad", "trash": "bad"}
_SWITCH = {True: "Switch off", False: "Switch on"}
_NEXT = {
    "pay": "Pay",
    "hold": "Put on hold",
    "complete": "Complete",
    "cancel": "Cancel",
    "trash": "Move to trash",
    "restore": "Restore",
}


def orders(deliveries: WooDeliveries, *, opened: str, problem: str = "") -> Response:
    """Show the newest orders, one of them opened, and a form for another."""
    site = deliveries.site
    newest = list(reversed(site.store.orders.values()))
    said = f'<p class="card problem" role="alert">{escape(problem)}</p>' if problem else ""
    cards = "".join(_card(site, one, str(one["id"]) == opened) for one in newest[:_SHOWN])
    empty = '<p class="card">No order yet. Place one above.</p>'
    more = len(newest) - _SHOWN
    rest = f'<p class="quiet">and {more} older ones</p>' if more > 0 else ""
    body = said + delivery_page.notice(deliveries) + _new() + (cards or empty) + rest
    status = 400 if problem else 200
    return as_html(FRAME.page("Orders", body, here="/"), status=status, policy=POLICY)


def webhooks(site: WooCommerceSite) -> Response:
    """Show the webhooks, and what may be wrong with the API."""
    rows = "".join(
        f"<tr><td>{escape(hook['topic'])}<br>{code(hook['delivery_url'])}</td>"
        f"<td>{badge(hook['status'], 'good' if hook['status'] == 'active' else 'bad')}</td>"
        f'<td class="number"><div class="row">'
        f"{button(_SWITCH[hook['status'] == 'active'], act='switch_webhook', of=str(hook['id']))}"
        "</div></td></tr>"
        for hook in site.store.webhooks.values()
    )
    table = f'<div class="card scroll"><table>{rows}</table></div>'
    none = '<p class="card">No webhook yet. The shop makes its own when it checks its channel.</p>'
    choices = "".join(
        f'<option value="{name}"{" selected" if name == site.trouble else ""}>{words}</option>'
        for name, words in TROUBLES.items()
    )
    form = f"""<form class="card" method="post" action="/act"><h2>What is wrong with the API</h2>
<div class="row"><label class="line">It shall <select name="trouble">{choices}</select></label>
<button class="main" name="act" value="trouble">Apply</button></div></form>"""
    body = (table if rows else none) + form
    return as_html(FRAME.page("Webhooks", body, here="/webhooks"), policy=POLICY)


def _new() -> str:
    fields = "".join(
        f'<label class="line">{escape(product["name"])}, {product["price"]}'
        f'<input type="number" name="product_{number}" min="0" max="1000"'
        f' value="{int(number == 0)}"></label>'
        for number, product in enumerate(PRODUCTS)
    )
    return f"""<details class="card"><summary>Place an order</summary>
<div><form method="post" action="/act"><div class="row">{fields}</div>
<div class="row"><label class="line">Buyer's address
<input type="email" name="email" value="ann.buyer@example.com" required></label>
<label class="line">Gift for (address, or nobody)
<input type="email" name="cf_recipient_email"></label>
<label class="line">Message <input name="cf_gift_message" maxlength="500"></label></div>
<p><button class="main" name="act" value="place">Place it</button></p></form></div></details>"""


def _card(site: WooCommerceSite, order: Obj, opened: bool) -> str:
    reference, status = str(order["id"]), str(order["status"])
    total = f"{decimal_text(order['total'], site.decimals)} {escape(order['currency'])}"
    return f"""<details class="card" id="order-{reference}"{" open" if opened else ""}>
<summary>{badge(status, _MOODS.get(status, "wait"))} <strong>#{escape(order["number"])}</strong>
<span class="wrap">{escape(order["billing"]["email"])}</span>
<span class="push">{total}</span></summary>
<div>{"".join(_item(order, item, site) for item in order["line_items"])}
<h2>The order</h2><div class="row">{_acts(reference, status)}</div>
{_refunds(site, order)}{_notes(site, reference)}</div></details>"""


def _item(order: Obj, item: Obj, site: WooCommerceSite) -> str:
    name = f"{escape(item['name'])}&nbsp;&times;&nbsp;{item['quantity']}"
    known = f"{code(str(item['id']))} {code(item['sku'] or 'no SKU')}"
    return f"""<table><tr><td>{name}<br>{known}</td>
<td class="number">{decimal_text(item["total"], site.decimals)}</td></tr></table>
<form method="post" action="/act" class="row">
<input type="hidden" name="of" value="{order["id"]}">
<input type="hidden" name="item" value="{item["id"]}">
<label class="short">Units<input type="number" name="quantity" value="1" min="0"></label>
<button name="act" value="edit">Have so many</button>
<button name="act" value="refund">Refund so many</button></form><p></p>"""


def _acts(reference: str, status: str) -> str:
    wanted = ["restore"] if status == "trash" else ["complete", "cancel", "trash"]
    if status in ("pending", "on-hold", "failed"):
        wanted = ["pay", *wanted]
    if status in (*PAID, "pending"):
        wanted.append("hold")
    return "".join(
        button(_NEXT[act], act=act, of=reference, main=act in ("pay", "restore")) for act in wanted
    )


def _refunds(site: WooCommerceSite, order: Obj) -> str:
    known = site.store.refunds.get(str(order["id"]), [])
    rows = "".join(
        f"<tr><td>{escape(one['reason'] or 'no reason given')}<br>{code(str(one['id']))} "
        f"{sum(-item['quantity'] for item in one['line_items'])} units</td>"
        f'<td class="number">{decimal_text(one["amount"], site.decimals)}</td></tr>'
        for one in known
    )
    left = Decimal(order["total"]) - site.refunded(order["id"])
    form = ""
    if order["date_paid"] and left > 0:
        form = f"""<form method="post" action="/act" class="row">
<input type="hidden" name="of" value="{order["id"]}">
<label class="short">Amount<input name="amount" value="{decimal_text(left, site.decimals)}"
inputmode="decimal"></label><button name="act" value="refund_amount">Refund an amount</button>
</form>"""
    return f"<h2>Refunds</h2><table>{rows}</table>{form}" if rows or form else ""


def _notes(site: WooCommerceSite, reference: str) -> str:
    notes = site.store.notes.get(reference, [])
    rows = "".join(f"<li>{escape(str(note['note']))}</li>" for note in reversed(notes))
    return f"<h2>Notes</h2><ul>{rows}</ul>" if rows else ""
