"""What a connection still lacks, and where that is done: told before anything goes wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.channels.forms import ChannelForm
from counterfoil.models import Connection
from counterfoil.queries.connection_setup import SecretSeen, has_key, is_mapped
from counterfoil.queries.connections import LATE, ConnectionSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """One thing to do, and the page where it is done."""

    says: str
    label: str = ""
    url: str = ""


def hints(
    connection: Connection,
    seen: ConnectionSeen,
    form: ChannelForm,
    set_: dict[str, SecretSeen],
    *,
    now: datetime,
) -> Iterator[Hint]:
    """Say what to do next, the first first."""
    for secret in form.secrets:
        if secret.required and secret.name not in set_:
            yield Hint(
                says=_("%(label)s is not set.") % {"label": secret.label},
                label=_("Set it"),
                url=reverse("counterfoil:console-secret", args=[connection.slug, secret.name]),
            )
    if not is_mapped(connection):
        yield Hint(
            says=_("None of what it sells is mapped: whatever is bought waits as an exception."),
            label=_("Map its products"),
            url=reverse("counterfoil:console-mapping-of", args=[connection.slug]),
        )
    if form.is_told and connection.channel != "order_file" and not has_key(connection, now=now):
        yield Hint(
            says=_("No API key is bound to it: nobody can tell us of orders."),
            label=_("Make a key"),
            url=reverse("counterfoil:console-key-make"),
        )
    if not connection.enabled:
        return
    if seen.is_deaf:
        name = next((one.name for one in form.secrets if one.is_list), "")
        yield Hint(
            says=_("The last message was not signed by the channel. Is the signing secret right?"),
            label=_("Enter it anew") if name else "",
            url=reverse("counterfoil:console-secret", args=[connection.slug, name]) if name else "",
        )
    if not form.is_told and seen.last_message_at is None and connection.channel != "native":
        yield Hint(
            says=_("No message has come yet. Do what is to be done over there, then test it.")
        )
    is_new = now - connection.created_at < LATE
    if not form.is_told and seen.is_late and not is_new:
        yield Hint(
            says=_("Nobody has asked it for orders lately. Does the worker run?"),
            label=_("Its runs"),
            url=f"{reverse('counterfoil:console-reconcile')}?connection={connection.slug}",
        )
