"""What is around every page of the simulated Shopify."""

from html import escape

from counterfoil_sim.markup import Frame, badge
from counterfoil_sim.shopify.sums import financial_status, fulfillment_status
from counterfoil_sim.world import Obj

_MOODS = {"paid": "good", "refunded": "wait", "voided": "bad", "partially_refunded": "wait"}


def frame_of(mailbox: str | None) -> Frame:
    """Give the frame; the mailbox is a page elsewhere, if there is one."""
    places = [
        ("/", "Shop"),
        ("/orders", "Orders"),
        ("/app", "App"),
        ("/deliveries", "Deliveries"),
    ]
    if mailbox:
        places.append((escape(mailbox), "Mail"))
    return Frame(name="Shopify", places=places)


def badges(order: Obj) -> str:
    """Say in words how an order stands."""
    status = financial_status(order)
    told = [badge(status.replace("_", " "), _MOODS.get(status, "wait"))]
    if done := fulfillment_status(order):
        told.append(badge("partly fulfilled" if done == "partial" else done, "good"))
    if order["cancelled_at"]:
        told.append(badge("cancelled", "bad"))
    for dispute in order["disputes"]:
        mood = {"won": "good", "lost": "bad"}.get(dispute["status"], "bad")
        told.append(badge(f"{dispute['kind']} {dispute['status'].replace('_', ' ')}", mood))
    return " ".join(told)
