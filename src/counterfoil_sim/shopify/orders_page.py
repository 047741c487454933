"""The pages of staff: all orders, and one."""

from datetime import UTC, datetime
from html import escape

from counterfoil_sim import delivery_page
from counterfoil_sim.markup import POLICY, Frame, code, money
from counterfoil_sim.responses import Response, as_html
from counterfoil_sim.shopify.frame import badges
from counterfoil_sim.shopify.order_acts import acts
from counterfoil_sim.shopify.sums import current, current_total, kept, outstanding
from counterfoil_sim.shopify.webhooks import Webhooks
from counterfoil_sim.world import Obj

_SHOWN = 100


def listing(webhooks: Webhooks, *, frame: Frame) -> Response:
    """Show the newest orders."""
    orders = list(reversed(webhooks.shop.store.orders.values()))
    rows = "".join(
        f'<li><a href="/orders/{order["id"]}"><strong>#{order["number"]}</strong> {badges(order)}'
        f'<span class="push">{money(current_total(order), order["currency"])}</span><br>'
        f'<span class="quiet wrap">{escape(order["email"] or "nobody by name")} · '
        f"{datetime.fromtimestamp(order['created_at'], tz=UTC):%d %b %H:%M}</span></a></li>"
        for order in orders[:_SHOWN]
    )
    body = f'<ul class="mails card orders">{rows}</ul>' if rows else _NOTHING
    more = len(orders) - _SHOWN
    rest = f'<p class="quiet">and {more} older ones</p>' if more > 0 else ""
    page = frame.page("Orders", delivery_page.notice(webhooks) + body + rest, here="/orders")
    return as_html(page, policy=POLICY)


def show(
    webhooks: Webhooks, reference: str, *, frame: Frame, problem: str = "", status: int = 200
) -> Response:
    """Show one order, with everything that can be done to it."""
    shop = webhooks.shop
    order = shop.store.order(reference)
    said = f'<p class="card problem" role="alert">{escape(problem)}</p>' if problem else ""
    body = (
        said
        + delivery_page.notice(webhooks)
        + f'<p>{badges(order)} <span class="quiet">{code(str(order["id"]))}</span></p>'
        + _lines(order)
        + _said(order)
        + _written(shop.store.metafields, order)
        + acts(order, list(shop.store.variants.values()))
    )
    page = frame.page(f"Order #{order['number']}", body, here="/orders")
    return as_html(page, status=status, policy=POLICY)


_NOTHING = '<p class="card">Nothing yet. <a href="/">Buy something in the shop.</a></p>'


def _lines(order: Obj) -> str:
    rows = "".join(_line(line, order) for line in order["lines"])
    owed = outstanding(order)
    sums = [("Worth now", current_total(order)), ("Paid and kept", kept(order))]
    if owed:
        sums.append(("Still to be paid", owed))
    feet = "".join(
        f'<tr><th colspan="3">{name}</th><td class="number">{money(amount, order["currency"])}</td>'
        "</tr>"
        for name, amount in sums
    )
    return f"""<div class="card scroll"><table>
<thead><tr><th>Line</th><th class="number">Ordered</th>
<th class="number">Now</th><th class="number">Each</th></tr></thead>
<tbody>{rows}</tbody>
<tfoot>{feet}</tfoot></table></div>"""


def _line(line: Obj, order: Obj) -> str:
    told = ""
    if line["properties"]:
        pairs = ", ".join(f"{key}: {value}" for key, value in line["properties"].items())
        told = f'<br><span class="quiet">{escape(pairs)}</span>'
    done = f" · {line['fulfilled']} fulfilled" if line["fulfilled"] else ""
    return (
        f"<tr><td>{escape(line['title'])}<br>"
        f'<span class="quiet">{escape(line["sku"])}{done}</span>{told}</td>'
        f'<td class="number">{line["quantity"]}</td><td class="number">{current(line)}</td>'
        f'<td class="number">{money(line["price"], order["currency"])}</td></tr>'
    )


def _said(order: Obj) -> str:
    rows = [("Buyer", " ".join(filter(None, (order["buyer"], order["email"]))) or "nobody by name")]
    if not order["shows_buyer"]:
        rows.append(("", "The app was not approved to see this."))
    rows += order["attributes"].items()
    if order["tags"]:
        rows.append(("Tags", ", ".join(order["tags"])))
    rows.append(("Kind", "a test order" if order["test"] else "a live order"))
    cells = "".join(
        f'<tr><th>{escape(name)}</th><td class="wrap">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f'<div class="card"><table>{cells}</table></div>'


def _written(metafields: dict[str, Obj], order: Obj) -> str:
    rows = "".join(
        f"<p><strong>{escape(one['key'])}</strong> "
        f'<span class="quiet wrap">in {escape(one["namespace"])}</span><br>{code(one["value"])}</p>'
        for one in metafields.values()
        if one["order"] == str(order["id"])
    )
    for one in order["fulfillments"]:
        told = one["tracking"]
        link = escape(str(told.get("url") or ""))
        where = f', see <a href="{link}">{link}</a>' if link.startswith("http") else ""
        count = sum(one["lines"].values())
        rows += f'<p class="wrap"><strong>Fulfilled</strong> {count}{where}</p>'
    if not rows:
        return ""
    return f'<div class="card"><h2>What the app wrote</h2>{rows}</div>'
