"""Showing at a WooCommerce order what became of it; never a code."""

from collections import Counter

from counterfoil.channels.base import OrderReport
from counterfoil.channels.order_status import status_of
from counterfoil.channels.woocommerce_api import Api
from counterfoil.channels.woocommerce_messages import order_id
from counterfoil.channels.woocommerce_money import meta_text
from counterfoil.errors import ChannelRefused

STATUS_META, CLAIM_META = "_counterfoil_status", "_counterfoil_claim_url"

_NOTE_SIGNS = "Counterfoil: "


def show(api: Api, report: OrderReport) -> None:
    """
    Write the status to the order's data, and a sentence for the shop's staff to its notes.

    Writing to an order makes WooCommerce send a message about it, which may end here again: so
    nothing is written that stands there already. The note goes first, and is looked for, so that a
    call that was cut short is completed by the next.
    """
    reference = order_id(report.reference)
    order = api.one(f"orders/{reference}") if reference else None
    if order is None:
        raise ChannelRefused("the site knows no such order")
    wanted = {STATUS_META: status_of(report), CLAIM_META: report.claim_url or ""}
    changed = [
        {"key": key, "value": value}
        for key, value in wanted.items()
        if meta_text(order, key) != value
    ]
    if not changed:
        return
    _note(api, f"orders/{reference}/notes", sentence_of(report))
    api.write("PUT", f"orders/{reference}", {"meta_data": changed})


def sentence_of(report: OrderReport) -> str:
    """Write a report for people."""
    counts = Counter(unit.state for unit in report.units)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"{_NOTE_SIGNS}{told or 'nothing issued'}."


def _note(api: Api, path: str, sentence: str) -> None:
    notes = [note.get("note") for note in api.several(path, type="internal")]
    ours = [note for note in notes if isinstance(note, str) and note.startswith(_NOTE_SIGNS)]
    if not ours or ours[0] != sentence:  # the newest comes first
        api.write("POST", path, {"note": sentence, "customer_note": False})
