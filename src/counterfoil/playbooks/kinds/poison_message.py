"""A message that is authentic, and cannot be handled."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase, Message
from counterfoil.operations.replay_messages import replay_messages
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what it is about, and how handling it failed."""
    found = case.evidence
    yield from parts.told(_("Connection"), found.get("connection"))
    yield from parts.told(_("The channel says"), found.get("topic"))
    yield from parts.told(_("Order"), found.get("order"))
    yield from parts.told(_("Message"), found.get("message"))
    yield from parts.told(_("Times tried"), found.get("attempts"))
    yield from parts.told(_("What failed"), found.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Work it again, read it, or leave it aside."""
    message = case.message or Message.objects.filter(pk=parts.id_in(case.key)).first()
    if message is not None and message.handled_at is None:
        yield Suggestion(
            name="replay",
            label=_("Work it again"),
            will=(
                _("The message is worked at once, from its first try."),
                _("This case closes; if it fails again, a new one is opened."),
            ),
            permission=Permission.REPLAY_MESSAGE,
            do=partial(_replay, message.pk),
        )
    if message is not None:
        yield Lead(
            label=_("Open the message"),
            says=_("What it says, personal data masked, and each try."),
            page="console-message",
            arguments=(message.pk,),
        )
    yield parts.leave(
        name="set_aside",
        label=_("Leave it aside"),
        will=(
            _("The message is kept and not worked any more."),
            _("The order it is about is found by the next comparison with the channel."),
        ),
        outcome="It is left aside.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _replay(message: UUID, doing: Doing) -> str:
    if replay_messages(message_ids=[message], by=doing.by, at=doing.at):
        return _("It is worked again now. If it fails again, a new case is opened.")
    return _("It was handled in the meantime.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what it is about, and what failed."""
    said = (evidence.get("topic"), evidence.get("error"))
    return ": ".join(str(one) for one in said if one)


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.POISON_MESSAGE,
        title="Message that cannot be handled",
        summary="It is authentic and was kept, but handling it fails.",
        due=timedelta(hours=8),
    ),
    arises="Handling a channel's message failed as often as it is tried.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
