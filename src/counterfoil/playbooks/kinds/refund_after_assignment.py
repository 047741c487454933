"""Money went back for a unit that somebody has."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries import words
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell why it should go, and how it stands."""
    yield from parts.of_order(case)
    reason = case.evidence.get("reason")
    if reason:
        yield Fact(label=_("What happened"), text=words.worded(words.REASONS, str(reason)))
    if case.entitlement is not None:
        yield from parts.of_units([case.entitlement])
    policy = {"ask": _("ask"), "keep": _("they keep it"), "revoke": _("it is revoked")}
    said = policy.get(str(case.evidence.get("policy")))
    yield from parts.told(_("The terms say"), said)


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Take it back from whoever has it, or let them keep it."""
    unit = case.entitlement
    if unit is None:
        return
    if unit.state != State.REVOKED:
        yield Suggestion(
            name="revoke",
            label=_("Take it back"),
            will=(
                _("Whoever has %(product)s loses it, and its downstream record is taken down.")
                % {"product": unit.product.name},
                _("No money is moved: it has gone back already."),
                _("It can be reinstated later."),
            ),
            warning=_("It is in use. Whoever has it is not asked."),
            permission=Permission.DECIDE_REFUND,
            do=partial(_revoke, unit.pk),
            outcome="It was taken back.",
        )
    yield parts.leave(
        name="keep",
        label=_("They may keep it"),
        will=(_("Whoever has it keeps it, although the money went back."),),
        outcome="They may keep it.",
        permission=Permission.DECIDE_REFUND,
    )
    yield from parts.to_trace(case, says=_("See what else belongs to this order first."))


def _revoke(unit: UUID, doing: Doing) -> str:
    revoke(entitlement_ids=[unit], **doing.why("refunded"))
    return _("It was taken back.")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.REFUND_AFTER_ASSIGNMENT,
        title="Refund of something in use",
        summary="Money went back for a unit that somebody has. Take it back, or let them keep it.",
        due=timedelta(days=2),
    ),
    arises="A refund, a cancellation or a smaller order takes back a unit that somebody has"
    " redeemed, and its terms say to ask or to let them keep it.",
    facts=facts,
    suggests=suggests,
)
