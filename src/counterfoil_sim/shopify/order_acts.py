"""The forms on the page of an order: everything that can happen to it afterwards."""

from html import escape

from counterfoil_sim.markup import button, money
from counterfoil_sim.shopify.changes import REASONS, RESTOCKS
from counterfoil_sim.shopify.sums import current, financial_status, kept, outstanding, received
from counterfoil_sim.world import Obj

_RESTOCK_WORDS = {
    "no_restock": "do not restock",
    "cancel": "restock: it was not handed over",
    "return": "restock: it came back",
    "legacy_restock": "restock, in the old way",
}


def acts(order: Obj, variants: list[Obj]) -> str:
    """Give the forms that make sense for an order as it stands."""
    return (
        _paying(order)
        + _refunding(order)
        + _editing(order, variants)
        + _cancelling(order)
        + _disputing(order)
        + _privacy(order)
    )


def _paying(order: Obj) -> str:
    owed = outstanding(order)
    if not owed:
        return ""
    word = "Capture" if financial_status(order) == "authorized" else "Mark as paid"
    buttons = button(
        f"{word}: {money(owed, order['currency'])}", act="pay", of=_id(order), main=True
    )
    buttons += button("A payment fails", act="fail_payment", of=_id(order))
    return f'<div class="card"><h2>Payment</h2><div class="row">{buttons}</div></div>'


def _refunding(order: Obj) -> str:
    left = [line for line in order["lines"] if current(line)]
    rows = "".join(_units(line, 0, "units back") for line in left)
    if not rows and not kept(order):
        return ""
    options = "".join(
        f'<option value="{kind}">{_RESTOCK_WORDS[kind]}</option>' for kind in RESTOCKS
    )
    lines = f"""<form method="post" action="/act" class="stacked">{_hidden(order)}{rows}
<div class="row"><label class="line">Stock <select name="restock">{options}</select></label>
<label class="choice"><input type="checkbox" name="no_money" value="1"> no money</label>
<label class="choice"><input type="checkbox" name="fails" value="1"> the money does not move</label>
<button class="main" name="act" value="refund">Refund these units</button>
<button name="act" value="refund_all">Refund everything</button></div></form>"""
    amount = f"""<form method="post" action="/act" class="row">{_hidden(order)}
<label class="line">Amount only, of {money(kept(order), order["currency"])} left
<input name="amount" inputmode="decimal" placeholder="5.00"></label>
<button name="act" value="refund_amount">Refund the amount</button></form>"""
    shown = (lines if rows else "") + (amount if kept(order) else "")
    return f'<div class="card"><h2>Refund</h2>{shown}</div>'


def _editing(order: Obj, variants: list[Obj]) -> str:
    if order["cancelled_at"]:
        return ""
    rows = "".join(_units(line, current(line), "wanted now") for line in order["lines"])
    options = '<option value="">nothing</option>' + "".join(
        f'<option value="{escape(one["sku"])}">{escape(one["title"])}</option>' for one in variants
    )
    return f"""<div class="card"><h2>Edit</h2><form method="post" action="/act" class="stacked">
{_hidden(order)}{rows}<div class="row"><label class="line">Add
<select name="added">{options}</select></label><label class="short">Units
<input name="added_quantity" type="number" value="1" min="1"></label>
<label class="choice"><input type="checkbox" name="as_refund" value="1"> record as a refund</label>
<button name="act" value="edit">Save the edit</button></div>
<p class="quiet">No money moves: what is added is still to be paid.</p></form></div>"""


def _cancelling(order: Obj) -> str:
    if order["cancelled_at"]:
        return ""
    options = "".join(f'<option value="{one}">{one}</option>' for one in REASONS)
    return f"""<div class="card"><h2>Cancel</h2><form method="post" action="/act" class="row">
{_hidden(order)}<label class="line">Because of <select name="reason">{options}</select></label>
<label class="choice"><input type="checkbox" name="with_refund" value="1" checked>
with the money back</label>
<button name="act" value="cancel">Cancel the order</button></form></div>"""


def _disputing(order: Obj) -> str:
    if not received(order):
        return ""
    is_open = any(one["status"] == "needs_response" for one in order["disputes"])
    if is_open:
        buttons = button("Won", act="dispute_won", of=_id(order))
        buttons += button("Lost", act="dispute_lost", of=_id(order))
    else:
        buttons = button("Open a dispute", act="dispute", of=_id(order))
        buttons += button("Open an inquiry", act="inquiry", of=_id(order))
    return f'<div class="card"><h2>Dispute</h2><div class="row">{buttons}</div></div>'


def _privacy(order: Obj) -> str:
    buttons = button("Ask what the app knows", act="ask_for_data", of=_id(order))
    buttons += button("Ask to be forgotten", act="redact_customer", of=_id(order))
    return f'<div class="card"><h2>The customer</h2><div class="row">{buttons}</div></div>'


def _units(line: Obj, value: int, words: str) -> str:
    return (
        f'<label class="units"><span>{escape(line["title"])} '
        f'<span class="quiet">{words}</span></span>'
        f'<input type="number" name="units[l{line["id"]}]" value="{value}" min="0"></label>'
    )


def _hidden(order: Obj) -> str:
    return f'<input type="hidden" name="of" value="{order["id"]}">'


def _id(order: Obj) -> str:
    return str(order["id"])
