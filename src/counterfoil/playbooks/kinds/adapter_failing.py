"""Code of the host's own, which is asked before something is done, gives no answer."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which one it is, and what it raised."""
    yield from parts.told(_("Setting that names it"), case.evidence.get("setting"))
    yield from parts.told(_("What it raised"), case.evidence.get("error"))


def suggests(_case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Tell whoever runs it; it closes by itself."""
    yield parts.leave(
        name="known",
        label=_("Whoever runs it knows"),
        will=(
            _("It is asked again each time it is needed; nothing is lost."),
            _("If it goes on failing, a new case is opened."),
        ),
        outcome="Whoever runs it knows.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Say which, and what."""
    return " ".join(str(evidence.get(name) or "") for name in ("setting", "error")).strip()


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.ADAPTER_FAILING,
        title="The site's own code gives no answer",
        summary="Code of this site that is asked who may redeem, what a refund does, who is signed"
        " in, what somebody may choose, or to send a mail, failed, took too long or answered"
        " nonsense. Meanwhile nothing is redeemed that it would have to allow, refunds wait for a"
        " person, mails are tried again, customers count as not signed in, and may go on without"
        " choosing. The case closes once it answers.",
        due=timedelta(hours=2),
    ),
    arises="What COUNTERFOIL_POLICY, COUNTERFOIL_MAILER, COUNTERFOIL_ACCOUNTS or the chooser of a"
    " kind in COUNTERFOIL_SUBJECT_KINDS names raises, hangs or answers what is no answer.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
