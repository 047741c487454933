"""The order at the channel does not show what was issued."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase, WriteBack
from counterfoil.operations.retry_write_back import retry_write_back
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which order, and what the channel answered."""
    yield from parts.of_order(case)
    yield from parts.told(_("Times tried"), case.evidence.get("attempts"))
    yield from parts.told(_("The channel answered"), case.evidence.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Try it again, look at the connection, or leave it as it is there."""
    purchase = case.purchase
    if purchase is None:
        return
    waits = WriteBack.objects.filter(pk=purchase.pk).exclude(wanted_version=F("got_version"))
    if waits.exists():
        yield Suggestion(
            name="retry",
            label=_("Show it again now"),
            will=(
                _("The order at the channel is told how things stand, at once and for three days."),
                _("This case closes by itself once the channel takes it."),
            ),
            permission=Permission.RESYNC,
            do=partial(_retry, purchase.pk),
        )
    slug = purchase.connection.slug if purchase.connection else ""
    yield from parts.to_connection(slug)
    yield parts.leave(
        name="leave",
        label=_("It need not show there"),
        will=(_("Codes and mails are as they should be; only the order there lacks the news."),),
        outcome="It need not show at the channel.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _retry(purchase: UUID, doing: Doing) -> str:
    retry_write_back(purchase_id=purchase, by=doing.by, at=doing.at)
    return _("It is shown again now; the case closes once the channel has taken it.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what the channel answered."""
    return str(evidence.get("error") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.WRITE_BACK_FAILED,
        title="Shop does not show what was issued",
        summary="The order at the channel does not show what was issued. Codes and mails are not"
        " affected. Mend the connection, then try again.",
        due=timedelta(days=2),
    ),
    arises="A channel refuses, or does not answer for three days, when told what was issued.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
