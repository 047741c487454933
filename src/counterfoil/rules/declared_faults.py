"""What is wrong with an order that is told to us, said place by place."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from counterfoil.errors import Fault
from counterfoil.rules.currencies import CURRENCIES
from counterfoil.rules.declared import Cancellation, DeclaredLine, DeclaredOrderBody
from counterfoil.rules.orders import OrderGift, OrderHolder
from counterfoil.rules.people import normalise_mail

MOST_UNITS = 100_000  # of one order
MOST_LINES = 1_000
MOST_MONEY = 10**15  # minor units; far from what a bigint overflows at, also when added up
LONGEST = 200  # characters of whatever has no shorter limit
LONGEST_MESSAGE = 2_000


def faults_of(order: DeclaredOrderBody) -> tuple[Fault, ...]:
    """Say everything that is wrong with an order; nothing, if it can be taken."""
    return tuple(_of_order(order))


def _of_order(order: DeclaredOrderBody) -> Iterator[Fault]:
    yield from _name("reference", order.reference)
    yield from _text("number", order.number)
    yield from _text("buyer.name", order.buyer_name)
    yield from _text("locale", order.locale, 16)
    yield from _mail("buyer.mail", order.buyer_mail)
    if order.currency not in CURRENCIES:
        yield Fault("currency", "there is no such currency; it is three capital letters, as in EUR")
    if not order.lines:
        yield Fault("lines", "there are none")
    if len(order.lines) > MOST_LINES:
        yield Fault("lines", f"there are {len(order.lines)}, and {MOST_LINES} are allowed")
    for place, line in enumerate(order.lines[:MOST_LINES]):
        yield from _of_line(f"lines.{place}", line)
    for reference, times in Counter(line.reference for line in order.lines).items():
        if times > 1:
            yield Fault("lines", f"{times} have the reference {reference[:60]!r}")
    if sum(line.quantity for line in order.lines) > MOST_UNITS:
        yield Fault("lines", f"more than {MOST_UNITS} units; tell a larger order in parts")
    if order.gift is not None:
        yield from _of_gift("gift", order.gift)
    yield from _moment("paid_at", order.paid_at)
    yield from _moment("cancelled_at", order.cancelled_at)
    yield from _of_cancellations(order)


def _of_line(place: str, line: DeclaredLine) -> Iterator[Fault]:
    yield from _name(f"{place}.reference", line.reference)
    yield from _name(f"{place}.sku", line.sku)
    yield from _text(f"{place}.description", line.description, 300)
    if not 1 <= line.quantity <= MOST_UNITS:
        yield Fault(f"{place}.quantity", f"{line.quantity} is not between 1 and {MOST_UNITS}")
    for name, amount in (("unit_amount", line.unit_amount), ("amount_total", line.amount_total)):
        if amount is not None and not 0 <= amount <= MOST_MONEY:
            yield Fault(f"{place}.{name}", f"{amount} is not between 0 and {MOST_MONEY}")
    if line.gift is not None:
        yield from _of_gift(f"{place}.gift", line.gift)
    for number, holder in enumerate(line.holders):
        yield from _of_holder(f"{place}.holders.{number}", holder)


def _of_gift(place: str, gift: OrderGift) -> Iterator[Fault]:
    yield from _mail(f"{place}.recipient_mail", gift.recipient_mail)
    yield from _text(f"{place}.recipient_name", gift.recipient_name)
    yield from _text(f"{place}.sender_name", gift.sender_name)
    if len(gift.message) > LONGEST_MESSAGE or "\x00" in gift.message:
        yield Fault(f"{place}.message", f"at most {LONGEST_MESSAGE} characters of text")
    yield from _moment(f"{place}.send_at", gift.send_at)


def _of_holder(place: str, holder: OrderHolder) -> Iterator[Fault]:
    yield from _name(f"{place}.account", holder.account)
    yield from _mail(f"{place}.mail", holder.mail)
    yield from _text(f"{place}.subject.kind", holder.subject_kind, 32)
    yield from _text(f"{place}.subject.reference", holder.subject_reference)
    for name, answer in holder.subject_data.items():
        yield from _name(f"{place}.subject.data", name)
        yield from _text(f"{place}.subject.data.{name[:60]}", answer, LONGEST_MESSAGE)


def _of_cancellations(order: DeclaredOrderBody) -> Iterator[Fault]:
    ordered = {line.reference: line.quantity for line in order.lines}
    taken: Counter[str] = Counter()
    for cancellation in order.cancellations:
        yield from _of_cancellation(cancellation)
        for part in cancellation.lines:
            if part.line not in ordered:
                yield Fault("cancellations", f"there is no line {part.line[:60]!r}")
            if part.quantity < 1:
                yield Fault("cancellations", f"{part.quantity} of a line cannot be taken back")
            taken[part.line] += part.quantity
    for line, quantity in taken.items():
        if quantity > ordered.get(line, quantity):
            yield Fault(
                "cancellations",
                f"{quantity} of line {line[:60]!r}, of which {ordered[line]} were ordered",
            )


def _of_cancellation(cancellation: Cancellation) -> Iterator[Fault]:
    yield from _name("cancellations.reference", cancellation.reference)
    yield from _text("cancellations.reason", cancellation.reason)
    yield from _moment("cancellations.at", cancellation.at)


def _name(place: str, text: str) -> Iterator[Fault]:
    """Complain of what cannot name anything: nothing, or with spaces around it."""
    if not text or text != text.strip():
        yield Fault(place, "it is empty, or has spaces around it")
    yield from _text(place, text)


def _text(place: str, text: str, longest: int = LONGEST) -> Iterator[Fault]:
    if len(text) > longest:
        yield Fault(place, f"it is longer than {longest} characters")
    if any(not (character.isprintable() or character == " ") for character in text):
        yield Fault(place, "it has characters that cannot be printed")


def _mail(place: str, address: str | None) -> Iterator[Fault]:
    if address is not None and normalise_mail(address) is None:
        yield Fault(place, "no mail can reach this address")


def _moment(place: str, moment: datetime | None) -> Iterator[Fault]:
    if moment is not None and moment.tzinfo is None:
        yield Fault(place, "it does not say in which time zone")
