"""The pages of the console beside the search: what is in its menu, and who sees it there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.rules.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry; ``section`` is what its pages call themselves, so that it is marked there."""

    section: str
    label: str | Promise
    name: str
    permission: Permission = Permission.USE_CONSOLE


MENU = (
    Entry(section="approvals", label=_("Approvals"), name="console-approvals"),
    Entry(section="batches", label=_("Batches"), name="console-batches"),
    Entry(section="connections", label=_("Connections"), name="console-connections"),
    Entry(section="inbox", label=_("Inbox"), name="console-inbox"),
    Entry(section="jobs", label=_("Long work"), name="console-jobs"),
    Entry(section="mails", label=_("Mails"), name="console-mails"),
    Entry(section="order_files", label=_("Order files"), name="console-order-files"),
    Entry(section="people", label=_("People"), name="console-people"),
    Entry(section="partners", label=_("Partners"), name="console-partners"),
    Entry(section="mapping", label=_("Products and mapping"), name="console-mapping"),
    Entry(section="reconcile", label=_("Reconcile"), name="console-reconcile"),
    Entry(section="reservations", label=_("Reservations"), name="console-reservations"),
    Entry(
        section="till",
        label=_("Till"),
        name="console-till",
        permission=Permission.ACTIVATE_AT_SALE,
    ),
)


def entries(may: Callable[[Permission], bool], section: str) -> list[dict[str, Any]]:
    """Give the entries this member of staff sees, the current one marked."""
    return [
        {
            "label": entry.label,
            "url": reverse(f"counterfoil:{entry.name}"),
            "is_current": entry.section == section,
        }
        for entry in MENU
        if may(entry.permission)
    ]
