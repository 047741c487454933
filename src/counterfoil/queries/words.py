"""How staff read what the records keep as codes. What is not listed is shown as it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from counterfoil.rules.exceptions import ExceptionKind
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
    "fraud": "suspected fraud",
    "compliance": "legal or compliance",
    "investigated": "looked into and settled",
    "support_case": "a support case",
    "spoiled": "spoiled",
    "not_sold": "not sold",
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

EXCEPTIONS: Mapping[str, str] = {
    ExceptionKind.UNMAPPED_PRODUCT: "Product not mapped",
    ExceptionKind.AMOUNT_DIFFERS: "Amount or currency differs",
    ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT: "Refund whose entitlement is unknown",
    ExceptionKind.REFUND_AFTER_ASSIGNMENT: "Refund of something in use",
    ExceptionKind.DISPUTE_AFTER_ASSIGNMENT: "Dispute about something in use",
    ExceptionKind.ORDER_INVALID: "Order cannot be a purchase",
    ExceptionKind.PRINTED_UNSELLABLE: "Till sold what cannot be sold",
    ExceptionKind.LINE_CHANGED: "Line turned into another product",
    ExceptionKind.HOLDER_DIFFERS: "Channel names another holder",
    ExceptionKind.NO_DELIVERY_ADDRESS: "No delivery address",
    ExceptionKind.DELIVERY_FAILED: "Mail did not arrive",
    ExceptionKind.PROVISIONING_PARKED: "Setting up downstream is stuck",
    ExceptionKind.PROVISIONING_DOWN: "Setting up downstream fails for all",
    ExceptionKind.WRITE_BACK_FAILED: "Shop does not show what was issued",
    ExceptionKind.POISON_MESSAGE: "Message that cannot be handled",
    ExceptionKind.ORDER_STUCK: "Order that cannot be brought up to date",
    ExceptionKind.JOB_FAILED: "Long work that failed",
    ExceptionKind.RECONCILIATION_DIFFERENCE: "Channel and records differ",
    ExceptionKind.MESSAGES_REFUSED: "Many messages refused",
    ExceptionKind.CONNECTION_BROKEN: "Connection is broken",
    ExceptionKind.PRIVACY_REQUEST: "Request about somebody's data",
    ExceptionKind.ENTRY_STUCK: "What follows from an act is stuck",
    ExceptionKind.INVARIANT_BROKEN: "Records contradict each other",
}

SUMMARIES: Mapping[str, str] = {
    ExceptionKind.UNMAPPED_PRODUCT: "Paid for, and no product answers to it. Map it, then re-sync.",
    ExceptionKind.AMOUNT_DIFFERS: "What was paid is not what was asked. Nothing was issued.",
    ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT: "Money went back, and the channel does not say for"
    " which unit. Revoke the right one, or keep them all.",
    ExceptionKind.REFUND_AFTER_ASSIGNMENT: "Money went back for a unit that somebody has."
    " Revoke it, or let them keep it.",
    ExceptionKind.DISPUTE_AFTER_ASSIGNMENT: "The payment is disputed, and the unit is in use.",
    ExceptionKind.ORDER_INVALID: "The order cannot be understood. Nothing was issued.",
    ExceptionKind.PRINTED_UNSELLABLE: "A till told of a printed piece that is not there, or was"
    " sold or withdrawn before. Its buyer holds a code that does not work.",
    ExceptionKind.LINE_CHANGED: "A line was sold as one product and reads as another now. What it"
    " was sold as stays: exchange it by hand.",
    ExceptionKind.HOLDER_DIFFERS: "The channel says now that somebody else has it, or that it is"
    " for something else. Nothing was reassigned.",
    ExceptionKind.NO_DELIVERY_ADDRESS: "Issued, and there is no address to send the code to.",
    ExceptionKind.DELIVERY_FAILED: "The mail with the code came back, or could not be sent.",
    ExceptionKind.PROVISIONING_PARKED: "The downstream record could not be made after many tries.",
    ExceptionKind.PROVISIONING_DOWN: "The system in which records are made failed many times in a"
    " row, so it is asked for one only now and then. Assignments stand, and their holders read that"
    " it is being set up. It closes when the system answers.",
    ExceptionKind.WRITE_BACK_FAILED: "The order at the channel does not show what was issued. Codes"
    " are not concerned. It is tried again when something changes, and closes when it works.",
    ExceptionKind.POISON_MESSAGE: "It is authentic and was kept, but handling it fails.",
    ExceptionKind.ORDER_STUCK: "The channel tells of it, but looking at it fails each time.",
    ExceptionKind.JOB_FAILED: "It was tried ten times and stopped; what was done stays done."
    " Continue it once the cause is gone.",
    ExceptionKind.RECONCILIATION_DIFFERENCE: "Asked how the order stands, the channel says"
    " something else than our records, and converging did not bring them together. It closes when"
    " they agree.",
    ExceptionKind.MESSAGES_REFUSED: "More than twenty messages in a minute were not authentic, not"
    " sent just now or too large. Either somebody is trying, or a signing secret is wrong. Nothing"
    " of them was kept; the sweep finds what was real. It closes after an hour of quiet.",
    ExceptionKind.CONNECTION_BROKEN: "The channel does not let us in, or does not send us its"
    " messages. Codes stay valid; nothing new is seen until it is mended. It closes by itself.",
    ExceptionKind.PRIVACY_REQUEST: "Somebody asks through the channel what we keep about them, or"
    " that it be erased. There is a legal term of thirty days: answer it, then close this.",
    ExceptionKind.ENTRY_STUCK: "Something was done, and what should follow from it (a mail, a"
    " downstream record) could not be queued after many tries. It is tried further, and closes"
    " when it works.",
    ExceptionKind.INVARIANT_BROKEN: "A promise about the records does not hold. Tell a developer.",
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
