"""What a channel asks of whoever connects it, be it ours or the host's."""

import secrets
from collections.abc import Mapping

from django.utils.module_loading import import_string

from counterfoil.channels.forms import GENERIC, ChannelForm
from counterfoil.channels.forms_shipped import SHIPPED
from counterfoil.conf import conf


def form_of(channel: str) -> ChannelForm:
    """Give the form of a channel; one of the host's may bring its own as ``form``."""
    shipped = SHIPPED.get(channel)
    if shipped is not None:
        return shipped
    path = conf.CHANNELS.get(channel)
    try:
        found = getattr(import_string(path), "form", None) if path else None
    except ImportError:
        found = None
    return found if isinstance(found, ChannelForm) else GENERIC


def forms() -> Mapping[str, ChannelForm]:
    """Give the form of every channel that can be connected here."""
    return {name: form_of(name) for name in (*SHIPPED, *conf.CHANNELS)}


def made_up() -> str:
    """Make up a secret that no channel changes while it keeps it: letters and digits alone."""
    return secrets.token_hex(24)
