"""Whether something expired, is held, was refunded, replaced or revoked: by whom, and why."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.saying import (
    BAD,
    GOOD,
    INFO,
    MOST,
    WARN,
    About,
    Said,
    bounded,
    by_whom,
    entry_url,
)
from counterfoil.queries import words
from counterfoil.queries.traced import TracedMoney, TracedUnit
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.orders import DisputeStatus, RefundStatus
from counterfoil.templatetags.counterfoil_tags import money

DECISIONS = {"revoke": "revoked", "keep": "kept", "pending": "still to be decided"}


def changed(about: About) -> Iterator[Said]:
    """Say everything that stands against its being used, the gravest first."""
    told = [
        *_holds(about),
        *_money(about),
        *_acts(about, "revoke", _("Revoked %(by)s."), BAD),
        *_acts(about, "reinstate", _("Reinstated %(by)s."), INFO),
        *_acts(about, "replace_code", _("The code was replaced %(by)s."), WARN),
        *_acts(about, "extend", _("Its validity was changed %(by)s."), INFO),
    ]
    yield from bounded(told, "#story", most=2 * MOST)
    expiry = _expiry(about)
    if not told and not any(one.tone for one in expiry):
        yield Said(text=_("None of these."), tone=GOOD)
    yield from expiry


def _acts(about: About, name: str, sentence: str, tone: str) -> Iterator[Said]:
    for event in about.events(name):
        begin = ""
        if not about.is_one and len(event.units) == 1:
            unit = next(one for one in about.units if one.handle == event.units[0])
            begin = about.called(unit)
        elif len(event.units) > 1:
            count = len(event.units)
            begin = ngettext("%(n)d entitlement: ", "%(n)d entitlements: ", count) % {"n": count}
        said = sentence % {"by": by_whom(event)}
        yield Said(
            text=begin + said.replace("..", "."),
            at=event.at,
            tone=tone,
            url=entry_url(event),
            label=_("Entry"),
        )


def _holds(about: About) -> Iterator[Said]:
    placed = list(about.events("place_hold"))
    for unit in about.units:
        for hold in unit.holds:
            why = next((by_whom(one) for one in placed if one.at == hold.placed_at), "")
            why = why or (_("by %(who)s") % {"who": hold.placed_by} if hold.placed_by else "")
            what = f"{hold.kind} {hold.reference}".strip()
            text = _("On hold (%(what)s) %(by)s") % {"what": what, "by": why}
            at = hold.placed_at
            yield Said(text=f"{about.called(unit)}{text.strip()}.", at=at, tone=BAD)


def _money(about: About) -> Iterator[Said]:
    of_all = about.is_one and about.told.unit_count > 1
    begin = _("Of the whole purchase: ") if of_all else ""
    for one in about.told.money:
        said = _refund(one) if one.kind == "refund" else _dispute(one)
        yield replace(said, text=begin + said.text)


def _refund(one: TracedMoney) -> Said:
    decided = ", ".join(
        f"{count} {DECISIONS.get(name, name)}" for name, count in one.decisions.items()
    )
    amount = money(one.amount, one.currency) if one.amount else ""
    begin, tone = {
        RefundStatus.PENDING.value: (_("A refund is on its way"), WARN),
        RefundStatus.FAILED.value: (_("A refund failed"), WARN),
    }.get(one.status, (_("Refunded") if amount else _("Taken back by whoever sold it"), BAD))
    told = f"{begin} {amount}".strip() + (f": {decided}" if decided else "")
    undecided = "pending" in one.decisions
    return Said(text=f"{told}.", at=one.at, tone=WARN if undecided else tone, url="#money")


def _dispute(one: TracedMoney) -> Said:
    said, tone = {
        DisputeStatus.WON.value: (_("A dispute was won"), INFO),
        DisputeStatus.LOST.value: (_("A dispute was lost"), BAD),
        DisputeStatus.INQUIRY.value: (_("The bank inquires about the payment"), WARN),
        DisputeStatus.INQUIRY_CLOSED.value: (_("An inquiry of the bank was closed"), INFO),
    }.get(one.status, (_("The payment is disputed"), BAD))
    why = f": {one.reason.replace('_', ' ')}" if one.reason else ""
    return Said(text=f"{said}{why}.", at=one.closed_at or one.at, tone=tone, url="#money")


def _expiry(about: About) -> list[Said]:
    open_ones = [unit for unit in about.units if unit.state is not State.REVOKED]
    over = [unit for unit in open_ones if "expired" in unit.flags]
    said = [
        Said(
            text=about.called(unit) + _("Expired, and nobody used it."),
            at=unit.expires_at,
            tone=BAD,
        )
        for unit in over[:MOST]
    ]
    rest = {unit.expires_at for unit in open_ones if not _is_over(unit)}
    if len(rest) == 1 and not over:
        [until] = rest
        valid = _("Valid until %(day)s.") % {"day": words.day(until)} if until else ""
        said.append(Said(text=valid or _("Valid without an end date.")))
    return said


def _is_over(unit: TracedUnit) -> bool:
    return "expired" in unit.flags or unit.state in HOLDER_STATES
