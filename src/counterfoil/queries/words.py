"""How staff read what the records keep as codes. What is not listed is shown as it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from counterfoil.rules.jobs import JobKind

REASONS: Mapping[str, str] = {
    "refunded": "it was refunded or taken back",
    "refund_failed": "the refund failed",
    "cancelled": "the order was cancelled",
    "line_reduced": "fewer units were ordered",
    "dispute_opened": "the payment was disputed",
    "dispute_won": "the dispute was won",
    "dispute_lost": "the dispute was lost",
    "dispute_inquiry_closed": "the inquiry was closed",
    "customer_asked": "the customer asked for it",
    "mail_not_received": "the mail did not arrive",
    "lost": "the code was lost",
    "exposed": "somebody else saw the code",
    "goodwill": "goodwill",
    "mistake": "our mistake",
    "wrong_person": "it went to the wrong person",
    "wrong_subject": "it was for the wrong one",
    "duplicate": "bought twice",
    "refund_agreed": "it was agreed with the customer",
    "address_mistyped": "the address was mistyped",
    "fraud": "suspected fraud",
    "compliance": "legal or compliance",
    "investigated": "looked into and settled",
    "support_case": "a support case",
    "spoiled": "spoiled",
    "not_sold": "not sold",
    "never_sent": "its code was never sent",
    "erased": "whoever was to have it was erased",
    "stolen": "lost or stolen",
    "misprinted": "misprinted",
    "recalled": "recalled",
    "returned": "returned at the till",
    "wrong_scan": "scanned by mistake at the till",
    "lapsed": "its time came",
    "partner_suspended": "the partner was suspended",
    "partner_resumed": "the partner was let go on",
    "other": "something else",
}

REFUSALS: Mapping[str, str] = {
    "ok": "worked",
    "code_malformed": "mistyped",
    "code_not_found": "no such code",
    "code_already_used": "already used by somebody else",
    "code_replaced": "an old code: it was replaced",
    "entitlement_revoked": "revoked",
    "entitlement_expired": "expired",
    "entitlement_on_hold": "on hold",
    "entitlement_reserved": "reserved for somebody else",
    "entitlement_of_another": "not one of the partner's who asked",
    "partner_suspended": "the partner who asked is suspended",
    "entitlement_bound": "given to another address, and bound to it",
    "entitlement_not_sold": "not sold yet",
    "entitlement_is_test": "a test code, where only real ones count",
    "entitlement_already_sold": "sold before",
    "not_printed": "not printed for sale",
    "too_many_attempts": "too many tries",
}

JOBS: Mapping[str, str] = {
    JobKind.PURCHASE: "Issue a large order",
    JobKind.ORDER_FILE: "Import an order file",
    JobKind.MINT: "Mint a batch of codes",
    JobKind.GRANT: "Issue a large grant",
    JobKind.RECONCILE: "Reconcile with a channel",
    JobKind.RESYNC: "Ask a channel about many orders",
    JobKind.HANDOUT: "Hand out to a list of recipients",
    JobKind.SUSPENSION: "Put a partner's codes on hold, or let them go",
    JobKind.BULK: "Act on many entitlements",
    JobKind.GRANT_LIST: "Grant to a list of recipients",
    JobKind.VERIFY: "Verify the ledger",
    JobKind.RENEWAL: "Renew what older keys keep",
}

COUNTS: Mapping[str, str] = {
    "looked": "looked at",
    "agreed": "the same there and here",
    "missed": "missed: paid there, and not here before",
    "odd": "odd: here, and unknown there",
    "differing": "differing",
    "unreadable": "that could not be read",
    "issued": "entitlements issued",
    "withdrawn": "entitlements withdrawn",
    "healed": "brought into agreement",
    "parked": "before a person",
}
"""What a comparison of a channel with our records counts."""

DIFFERENCES: Mapping[str, str] = {
    "missed": "no message told us that it was paid",
    "odd": "paid here, and the channel does not know it",
    "differing": "was not as the channel says",
    "unreadable": "could not be read",
}


def difference(
    *, kind: str, outcome: str, issued: int, withdrawn: int, details: Mapping[str, Any]
) -> str:
    """Say in a line what differed between channel and records, and what was done about it."""
    parts = [worded(DIFFERENCES, kind)]
    if changed := [name for name in details.get("changed", ()) if name != "new"]:
        parts[0] += f" ({', '.join(worded(FACTS, name) for name in changed)})"
    if error := details.get("error"):
        parts[0] += f" ({error})"
    if issued:
        parts.append(f"{issued} issued")
    if withdrawn:
        parts.append(f"{withdrawn} withdrawn")
    for one in details.get("differences", ()):
        parts.append(f"{one['what']}: {one['there']} there, {one['here']} here")
    parts.append("brought into agreement" if outcome == "healed" else "before a person")
    return "; ".join(parts)


FACTS: Mapping[str, str] = {
    "is_paid": "paid",
    "is_cancelled": "cancelled",
    "live": "units in force",
    "units": "units issued",
}


def worded(table: Mapping[str, str], code: str) -> str:
    """Give the words for a code, or the code itself made readable."""
    return str(table.get(code) or code.replace("_", " "))


def day(moment: datetime) -> str:
    """Write a day for a sentence."""
    return f"{moment.day} {moment:%B %Y}"


def duration(time: timedelta) -> str:
    """Write how long something took or is ago, in one unit."""
    seconds = int(time.total_seconds())
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (size == 60 and seconds >= 60):
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


def plain(key: str, value: Any) -> tuple[str, str] | None:
    """Write one fact of an evidence or an entry, or nothing if it is empty."""
    if value in (None, "", [], {}):
        return None
    if isinstance(value, list | tuple):
        rows = [
            ", ".join(map(str, one.values())) if isinstance(one, dict) else one for one in value
        ]
        value = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
    return key.replace("_", " ").capitalize(), str(value)


def facts(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Write the facts of an evidence or an entry, as label and value."""
    return tuple(fact for key, value in data.items() if (fact := plain(key, value)))
