"""What support is asked about an order, answered from its trace before anybody has to look."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.beside import read_by_customer
from counterfoil.console.changing import changed
from counterfoil.console.doors import Visit
from counterfoil.console.next_steps import suggested
from counterfoil.console.saying import BAD, GOOD, INFO, WARN, About, Said, bounded
from counterfoil.queries import words
from counterfoil.queries._aside import TracedDelivery
from counterfoil.queries.mail_words import MAILS
from counterfoil.queries.traced import Trace, TracedUnit
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.orders import PaymentStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One question, and what is to be said to it."""

    question: str
    says: tuple[Said, ...]


def answers(visit: Visit, told: Trace, found: str) -> list[Answer]:
    """Answer what is asked of an order; with ``found``, of that entitlement of it."""
    about = About.of(told, found)
    asked: tuple[tuple[str, Callable[[About], Iterator[Said]]], ...] = (
        (_("Was it issued?"), _issued),
        (_("Was it delivered?"), _delivered),
        (_("Has it been redeemed?"), _redeemed),
        (_("Why did an attempt fail?"), _refused),
        (_("Expired, held, refunded, replaced?"), changed),
        (_("What can be done next?"), lambda one: suggested(visit, one)),
    )
    return [Answer(question=question, says=tuple(say(about))) for question, say in asked]


def _issued(about: About) -> Iterator[Said]:
    told, purchase = about.told, about.told.purchase
    if purchase is None:
        yield Said(text=_("It was printed, and has not been sold yet."))
        return
    first = [one for one in told.timeline if one.name in {"issue", "grant", "activate_at_sale"}]
    at = first[-1].at if first else None
    if purchase.grant is not None:
        grant = purchase.grant
        said = _("Yes, without a sale: by %(who)s as %(category)s. Reason: %(why)s")
        category = grant.category.replace("_", " ")
        given = {"who": grant.issued_by, "category": category, "why": grant.reason}
        yield Said(text=said % given, at=at, tone=GOOD)
        yield from _approved(about)
    elif told.unit_count:
        said = ngettext(
            "Yes: %(n)d entitlement, through %(channel)s.",
            "Yes: %(n)d entitlements, through %(channel)s.",
            told.unit_count,
        )
        through = purchase.connection
        text = said % {"n": told.unit_count, "channel": through}
        yield Said(text=text, at=at, tone=GOOD)
    elif purchase.paid_at is not None:
        yield Said(text=_("No. It is paid, and nothing was issued."), tone=BAD)
    else:
        yield Said(text=_unpaid(purchase.payment))
    owed = sum(line.units_owed for line in told.lines)
    if owed:
        more = ngettext("%(n)d is still being issued.", "%(n)d are still being issued.", owed)
        yield Said(text=more % {"n": owed}, tone=INFO)


def _unpaid(payment: str) -> str:
    return {
        PaymentStatus.AWAITING.value: _("No: the payment is on its way. Nothing comes before it."),
        PaymentStatus.FAILED.value: _("No: the payment failed."),
        PaymentStatus.EXPIRED.value: _("No: the checkout was left and has expired."),
    }.get(payment, _("No: it was not paid."))


def _approved(about: About) -> Iterator[Said]:
    for event in about.events("approved"):
        yield Said(text=_("Approved by %(who)s.") % {"who": event.who}, at=event.at)


def _delivered(about: About) -> Iterator[Said]:
    alike: dict[tuple[str, str, str], list[TracedDelivery]] = {}
    for one in about.told.deliveries:
        if about.concerns(one.handle) and one.status != "unneeded":
            alike.setdefault((one.kind, one.to, one.status), []).append(one)
    if alike:
        mails = sorted(alike.values(), key=lambda same: same[0].at, reverse=True)
        yield from bounded([_mailed(same) for same in mails], "#deliveries")
    elif about.told.purchase is not None and not about.told.purchase.buyer:
        yield Said(text=_("No mail was sent: we have no address of the buyer."))
    else:
        yield Said(text=_("No mail was sent."))


def _mailed(same: list[TracedDelivery]) -> Said:
    mail = same[0]
    error = f" ({mail.last_error})" if mail.last_error else ""
    what = {"what": words.worded(MAILS, mail.kind), "to": mail.to, "error": error}
    match mail.status:
        case "sent":
            text, tone = _("%(what)s sent to %(to)s; nothing came back."), GOOD
        case "bounced":
            text, tone = _("%(what)s to %(to)s bounced%(error)s."), BAD
        case "parked":
            text, tone = _("%(what)s could not be sent to %(to)s%(error)s."), BAD
        case _:
            text, tone = _("%(what)s to %(to)s: waiting to be sent."), INFO
    times = _(" %(n)d mails, the newest:") % {"n": len(same)} if len(same) > 1 else ""
    return Said(text=text % what + times, at=mail.at, tone=tone)


def _redeemed(about: About) -> Iterator[Said]:
    had = [unit for unit in about.units if unit.holder or unit.held_before or unit.reserved_until]
    yield from bounded([_held(about, unit) for unit in had], "#entitlements")
    free = len(about.units) - len(had)
    if not about.units:
        yield Said(text=_("No: there is nothing to redeem."))
    elif had and free:
        text = ngettext("Nobody has the other one.", "Nobody has the other %(n)d.", free)
        yield Said(text=text % {"n": free})
    elif free:
        text = ngettext("No, nobody has it.", "No, nobody has any of the %(n)d.", free)
        yield Said(text=text % {"n": free})


def _held(about: About, unit: TracedUnit) -> Said:
    begin = about.called(unit)
    if unit.state in HOLDER_STATES:
        given = {"who": unit.holder, "subject": unit.subject}
        text = _("Yes, by %(who)s for %(subject)s.") if unit.subject else _("Yes, by %(who)s.")
        said = text % given
        if not unit.subject and unit.needs_subject:
            said = f"{said} {_('They have not said yet whom it is for.')}"
        return Said(text=begin + said, at=unit.held_since, tone=GOOD)
    if unit.held_before and unit.state is State.REVOKED:
        was = unit.held_before[0]
        text = _("It was %(who)s's until it was revoked.") % {"who": was.holder}
        return Said(text=begin + text, at=was.until, tone=WARN)
    if unit.reserved_until:
        who = unit.reserved_for or _("nobody yet")
        text = _("No: it is kept for %(who)s until then.") % {"who": who}
        return Said(text=begin + text, at=unit.reserved_until, tone=INFO)
    if unit.held_before:
        was = unit.held_before[0]
        text = _("Not now: %(who)s had it until it was taken back.") % {"who": was.holder}
        return Said(text=begin + text, at=was.until, tone=INFO)
    return Said(text=begin + _("No, nobody has it."))


def _refused(about: About) -> Iterator[Said]:
    failed = [
        one for one in about.told.attempts if one.outcome != "ok" and about.concerns(one.handle)
    ]
    if not failed:
        yield Said(text=_("No attempt failed."))
        return
    last = failed[0]
    reason = words.worded(words.REFUSALS, last.outcome)
    count = ngettext(
        "The last try was refused: %(why)s.",
        "%(n)d tries were refused, the last one: %(why)s.",
        len(failed),
    )
    said = count % {"n": len(failed), "why": reason}
    read = read_by_customer(last.outcome)
    more = _(" The customer read: “%(text)s”") % {"text": read} if read else ""
    yield Said(text=said + more, at=last.at, tone=WARN, url="#attempts", label=_("All attempts"))
