"""A webhook endpoint does not take what it is sent."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase, WebhookEndpoint
from counterfoil.operations.enable_webhook_endpoint import enable_webhook_endpoint
from counterfoil.operations.replay_failed_webhooks import replay_failed_webhooks
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries.webhooks import Fate, owed
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission
from counterfoil.rules.webhooks import Missed


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which endpoint, whose, since when, and what it says."""
    found = case.evidence
    yield from parts.told(_("Endpoint"), found.get("name"))
    yield from parts.told(_("Address"), found.get("url"))
    yield from parts.told(_("Partner"), found.get("partner"))
    yield from parts.told(_("Failing since"), found.get("since"))
    yield from parts.told(_("What came of the last try"), found.get("error"))
    if found.get("disabled"):
        yield Fact(label=_("Disabled"), text=_("nothing is sent until somebody enables it"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Send again what it missed, once whoever runs it says that it is well."""
    endpoint = WebhookEndpoint.objects.filter(pk=parts.id_in(case.key), ended_at=None).first()
    if endpoint is not None:
        if endpoint.disabled_at is not None:
            yield _enable(endpoint.pk)
        else:
            yield _again(endpoint.pk)
        yield Lead(
            label=_("Open the endpoint"),
            says=_("Test it, read what it answered, correct its address, or end it."),
            page="console-webhook",
            arguments=(endpoint.pk,),
        )
    yield parts.leave(
        name="known",
        label=_("Whoever runs it knows"),
        will=(_("What it missed stays here and can be sent from its page."),),
        outcome="Whoever runs the endpoint knows.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _enable(endpoint: UUID) -> Suggestion:
    return Suggestion(
        name="enable",
        label=_("Enable it and send what it missed"),
        will=(
            _("It is sent every event it missed since it began to fail, then all new ones."),
            _("If it goes on failing it is disabled again, and a new case is opened."),
        ),
        permission=Permission.MANAGE_CONNECTIONS,
        do=partial(_do_enable, endpoint),
        outcome="It was enabled again.",
    )


def _do_enable(endpoint: UUID, doing: Doing) -> str:
    enable_webhook_endpoint(endpoint_id=endpoint, missed=Missed.SEND, by=doing.by, at=doing.at)
    return _("It is enabled, and is sent what it missed.")


def _again(endpoint: UUID) -> Suggestion:
    count = sum(owed(endpoint)[one] for one in (Fate.WAITING, Fate.FAILED))
    return Suggestion(
        name="send_again",
        label=_("Send what it did not take"),
        will=(
            _("Events that are sent at once: %(n)d.") % {"n": count},
            _("This case closes by itself as soon as one of them is taken."),
        ),
        permission=Permission.MANAGE_CONNECTIONS,
        do=partial(_do_again, endpoint),
    )


def _do_again(endpoint: UUID, doing: Doing) -> str:
    count = replay_failed_webhooks(endpoint_id=endpoint, by=doing.by, at=doing.at)
    return _("Sent again: %(n)d.") % {"n": count}


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what it answers."""
    return str(evidence.get("error") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.WEBHOOK_FAILING,
        title="Webhook endpoint takes no events",
        summary="An address that is told of events did not take one in three days, failed for five,"
        " or says that it is gone. Nothing is lost: what it missed can be sent. Tell whoever runs"
        " it.",
        due=timedelta(hours=8),
    ),
    arises="An event was given up after three days, an endpoint has taken none for five, or it"
    " answers 410.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
